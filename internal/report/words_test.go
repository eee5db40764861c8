package report

import (
	"testing"
	"time"
)

func TestTimeSpan(t *testing.T) {
	base := time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		to   time.Time
		want string
	}{
		{"of nothing", base, "0 seconds"},
		{"of a second", base.Add(time.Second), "1 second"},
		{"rounds down", base.Add(119 * time.Second), "1 minute"},
		{"of hours", base.Add(47*time.Hour - 24*time.Hour), "23 hours"},
		{"of a day", base.Add(24 * time.Hour), "1 day"},
		{"backwards", base.Add(-12 * 24 * time.Hour), "12 days"},
		{"stays with days below two years", base.AddDate(0, 0, 729), "729 days"},
		{"of years", base.AddDate(0, 0, 730), "2 years"},
		{"to the end of all certificates", time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC), "7978 years"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := timeSpan(base, tt.to); got != tt.want {
				t.Errorf("timeSpan = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMilliseconds(t *testing.T) {
	for ms, want := range map[float64]string{0: "0.0 ms", 0.44: "0.4 ms", 9.94: "9.9 ms", 9.96: "10 ms", 12.6: "13 ms", 5000: "5000 ms"} {
		if got := milliseconds(ms); got != want {
			t.Errorf("milliseconds(%v) = %q, want %q", ms, got, want)
		}
	}
}

func TestSome(t *testing.T) {
	items := []string{"a", "b", "c"}
	for limit, want := range map[int]string{0: "a, b, c", 3: "a, b, c", 2: "a, b and 1 more", 1: "a and 2 more"} {
		if got := some(items, limit); got != want {
			t.Errorf("some(%q, %d) = %q, want %q", items, limit, got, want)
		}
	}
}
