package wire

import "fmt"

// MechanismX509 is the authentication mechanism by client certificate.
const MechanismX509 = "MONGODB-X509"

// DatabaseExternal is the database of users that are known to something other
// than the server, such as a CA. MONGODB-X509 has no other.
const DatabaseExternal = "$external"

// FirstOpMsg is the least maxWireVersion of a server that takes commands other
// than hello by OP_MSG: MongoDB 3.6.
const FirstOpMsg = 6

// AuthenticateRequest returns the command by which a client authenticates with
// the certificate of the connection, as an OP_MSG message. user is the name to
// hold against the certificate; empty leaves it to the server to take it from
// there. No secret is sent.
func AuthenticateRequest(requestID int32, user string) []byte {
	cmd := Document{
		{"authenticate", Int32(1)},
		{"mechanism", String(MechanismX509)},
	}
	if user != "" {
		cmd = append(cmd, Element{"user", String(user)})
	}
	cmd = append(cmd, Element{"$db", String(DatabaseExternal)})
	return message(requestID, 0, OpMsg, msgBody(cmd))
}

// Authentication is a reply to authenticate. Texts are as of Hello.
type Authentication struct {
	// OK is whether the command succeeded. If not, Code, CodeName and ErrMsg say
	// why as far as the server tells, and the other fields are empty.
	OK       bool
	Code     int
	CodeName string
	ErrMsg   string
	// User is the user that the client is now, as the server names it; empty
	// where it does not say.
	User string
}

// ParseAuthentication reads the reply to authenticate that ReadMessage returned.
// An error says that the message is malformed; an authentication that failed is
// one that is not OK.
func ParseAuthentication(h Header, body []byte) (Authentication, error) {
	var r Authentication
	if err := eachElement(h, body, r.take); err != nil {
		return Authentication{}, fmt.Errorf("malformed reply: %w", err)
	}
	if !r.OK {
		r.User = ""
		return r, nil
	}
	return Authentication{OK: true, User: r.User}, nil
}

// take sets the field that the element is meant for.
func (r *Authentication) take(e rawElement) error {
	switch string(e.key) {
	case "ok":
		r.OK = e.truth()
	case "code":
		r.Code = e.integer()
	case "codeName":
		r.CodeName = e.text()
	case "errmsg", "$err":
		r.ErrMsg = e.text()
	case "user":
		r.User = e.text()
	}
	return nil
}
