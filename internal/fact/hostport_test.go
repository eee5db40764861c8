package fact

import "testing"

func TestHostPort(t *testing.T) {
	tests := []struct {
		host string
		port int
		want string
	}{
		{"db1.example.com", 27017, "db1.example.com:27017"},
		{"192.0.2.1", 1, "192.0.2.1:1"},
		{"2001:db8::1", 27017, "[2001:db8::1]:27017"},
		{"fe80::1%eth0", 65535, "[fe80::1%eth0]:65535"},
		{"", 27017, ":27017"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			if got := HostPort(test.host, test.port); got != test.want {
				t.Errorf("HostPort(%q, %d) = %q, want %q", test.host, test.port, got, test.want)
			}
		})
	}
}
