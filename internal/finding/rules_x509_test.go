package finding

import (
	"crypto/x509"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

const appUser = "CN=app,OU=apps,O=Acme"

// of gives a certificate an OU and O.
func of(unit, organization string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.Subject.Organization, c.Subject.OrganizationalUnit = []string{organization}, []string{unit}
	}
}

// authenticating is a client that authenticates with a certificate, as the user
// of the connection string.
func authenticating(username string, client *pair) edit {
	return func(t *fact.Target, e *fact.Endpoint) {
		t.Options.AuthMechanism, t.Options.TLSCertificateKeyFile = "MONGODB-X509", "client.pem"
		t.X509 = &fact.X509{Username: username}
		if client == nil {
			asksForClient("")(t, e)
			return
		}
		parsed, _ := certificate.Parse(client.der)
		u := parsed.X509User()
		t.ClientCertificates = present(client)
		t.X509.CertificateUser, t.X509.CertificateUserNote = u.Name, u.Uncertain
		asksForClient(parsed.Subject)(t, e)
	}
}

// answered is the server's answer to authenticate.
func answered(a fact.Authentication) edit {
	return func(t *fact.Target, e *fact.Endpoint) {
		if a.Outcome == "" {
			a.Outcome = fact.OutcomeOK
		}
		a.User = t.X509.Username
		t.Options.Authenticate, e.Authentication = true, &a
	}
}

func turnedAway(code int, name, message string) edit {
	return answered(fact.Authentication{Code: code, CodeName: name, Message: message})
}

var generic = turnedAway(18, "AuthenticationFailed", "Authentication failed.")

func TestX509(t *testing.T) {
	root := issue(t, nil, "Example Root", authority)
	server := issue(t, root, "db", names("db.example.com"), of("members", "Acme"))
	client := issue(t, root, "app", of("apps", "Acme"))
	twin := issue(t, root, "app", of("members", "Acme"))
	emoji := issue(t, root, "🐘")
	nobody := issue(t, root, "")
	healthy := presenting(trust(verify.StoreCAFile, root), server)
	failed := func(title string) brief { return failing("x509-auth-failed").titled(title) }
	source := func(t *fact.Target, _ *fact.Endpoint) { t.Options.AuthSource = "admin" }
	notAsked := func(_ *fact.Target, e *fact.Endpoint) { e.ClientAuth = &fact.ClientAuth{AcceptableCAs: []string{}} }
	const reversed = "O=Acme,OU=apps,CN=app"
	judgeRows(t, []row{
		{"the certificate's user", []edit{healthy, authenticating(appUser, client)}, nil, Pass},
		{"no user name", []edit{healthy, authenticating("", client)}, nil, Pass},
		{"no certificate to hold it against", []edit{healthy, authenticating(appUser, nil)}, nil, Pass},
		{"another user", []edit{healthy, authenticating(reversed, client)}, []brief{failing("x509-user-mismatch")}, Failure},
		{"another user, and the certificate's may be another yet", []edit{healthy, authenticating("CN=app", emoji)},
			[]brief{entryTitle("x509-user-mismatch", Warn, Likely)}, Warning},
		{"a certificate whose user is not known at all", []edit{healthy, authenticating(appUser, client), func(t *fact.Target, _ *fact.Endpoint) {
			t.X509.CertificateUser, t.X509.CertificateUserNote = "", "the subject cannot be read"
		}}, nil, Pass},
		{"a certificate of nobody", []edit{healthy, authenticating("", nobody)},
			[]brief{failing("x509-user-mismatch").titled("The client certificate names nobody")}, Failure},
		{"without TLS", []edit{plaintext, authenticating("", client), func(_ *fact.Target, e *fact.Endpoint) { e.ClientAuth = nil }},
			[]brief{failed("MONGODB-X509 needs TLS, and the connection string has none"), warning("no-encryption")}, Failure},
		{"without TLS, where there is nothing else", []edit{withoutTLS, authenticating("", client)}, []brief{failing("plaintext-client")}, Failure},
		{"a source from the TXT record", []edit{healthy, authenticating("", client), source}, []brief{failing("option-conflict")}, Failure},

		{"authenticated", []edit{healthy, authenticating(appUser, client), answered(fact.Authentication{OK: true, ServerUser: appUser})}, nil, Pass},
		{"authenticated, and the server does not say as whom", []edit{healthy, authenticating("", client), answered(fact.Authentication{OK: true})}, nil, Pass},
		{"authenticated as another", []edit{healthy, authenticating("", client), answered(fact.Authentication{OK: true, ServerUser: reversed})},
			[]brief{info("x509-user-differs")}, Pass},
		{"authenticated with a name that was not expected", []edit{healthy, authenticating(reversed, client), answered(fact.Authentication{OK: true, ServerUser: reversed})},
			[]brief{info("x509-user-differs")}, Pass},
		{"a mismatch is why it is refused", []edit{healthy, authenticating(reversed, client), generic}, []brief{failing("x509-user-mismatch")}, Failure},
		{"a source is why it is refused", []edit{healthy, authenticating(appUser, client), source, generic}, []brief{failing("option-conflict")}, Failure},
		{"a doubtful mismatch does not hide that it is refused", []edit{healthy, authenticating("CN=app", emoji), generic},
			[]brief{failing("x509-auth-failed"), entryTitle("x509-user-mismatch", Warn, Likely)}, Failure},
		{"refused for a reason that stays in the log", []edit{healthy, authenticating(appUser, client), generic}, []brief{failing("x509-auth-failed")}, Failure},
		{"an unknown user", []edit{healthy, authenticating(appUser, client), turnedAway(11, "UserNotFound", "Could not find user")},
			[]brief{failed("The user of the client certificate does not exist")}, Failure},
		{"an unknown user of a name that was not expected", []edit{healthy, authenticating(reversed, client), turnedAway(11, "UserNotFound", "Could not find user")},
			[]brief{failed("The user of the client certificate does not exist")}, Failure},
		{"an unknown user of no certificate that was read", []edit{healthy, authenticating("", nil), turnedAway(11, "UserNotFound", "Could not find user")},
			[]brief{failed("The user of the client certificate does not exist")}, Failure},
		{"a service without the command", []edit{healthy, authenticating(appUser, client), turnedAway(59, "CommandNotFound", "no such command: 'authenticate'")},
			[]brief{failed("The server does not know MONGODB-X509")}, Failure},
		{"a service without the mechanism", []edit{healthy, authenticating(appUser, client), turnedAway(334, "MechanismUnavailable", "no")},
			[]brief{failed("The server does not know MONGODB-X509")}, Failure},
		{"no certificate asked for", []edit{healthy, authenticating(appUser, client), notAsked, generic},
			[]brief{failing("client-cert-not-requested")}, Failure},
		{"no certificate asked for, in a report without the warning", []edit{healthy, authenticating("", client), generic, func(_ *fact.Target, e *fact.Endpoint) { e.ClientAuth = nil }},
			[]brief{failing("x509-auth-failed")}, Failure},
		{"a certificate that was withheld", []edit{healthy, authenticating("", client), generic, func(_ *fact.Target, e *fact.Endpoint) {
			e.ClientAuth.Presented, e.ClientAuth.Withheld = "", "no signature in common"
		}}, []brief{failed("No client certificate to authenticate with"), warning("client-cert-rejected").titled("The server verifies no signature of the client certificate's key")}, Failure},
		{"no certificate sent", []edit{healthy, authenticating("", nil), generic}, []brief{failed("No client certificate to authenticate with")}, Failure},
		{"a member's certificate", []edit{healthy, authenticating("", twin), generic},
			[]brief{likely("x509-auth-failed").titled("The client certificate is taken for a member's"), warning("client-cert-cluster-member")}, Failure},
		{"a member's certificate that is let in", []edit{healthy, authenticating("", twin), answered(fact.Authentication{OK: true, ServerUser: "CN=app,OU=members,O=Acme"})},
			[]brief{warning("client-cert-cluster-member")}, Warning},
		{"a member's certificate, nobody having tried", []edit{healthy, authenticating("", twin)}, []brief{warning("client-cert-cluster-member")}, Warning},
		{"no answer", []edit{healthy, authenticating("", client), answered(fact.Authentication{Outcome: fact.OutcomeClosed, Error: "EOF"})},
			[]brief{failed("Authentication with MONGODB-X509 could not be completed")}, Failure},
		{"an alert", []edit{healthy, authenticating("", client), answered(fact.Authentication{Outcome: fact.OutcomeAlert, Alert: alertOf(42)})},
			[]brief{failed("Authentication with MONGODB-X509 could not be completed")}, Failure},
		{"a refusal without anything beside it", []edit{healthy, authenticating("", client), answered(fact.Authentication{})}, []brief{failing("x509-auth-failed")}, Failure},
	})
}

// TestUserMismatchTellsAll holds what a reader has to go by.
func TestUserMismatchTellsAll(t *testing.T) {
	client := issue(t, nil, "app", of("apps", "Acme Inc"))
	target, endpoint := facts(authenticating("O=Acme Inc, OU=apps, CN=app", client))
	target.Options.TLSCAFile = "ca's.pem"
	got := Judge(target, endpoint, Policy{}, now).Findings[0]
	want := Finding{
		ID: "x509-user-mismatch", Severity: Fail, Confidence: Certain, Title: "The user name is not the certificate's subject",
		Detail: "The connection string has the user name O=Acme Inc, OU=apps, CN=app, and the server takes the client certificate for CN=app,OU=apps,O=Acme Inc: " +
			"the order is reversed; there are blanks between its parts.",
		Why: got.Why,
		Evidence: map[string]any{
			"username": "O=Acme Inc, OU=apps, CN=app", "certificateUser": "CN=app,OU=apps,O=Acme Inc",
			"differences": []string{"the order is reversed", "there are blanks between its parts"},
		},
		Fix: []string{
			"Leave the user name out of the connection string: the server takes it from the certificate.",
			"Or write it as the server sees it, percent-encoded (CN%3Dapp%2COU%3Dapps%2CO%3DAcme%20Inc).",
			"The user must exist under that name; this creates it, as one who may create users:",
			`$ mongosh 'mongodb://db.example.com:27017/?tls=true' --tlsCAFile 'ca'\''s.pem' --tlsCertificateKeyFile client.pem` +
				` --eval 'db.getSiblingDB("$external").runCommand({createUser: "CN=app,OU=apps,O=Acme Inc", roles: [{role: "readWrite", db: "test"}]})' --username ADMIN --password`,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if n := words(t, strings.TrimPrefix(got.Fix[3], "$ ")); n != 11 {
		t.Errorf("the command has %d words", n)
	}
}

// TestAuthenticationTellsTheAnswer holds the evidence of a refusal.
func TestAuthenticationTellsTheAnswer(t *testing.T) {
	client := issue(t, nil, "app", of("apps", "Acme"))
	target, endpoint := facts(authenticating(appUser, client), generic)
	got := Judge(target, endpoint, Policy{}, now).Findings[0]
	want := map[string]any{
		"outcome": "ok", "username": appUser, "certificateUser": appUser, "code": 18, "codeName": "AuthenticationFailed", "message": "Authentication failed.",
	}
	if diff := cmp.Diff(want, got.Evidence); diff != "" {
		t.Errorf("evidence (-want +got)\n%s", diff)
	}
	const detail = "The server answered authenticate with error 18 (AuthenticationFailed): Authentication failed."
	if got.Detail != detail {
		t.Errorf("detail %q, want %q", got.Detail, detail)
	}
}

// TestUnknownUserIsCreatedByItsName: of the two names the one that the server knows
// the certificate by.
func TestUnknownUserIsCreatedByItsName(t *testing.T) {
	client := issue(t, nil, "app", of("apps", "Acme"))
	for _, test := range []struct{ name, sent, want string }{
		{"the certificate's", "", appUser},
		{"the one that was sent", "CN=other", "CN=other"},
	} {
		t.Run(test.name, func(t *testing.T) {
			target, endpoint := facts(authenticating(test.sent, client), turnedAway(11, "UserNotFound", "Could not find user"))
			got := Judge(target, endpoint, Policy{}, now).Findings[0]
			if last := got.Fix[len(got.Fix)-1]; !strings.Contains(last, `createUser: "`+test.want+`"`) {
				t.Errorf("%s: %s", got.ID, last)
			}
		})
	}
}
