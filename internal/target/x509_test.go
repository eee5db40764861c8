package target

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

func TestX509(t *testing.T) {
	const (
		user     = "mongodb://CN%3Dapp%2CO%3DAcme@db1/"
		complete = "?tls=true&tlsCertificateKeyFile=c.pem&authMechanism=MONGODB-X509"
		dn       = "CN=app,O=Acme"
	)
	tests := []struct {
		name  string
		input string
		want  *fact.X509
		// problems as lines.
		problems []string
	}{
		{"the user name is a fact", user + complete, &fact.X509{Username: dn}, nil},
		{"without a user name", "mongodb://db1/" + complete, &fact.X509{}, nil},
		{"the database of its users", user + complete + "&authSource=$external", &fact.X509{Username: dn}, nil},
		{"the database of its users, encoded", user + complete + "&authSource=%24external", &fact.X509{Username: dn}, nil},
		{"the database of the connection string does not count", "mongodb://db1/app" + complete, &fact.X509{}, nil},
		{"the user name of another mechanism is none", "mongodb://alice@db1/?tls=true&authMechanism=PLAIN", nil, nil},
		{"nor is that of no mechanism", "mongodb://alice@db1/?tls=true", nil, nil},
		{"a password", "mongodb://alice:hunter2@db1/" + complete, &fact.X509{},
			[]string{"error option-conflict [authMechanism] authMechanism=MONGODB-X509 takes no password, and the connection string has one: drivers refuse it; leave the password out; the user name may go too, because the server takes it from the certificate"}},
		{"an empty password is none", "mongodb://CN%3Dapp%2CO%3DAcme:@db1/" + complete, &fact.X509{Username: dn}, nil},
		{"another database", user + complete + "&authSource=admin", &fact.X509{Username: dn},
			[]string{"error option-conflict [authMechanism authSource] authMechanism=MONGODB-X509 cannot go with authSource=admin: its users are in $external, and drivers refuse any other; leave authSource out, or set it to $external"}},
		{"without TLS", "mongodb://db1/?authMechanism=MONGODB-X509", &fact.X509{},
			[]string{"warning x509-incomplete [authMechanism] authMechanism=MONGODB-X509 needs TLS, and TLS is off: drivers connect in clear, and the server authenticates nobody there; set tls=true and tlsCertificateKeyFile"}},
		{"without a certificate", "mongodb://db1/?tls=true&authMechanism=MONGODB-X509", &fact.X509{},
			[]string{"warning x509-incomplete [authMechanism] authMechanism=MONGODB-X509 needs a client certificate, and no option names one: drivers connect without, and the server has nobody to authenticate; set tls=true and tlsCertificateKeyFile"}},
		{"an empty database, whatever the mechanism", "mongodb://db1/?authSource=", nil,
			[]string{"error option-invalid-value [authSource] authSource must not be empty"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := Parse(test.input)
			if diff := cmp.Diff(test.want, got.Facts().X509); diff != "" {
				t.Errorf("facts (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.problems, lines(problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckAuthenticate(t *testing.T) {
	const hint = "; give authMechanism=MONGODB-X509 and a client certificate, or leave --authenticate out"
	client := "c.pem"
	tests := []struct {
		name  string
		input string
		flags Flags
		want  []string
	}{
		{"the mechanism and a certificate", "mongodb://db1/?tls=true&tlsCertificateKeyFile=c.pem&authMechanism=MONGODB-X509", Flags{}, nil},
		{"a certificate alone", "db1", Flags{TLSCertificateKeyFile: &client}, nil},
		{"the mechanism alone, which the server will not like", "mongodb://db1/?tls=true&authMechanism=MONGODB-X509", Flags{}, nil},
		{"neither", "db1", Flags{},
			[]string{"error option-conflict [--authenticate] --authenticate needs a client certificate, and no option names one; name it with --tlsCertificateKeyFile"}},
		{"another mechanism", "mongodb://alice:hunter2@db1/?tls=true&authMechanism=SCRAM-SHA-256", Flags{TLSCertificateKeyFile: &client},
			[]string{"error option-conflict [--authenticate] --authenticate is for MONGODB-X509, and authMechanism=SCRAM-SHA-256 is given: credentials of other mechanisms are never sent" + hint}},
		{"a user of no mechanism", "mongodb://alice:hunter2@db1/?tls=true", Flags{TLSCertificateKeyFile: &client},
			[]string{"error option-conflict [--authenticate] --authenticate is for MONGODB-X509, and the user name without authMechanism stands for another: credentials of other mechanisms are never sent" + hint}},
		{"without TLS", "mongodb://db1/?tls=false&authMechanism=MONGODB-X509", Flags{TLSCertificateKeyFile: &client},
			[]string{"error option-conflict [--authenticate] --authenticate needs TLS, and TLS is off; set tls=true"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, _ := Parse(test.input)
			got.Override(test.flags)
			if diff := cmp.Diff(test.want, lines(got.CheckAuthenticate())); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFlagsCompleteX509: what the command line adds is not missing any more.
func TestFlagsCompleteX509(t *testing.T) {
	client := "c.pem"
	got, problems := Parse("mongodb://db1/?tls=true&authMechanism=MONGODB-X509")
	if len(problems) != 1 || problems[0].ID != X509Incomplete {
		t.Fatalf("problems before: %v", problems)
	}
	if more := got.Override(Flags{TLSCertificateKeyFile: &client}); len(more) > 0 {
		t.Errorf("problems after: %v", more)
	}
	if diff := cmp.Diff([]string{}, got.Facts().Warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
