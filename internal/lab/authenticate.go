package lab

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/wire"
)

// session is what a server knows of one connection.
type session struct {
	// id is its number, as connectionId has it.
	id int32
	// serverName is the SNI of the connection; empty without TLS, too.
	serverName string
	// client is the client certificate, if there is one and it was verified.
	client *x509.Certificate
}

// accounts are what a server goes by when clients authenticate with certificates.
type accounts struct {
	// users are those of the database $external.
	users []string
	// server is the server's own certificate.
	server *x509.Certificate
	// clusterX509 is whether clusterAuthMode lets members authenticate by x.509.
	clusterX509 bool
}

// The errors of authentication. mongod keeps its reasons to its log: but for two
// codes they all become the same answer (authentication_commands.cpp).
var authenticationFailed = &CommandError{Code: 18, CodeName: "AuthenticationFailed", Message: "Authentication failed."}

func protocolError(message string) *CommandError {
	return &CommandError{Code: 17, CodeName: "ProtocolError", Message: message}
}

func userNotFound(user string) *CommandError {
	return &CommandError{Code: 11, CodeName: "UserNotFound", Message: fmt.Sprintf(`Could not find user "%s" for db "$external"`, user)}
}

// authenticate is the reply to the command of that name, after what mongod does.
func (a *accounts) authenticate(request wire.Document, s session) wire.Document {
	mechanism, _ := request.Get("mechanism").(wire.String)
	database, _ := request.Get("$db").(wire.String)
	given, _ := request.Get("user").(wire.String)
	if mechanism != wire.MechanismX509 || s.client == nil {
		// Unsupported mechanism; no verified subject name available from client.
		return authenticationFailed.document()
	}
	user := userOf(s.client)
	switch {
	case user == "":
		return authenticationFailed.document()
	case given != "" && string(given) != user:
		// There is no x.509 client certificate matching the user.
		return authenticationFailed.document()
	case database != wire.DatabaseExternal:
		return protocolError("X.509 authentication must always use the $external database.").document()
	case a.isMember(s.client) && !a.clusterX509:
		// The provided certificate can only be used for cluster authentication.
		return authenticationFailed.document()
	case !a.isMember(s.client) && !slices.Contains(a.users, user):
		return userNotFound(user).document()
	}
	return wire.Document{
		{Key: "dbname", Value: wire.String(wire.DatabaseExternal)},
		{Key: "user", Value: wire.String(user)},
		{Key: "ok", Value: wire.Double(1)},
	}
}

// isMember tells whether a certificate has the O, OU and DC of the server's own.
func (a *accounts) isMember(client *x509.Certificate) bool {
	own, theirs := clusterAttributes(a.server), clusterAttributes(client)
	return len(own) > 0 && slices.Equal(own, theirs)
}

// clusterAttributes are the attributes of a subject that make its holder a member.
func clusterAttributes(c *x509.Certificate) []string {
	var list []string
	if c == nil {
		return nil
	}
	for _, rdn := range subjectOf(c) {
		for _, a := range rdn {
			if name := shortName(a.Type); name == "O" || name == "OU" || name == "DC" {
				list = append(list, name+"="+string(a.Value.Bytes))
			}
		}
	}
	slices.Sort(list)
	return list
}

// userOf is the user name of a certificate, modelled on how mongod renders its
// subject: last RDN first, with the bytes above 0x7f in hexadecimal. Preparing
// strings by RFC 4518, which mongod does before, is left out: nothing here needs
// it.
func userOf(c *x509.Certificate) string {
	var rdns []string
	for _, rdn := range slices.Backward(subjectOf(c)) {
		var parts []string
		for _, a := range slices.Backward(rdn) {
			parts = append(parts, shortName(a.Type)+"="+escaped(a.Value.Bytes))
		}
		rdns = append(rdns, strings.Join(parts, "+"))
	}
	return strings.Join(rdns, ",")
}

// attribute is an AttributeTypeAndValue whose value keeps its bytes (RFC 5280
// section 4.1.2.4).
type attribute struct {
	Type  asn1.ObjectIdentifier
	Value asn1.RawValue
}

// attributeSET is a RelativeDistinguishedName. encoding/asn1 takes a type for a
// SET by the end of its name.
type attributeSET []attribute

// subjectOf is the subject in the order of the certificate; nil if it cannot be
// read.
func subjectOf(c *x509.Certificate) []attributeSET {
	var rdns []attributeSET
	if rest, err := asn1.Unmarshal(c.RawSubject, &rdns); err != nil || len(rest) > 0 {
		return nil
	}
	return rdns
}

// shortName is OpenSSL's name of an attribute type, or its number.
func shortName(oid asn1.ObjectIdentifier) string {
	for name, known := range map[string]asn1.ObjectIdentifier{
		"CN": {2, 5, 4, 3}, "C": {2, 5, 4, 6}, "L": {2, 5, 4, 7}, "ST": {2, 5, 4, 8}, "O": {2, 5, 4, 10}, "OU": {2, 5, 4, 11},
		"emailAddress": {1, 2, 840, 113549, 1, 9, 1}, "DC": {0, 9, 2342, 19200300, 100, 1, 25}, "UID": {0, 9, 2342, 19200300, 100, 1, 1},
	} {
		if known.Equal(oid) {
			return name
		}
	}
	return oid.String()
}

func escaped(value []byte) string {
	var b strings.Builder
	for i, c := range value {
		switch {
		case c >= 0x80:
			fmt.Fprintf(&b, `\%02X`, c)
		case bytes.IndexByte([]byte(`,+"\<>;`), c) >= 0, i == 0 && (c == ' ' || c == '#'), i == len(value)-1 && c == ' ':
			b.WriteString(`\` + string(c))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
