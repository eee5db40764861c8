package target

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const escapeProblem = `error uri-invalid the user name or the password contains a character that must be percent-encoded, such as "@", ":", "/" or "?"; ` + percentHint

func TestParse(t *testing.T) {
	hosts := func(h ...HostPort) []HostPort { return h }
	tests := []struct {
		name  string
		input string
		want  *Target
		// problems as lines.
		problems []string
	}{
		{
			name: "a name alone has the default port and TLS", input: "db1.example.com",
			want: &Target{Input: "db1.example.com", Hosts: hosts(HostPort{"db1.example.com", 27017}), TLS: true, TLSFrom: "bare-host"},
		},
		{
			name: "a name with a port, in its case, without white space around", input: " DB1.Example.com:27018\n",
			want: &Target{Input: "DB1.Example.com:27018", Hosts: hosts(HostPort{"DB1.Example.com", 27018}), TLS: true, TLSFrom: "bare-host"},
		},
		{
			name: "an IPv4 address with a port", input: "192.0.2.1:65535",
			want: &Target{Input: "192.0.2.1:65535", Hosts: hosts(HostPort{"192.0.2.1", 65535}), TLS: true, TLSFrom: "bare-host"},
		},
		{
			name: "an IPv6 address in brackets with a port", input: "[2001:db8::1]:27018",
			want: &Target{Input: "[2001:db8::1]:27018", Hosts: hosts(HostPort{"2001:db8::1", 27018}), TLS: true, TLSFrom: "bare-host"},
		},
		{
			name: "an IPv6 address without brackets and with a zone", input: "fe80::1%eth0",
			want: &Target{Input: "fe80::1%eth0", Hosts: hosts(HostPort{"fe80::1%eth0", 27017}), TLS: true, TLSFrom: "bare-host"},
		},
		{
			name: "an IPv6 zone as RFC 6874 writes it", input: "mongodb://[fe80::1%25eth0]:27018",
			want: &Target{Input: "mongodb://[fe80::1%25eth0]:27018", Scheme: MongoDB, Hosts: hosts(HostPort{"fe80::1%eth0", 27018}), TLSFrom: "default"},
		},
		{
			name: "a zone with a control character", input: "fe80::1%\x1b[31m",
			want:     &Target{Input: "***", TLS: true, TLSFrom: "bare-host"},
			problems: []string{"error uri-invalid the host has more than one colon; write host:port, and an IPv6 address in brackets"},
		},
		{
			name: "a bare host with user information", input: "alice:wonder@db1:27017",
			want:     &Target{Input: "***:***@db1:27017", Hosts: hosts(HostPort{"db1", 27017}), TLS: true, TLSFrom: "bare-host"},
			problems: []string{"error uri-invalid a user name and password before the host need a connection string; write a connection string that begins with mongodb:// or mongodb+srv://"},
		},
		{
			name: "a bare host with options", input: "db1/?tls=true",
			want:     &Target{Input: "db1/?tls=true", Hosts: hosts(HostPort{"db1", 27017}), TLS: true, TLSFrom: "bare-host"},
			problems: []string{"error uri-invalid a database or options after the host need a connection string; write a connection string that begins with mongodb:// or mongodb+srv://"},
		},
		{
			name: "bare hosts with a comma between", input: "db1,db2",
			want:     &Target{Input: "db1,db2", Hosts: hosts(HostPort{"db1", 27017}, HostPort{"db2", 27017}), TLS: true, TLSFrom: "bare-host"},
			problems: []string{"error uri-invalid several hosts need a connection string, or a target each; write a connection string that begins with mongodb:// or mongodb+srv://"},
		},
		{
			name: "several hosts, a database, and a user name that is decoded", input: "mongodb://CN%3Dalice%2CO%3Dx@db1,db2:27018/my%2Ddb",
			want: &Target{
				Input: "mongodb://***@db1,db2:27018/my%2Ddb", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}, HostPort{"db2", 27018}),
				Database: "my-db", Username: "CN=alice,O=x", HasCredentials: true, TLSFrom: "default",
			},
		},
		{
			name: "a seed list name with the dot at its end", input: "mongodb+srv://alice:wonder@Cluster0.example.com./",
			want: &Target{
				Input: "mongodb+srv://***:***@Cluster0.example.com./", Scheme: SRV, SRVHost: "Cluster0.example.com.",
				Username: "alice", HasCredentials: true, HasPassword: true, TLS: true, TLSFrom: "srv",
			},
		},
		{
			name: "a seed list name with a port", input: "mongodb+srv://cluster0.example.com:27017",
			want:     &Target{Input: "mongodb+srv://cluster0.example.com:27017", Scheme: SRV, SRVHost: "cluster0.example.com", TLS: true, TLSFrom: "srv"},
			problems: []string{"error uri-invalid mongodb+srv takes no port: the SRV records name the ports; leave the port out, or use mongodb://"},
		},
		{
			name: "two seed list names", input: "mongodb+srv://a.example.com,b.example.com",
			want:     &Target{Input: "mongodb+srv://a.example.com,b.example.com", Scheme: SRV, TLS: true, TLSFrom: "srv"},
			problems: []string{"error uri-invalid mongodb+srv takes one host name, and there are 2; use mongodb:// with several hosts"},
		},
		{
			name: "an address for a seed list name", input: "mongodb+srv://[::1]",
			want:     &Target{Input: "mongodb+srv://[::1]", Scheme: SRV, TLS: true, TLSFrom: "srv"},
			problems: []string{"error uri-invalid mongodb+srv takes a host name that has SRV records; use mongodb:// with an address"},
		},
		{
			name: "a socket beside a host is left out with a warning", input: "mongodb://db1,%2Ftmp%2Fmongodb-27017.sock/app",
			want: &Target{
				Input: "mongodb://db1,%2Ftmp%2Fmongodb-27017.sock/app", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}),
				Sockets: []string{"/tmp/mongodb-27017.sock"}, Database: "app", TLSFrom: "default",
			},
			problems: []string{"warning unix-socket there is no TLS over a Unix domain socket, and it is left out"},
		},
		{
			name: "a socket alone leaves nothing to check", input: "mongodb://%2Ftmp%2Fmongodb-27017.sock",
			want: &Target{Input: "mongodb://%2Ftmp%2Fmongodb-27017.sock", Scheme: MongoDB, Sockets: []string{"/tmp/mongodb-27017.sock"}, TLSFrom: "default"},
			problems: []string{
				"error unix-socket there is no TLS over a Unix domain socket, and no other host to check; name the host and port that the server listens on",
			},
		},
		{
			name: "every bad host is told, and the good ones kept", input: "mongodb://db1:0,,db2:65536,db3,::1,a b,[::1,x..y,db4:",
			want: &Target{Input: "mongodb://db1:***,***,db2:***,db3,***,***,***,***,db4:***", Scheme: MongoDB, Hosts: hosts(HostPort{"db3", 27017}), TLSFrom: "default"},
			problems: []string{
				"error uri-invalid host 1 of 9 has no number from 1 to 65535 as its port; write host:port; a user name and password come before the host, with @ between",
				"error uri-invalid host 2 of 9 is empty; name a host, such as db1.example.com:27017",
				"error uri-invalid host 3 of 9 has no number from 1 to 65535 as its port; write host:port; a user name and password come before the host, with @ between",
				"error uri-invalid host 5 of 9 is an IPv6 address without brackets; write [2001:db8::1] or [2001:db8::1]:27017",
				"error uri-invalid host 6 of 9 has a character that no host name has",
				"error uri-invalid host 7 of 9 is no IPv6 address in brackets; write [2001:db8::1] or [2001:db8::1]:27017",
				"error uri-invalid host 8 of 9 has an empty label",
				"error uri-invalid host 9 of 9 has no number from 1 to 65535 as its port; write host:port; a user name and password come before the host, with @ between",
			},
		},
		{
			name: "a password with a slash", input: "mongodb://alice:won/der@db1:27018/app",
			want:     &Target{Input: "mongodb://***:***@db1:27018/app", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27018}), Database: "app", HasCredentials: true, HasPassword: true, TLSFrom: "default"},
			problems: []string{escapeProblem},
		},
		{
			name: "a password with a question mark", input: "mongodb://alice:won?der@db1/?tls=true",
			want: &Target{
				Input: "mongodb://***:***@db1/?tls=true", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}), HasCredentials: true, HasPassword: true,
				Options: Options{TLS: Option[bool]{true, FromURI, "tls"}}, TLS: true, TLSFrom: "uri",
			},
			problems: []string{escapeProblem},
		},
		{
			name: "a password with a question mark, of which the rest reads as options", input: "mongodb://alice:1234?tls=true&w=1@db1",
			want:     &Target{Input: "mongodb://***:***@db1", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}), HasCredentials: true, HasPassword: true, TLSFrom: "default"},
			problems: []string{escapeProblem},
		},
		{
			name: "a password with a slash and a question mark, of which the rest reads as options", input: "mongodb://alice:won/d?w=er@db1",
			want:     &Target{Input: "mongodb://***:***@db1", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}), HasCredentials: true, HasPassword: true, TLSFrom: "default"},
			problems: []string{escapeProblem},
		},
		{
			name: "a password with all of them", input: "mongodb://alice:w@n/?d&e@db1/app",
			want:     &Target{Input: "mongodb://***:***@db1/app", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}), Database: "app", HasCredentials: true, HasPassword: true, TLSFrom: "default"},
			problems: []string{escapeProblem},
		},
		{
			name: "a password with an at-sign", input: "mongodb://alice:won@der@db1",
			want:     &Target{Input: "mongodb://***:***@db1", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}), HasCredentials: true, HasPassword: true, TLSFrom: "default"},
			problems: []string{escapeProblem},
		},
		{
			name: "a password with a colon", input: "mongodb://alice:won:der@db1",
			want:     &Target{Input: "mongodb://***:***@db1", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}), HasCredentials: true, HasPassword: true, TLSFrom: "default"},
			problems: []string{escapeProblem},
		},
		{
			name: "a password with a bare percent sign", input: "mongodb://alice:50%off@db1",
			want:     &Target{Input: "mongodb://***:***@db1", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}), HasCredentials: true, HasPassword: true, TLSFrom: "default"},
			problems: []string{`error uri-invalid the user name or the password contains a "%" that begins no percent-encoding; ` + percentHint},
		},
		{
			name: "an empty user name", input: "mongodb://@db1",
			want:     &Target{Input: "mongodb://***@db1", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}), HasCredentials: true, TLSFrom: "default"},
			problems: []string{`error uri-invalid the user name before "@" is empty; leave the "@" out where there are no credentials`},
		},
		{
			name: "an at-sign in the value of an option is no user information", input: "mongodb://db1/?authSource=my@db",
			want: &Target{
				Input: "mongodb://db1/?authSource=***", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}),
				Options: Options{AuthSource: Option[string]{"my@db", FromURI, "authSource"}}, TLSFrom: "default",
			},
		},
		{
			name: "a database with a dollar sign", input: "mongodb://db1/$external",
			want: &Target{Input: "mongodb://db1/$external", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}), TLSFrom: "default"},
			problems: []string{
				`error uri-invalid the database name contains one of / \ " $ or a space; set authSource for the database to authenticate against, such as authSource=$external`,
			},
		},
		{
			name: "a database with a bare percent sign", input: "mongodb://db1/5%",
			want:     &Target{Input: "mongodb://db1/5%", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}), TLSFrom: "default"},
			problems: []string{`error uri-invalid the database name contains a "%" that begins no percent-encoding; percent-encode it: "%" is %25`},
		},
		{
			name: "no slash before the options", input: "mongodb://db1?tls=true",
			want: &Target{
				Input: "mongodb://db1?tls=true", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}),
				Options: Options{TLS: Option[bool]{true, FromURI, "tls"}}, TLS: true, TLSFrom: "uri",
			},
			problems: []string{`warning uri-invalid there is no "/" between the hosts and "?", and older drivers refuse that; write "/?"`},
		},
		{
			name: "another scheme, with what would be a password in it", input: "https://alice:wonder@db1/x",
			want:     &Target{Input: "https://***:***@db1/x", TLS: true, TLSFrom: "bare-host"},
			problems: []string{`error uri-invalid "https" is no scheme of a connection string; begin with mongodb:// or mongodb+srv://`},
		},
		{
			name: "no host at all", input: "mongodb://",
			want:     &Target{Input: "mongodb://***", Scheme: MongoDB, TLSFrom: "default"},
			problems: []string{"error uri-invalid the host is empty; name a host, such as db1.example.com:27017"},
		},
		{
			name: "nothing", input: " \t",
			problems: []string{"error uri-invalid the target is empty; name a host, such as db1.example.com:27017, or a connection string"},
		},
		{
			name: "bytes that are no UTF-8", input: "mongodb://db\xff",
			problems: []string{"error uri-invalid the target is not valid UTF-8"},
		},
		{
			name: "a megabyte", input: "mongodb://" + strings.Repeat("a", 1<<20),
			problems: []string{"error uri-invalid the target has 1048586 bytes, more than the 524288 of the longest that is read"},
		},
		{
			name: "ten thousand hosts", input: "mongodb://alice:wonder@" + strings.Repeat("db1,", 9999) + "db1/app",
			want:     &Target{Input: "mongodb://***:***@(10000 hosts)/app", Scheme: MongoDB, Database: "app", Username: "alice", HasCredentials: true, HasPassword: true, TLSFrom: "default"},
			problems: []string{"error uri-invalid more than 1000 hosts; give the targets in parts"},
		},
		{
			name: "a thousand and one options", input: "mongodb://db1/?" + strings.Repeat("w=1&", 1000) + "w=1",
			want:     &Target{Input: "mongodb://db1/?" + strings.Repeat("w=1&", 1000) + "w=1", Scheme: MongoDB, Hosts: hosts(HostPort{"db1", 27017}), TLSFrom: "default"},
			problems: []string{"error uri-invalid 1001 options, more than the 1000 that are read"},
		},
		{
			name: "what is shown is bounded", input: "mongodb://db1/" + strings.Repeat("a", 5000),
			want: &Target{
				Input: "mongodb://db1/" + strings.Repeat("a", maxShown-len("mongodb://db1/")) + "...", Scheme: MongoDB,
				Hosts: hosts(HostPort{"db1", 27017}), Database: strings.Repeat("a", 5000), TLSFrom: "default",
			},
		},
		{
			name: "a name longer than DNS has", input: strings.Repeat("a.", 127) + "a",
			want:     &Target{Input: "***", TLS: true, TLSFrom: "bare-host"},
			problems: []string{"error uri-invalid the host is longer than the 253 characters of a DNS name"},
		},
		{
			name: "a label longer than DNS has", input: strings.Repeat("a", 64) + ".example.com",
			want:     &Target{Input: "***", TLS: true, TLSFrom: "bare-host"},
			problems: []string{"error uri-invalid the host has a label longer than the 63 characters of DNS"},
		},
		{
			name: "a path that is no socket", input: "mongodb://%2Ftmp%2Fmongod",
			want:     &Target{Input: "mongodb://***", Scheme: MongoDB, TLSFrom: "default"},
			problems: []string{`error uri-invalid the host contains "%2F" and is no Unix domain socket, whose path ends in .sock`},
		},
		{
			name: "an encoded host that hides a control character", input: "mongodb://db%0a1,db%zz",
			want: &Target{Input: "mongodb://***,***", Scheme: MongoDB, TLSFrom: "default"},
			problems: []string{
				"error uri-invalid host 1 of 2 has a character that no host name has",
				`error uri-invalid host 2 of 2 has a "%" that begins no percent-encoding`,
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := Parse(test.input)
			if diff := diffTarget(test.want, got); diff != "" {
				t.Errorf("target (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.problems, lines(problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
