package finding

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// The error codes of MongoDB by which authentication fails (error_codes.yml).
const (
	codeUserNotFound         = 11
	codeCommandNotFound      = 59
	codeMechanismUnavailable = 334
)

// sourceX509 is the database of users that authenticate by certificate.
const sourceX509 = "$external"

// judgeX509: authentication by client certificate, as asked for and as made.
func judgeX509(j *judge) {
	x := j.target.X509
	if x == nil {
		return
	}
	if source := j.target.Options.AuthSource; source != "" && source != sourceX509 {
		j.add("option-conflict", Fail, Certain,
			fmt.Sprintf("authMechanism=MONGODB-X509 is given, and authSource=%s, which comes from the TXT record where the connection string has none: its users are in $external, and drivers refuse any other.", source),
			map[string]any{"options": []string{"authMechanism", "authSource"}, "authSource": source}).
			Fix = []string{"Add authSource=$external to the connection string; it goes over the TXT record."}
	}
	if !j.target.Options.TLS && !j.has("plaintext-client") {
		f := j.add("x509-auth-failed", Fail, Certain, "The connection string does not use TLS, and a client certificate is sent over nothing else: the server has nobody to authenticate.",
			map[string]any{"tls": false})
		f.Title = "MONGODB-X509 needs TLS, and the connection string has none"
		f.Fix = []string{"Add tls=true to the connection string, and tlsCertificateKeyFile where it is missing:", fill("$ mongotls check {tlsuri} --tlsCertificateKeyFile {keyfile} --authenticate", j.values)}
	}
	j.judgeUser(x)
	if a := j.endpoint.Authentication; a != nil {
		j.judgeAuthentication(x, a)
	}
}

// judgeUser: is the user name of the connection string the certificate's.
func (j *judge) judgeUser(x *fact.X509) {
	if len(j.target.ClientCertificates) == 0 {
		return
	}
	if x.CertificateUser == "" && x.CertificateUserNote == "" {
		f := j.add("x509-user-mismatch", Fail, Certain, "The subject of the client certificate is empty, so that the server has no name to authenticate it by.",
			map[string]any{"sha256": j.target.ClientCertificates[0].SHA256})
		f.Title = "The client certificate names nobody"
		f.Fix = []string{"Issue a client certificate with a subject, such as CN=app,OU=clients,O=Acme."}
		return
	}
	if x.Username == "" || x.CertificateUser == "" || x.Username == x.CertificateUser || j.userStands() {
		return
	}
	severity, confidence := Fail, Certain
	doubt := ""
	if x.CertificateUserNote != "" {
		severity, confidence = Warn, Likely
		doubt = " The server may see another name yet: " + x.CertificateUserNote + "."
	}
	differences := nameDifferences(x.Username, x.CertificateUser)
	f := j.addWith(map[string]string{"encodeduser": percentEncoded(x.CertificateUser)}, "x509-user-mismatch", severity, confidence,
		fmt.Sprintf("The connection string has the user name %s, and the server takes the client certificate for %s: %s.%s",
			x.Username, x.CertificateUser, strings.Join(differences, "; "), doubt),
		map[string]any{"username": x.Username, "certificateUser": x.CertificateUser, "differences": differences})
	f.Fix = append(f.Fix, "The user must exist under that name; this creates it, as one who may create users:", j.createUser(x.CertificateUser))
}

// userStands reports whether the server has taken the user name of the connection
// string for the certificate's, whatever is expected of it here.
func (j *judge) userStands() bool {
	a := j.endpoint.Authentication
	return a != nil && a.User != "" && (a.OK || a.Code == codeUserNotFound)
}

// createUser is the command that makes the certificate's user, of this name, at
// the server.
func (j *judge) createUser(name string) string {
	command := "$ mongosh " + shellQuote(j.values["tlsuri"])
	if f := j.target.Options.TLSCAFile; f != "" {
		command += " --tlsCAFile " + shellQuote(f)
	}
	if f := j.target.Options.TLSCertificateKeyFile; f != "" {
		command += " --tlsCertificateKeyFile " + shellQuote(f)
	}
	return command + " --eval " + shellQuote(certificate.User{Name: name}.CreateUser()) + " --username ADMIN --password"
}

// judgeAuthentication: what became of the authentication that was asked for.
func (j *judge) judgeAuthentication(x *fact.X509, a *fact.Authentication) {
	evidence := map[string]any{"outcome": string(a.Outcome)}
	if a.User != "" {
		evidence["username"] = a.User
	}
	if x.CertificateUser != "" {
		evidence["certificateUser"] = x.CertificateUser
	}
	switch {
	case a.Outcome != fact.OutcomeOK:
		said := a.Error
		if a.Alert != nil {
			said = alertWords(a.Alert)
		}
		f := j.add("x509-auth-failed", Fail, Certain, fmt.Sprintf("hello was answered, and authenticate was not (%s): %s.", a.Outcome, said), evidence)
		f.Title = "Authentication with MONGODB-X509 could not be completed"
	case a.OK:
		j.judgeServerUser(x, a)
	default:
		evidence["code"], evidence["codeName"], evidence["message"] = a.Code, a.CodeName, a.Message
		j.judgeRefusal(x, a, evidence)
	}
}

// judgeServerUser: the server's own word for the user is the ground truth.
func (j *judge) judgeServerUser(x *fact.X509, a *fact.Authentication) {
	if a.ServerUser == "" || x.CertificateUser == "" || a.ServerUser == x.CertificateUser {
		return
	}
	j.add("x509-user-differs", Info, Certain,
		fmt.Sprintf("The server has authenticated the client as %s, and by its certificate %s was expected: %s.",
			a.ServerUser, x.CertificateUser, strings.Join(nameDifferences(a.ServerUser, x.CertificateUser), "; ")),
		map[string]any{"serverUser": a.ServerUser, "certificateUser": x.CertificateUser})
}

// judgeRefusal: the server said no. What it says why is little.
func (j *judge) judgeRefusal(x *fact.X509, a *fact.Authentication, evidence map[string]any) {
	said := refusalWords(a)
	c := j.clientAuth()
	switch {
	case a.Code == codeUserNotFound:
		detail := said + " The certificate was verified, and nobody has created the user that it stands for."
		f := j.add("x509-auth-failed", Fail, Certain, detail, evidence)
		f.Title = "The user of the client certificate does not exist"
		// The name that was sent stood the comparison with the certificate.
		f.Fix = []string{"Create the user that the server names, in the database $external."}
		if name := cmp.Or(a.User, x.CertificateUser); name != "" {
			f.Fix = []string{"Create the user, as one who may create users, with the roles that it needs:", j.createUser(name)}
		}
	case a.Code == codeCommandNotFound, a.Code == codeMechanismUnavailable:
		f := j.add("x509-auth-failed", Fail, Certain, said+" It does not offer this mechanism.", evidence)
		f.Title = "The server does not know MONGODB-X509"
		f.Fix = []string{"Use a mechanism that the server has: hello, or the server's documentation, tells which. A service that imitates MongoDB seldom has this one."}
	case c.Presented == "" && !c.Requested:
		j.judgeNotAsked(said, evidence)
	case c.Presented == "":
		f := j.add("x509-auth-failed", Fail, Certain, said+" It asked for a client certificate and got none.", evidence)
		f.Title = "No client certificate to authenticate with"
		f.Fix = []string{"Give the client a certificate from a CA that the server accepts, with its key in one PEM file:", fill("$ mongotls check {endpoint} --tlsCertificateKeyFile client.pem --authenticate", j.values)}
		if c.Withheld != "" {
			f.Fix = []string{"Give the client a certificate that can be used with this server: why the one at hand cannot is told beside this."}
		}
	case j.passesForMember():
		f := j.add("x509-auth-failed", Fail, Likely, said+" The client certificate has the same O, OU and DC as the server's own, so that mongod takes it for a member's: unless clusterAuthMode allows x.509, nobody authenticates with that.", evidence)
		f.Title = "The client certificate is taken for a member's"
		f.Fix = []string{"Issue client certificates with another O or OU than the members have, such as OU=clients, and create their user.", readServerLog}
	default:
		j.add("x509-auth-failed", Fail, Certain, said, evidence)
	}
}

// readServerLog is the step that always helps.
const readServerLog = "Read the reason in the server's log: \"Failed to authenticate\", id 5286307."

// refusalWords is what the server said, as a sentence.
func refusalWords(a *fact.Authentication) string {
	name := a.CodeName
	if name == "" {
		name = "no name"
	}
	return fmt.Sprintf("The server answered authenticate with error %d (%s): %s.", a.Code, name, strings.TrimSuffix(a.Message, "."))
}

// judgeNotAsked: the server has no certificate to go by because it asked for none,
// which was told as a warning before it had the last word.
func (j *judge) judgeNotAsked(said string, evidence map[string]any) {
	for i := range j.found {
		if f := &j.found[i]; f.ID == "client-cert-not-requested" {
			f.Severity, f.Detail = Fail, f.Detail+" "+said
			maps.Copy(f.Evidence, evidence)
			return
		}
	}
	j.add("x509-auth-failed", Fail, Certain, said+" It asked for no client certificate, so that it has none to go by.", evidence)
}

// passesForMember reports whether a server with this certificate takes the client
// for a member of its cluster.
func (j *judge) passesForMember() bool {
	client, server := j.clientCert(), j.leaf()
	return client != nil && server != nil && client.SameCluster(server)
}
