package verify

import "github.com/mongotls/mongotls/internal/certificate"

// memo keeps what several stacks ask of the same certificates and what takes
// time: signatures, and names against constraints. A nil memo keeps nothing.
type memo struct {
	signatures  map[pair]error
	constraints map[pair]int
}

// pair is a certificate and one above it.
type pair struct {
	child, above *certificate.Certificate
	leaf         bool
}

func newMemo() *memo {
	return &memo{signatures: make(map[pair]error), constraints: make(map[pair]int)}
}

// signed is CheckSignatureFrom.
func (m *memo) signed(c, issuer *certificate.Certificate) error {
	if m == nil {
		return c.CheckSignatureFrom(issuer)
	}
	key := pair{child: c, above: issuer}
	err, known := m.signatures[key]
	if !known {
		err = c.CheckSignatureFrom(issuer)
		m.signatures[key] = err
	}
	return err
}

// constrained is constrainAll with the constraints of a CA.
func (m *memo) constrained(c, ca *certificate.Certificate, leaf bool) int {
	if m == nil {
		return constrainAll(c, ca.NameConstraints, leaf)
	}
	key := pair{c, ca, leaf}
	code, known := m.constraints[key]
	if !known {
		code = constrainAll(c, ca.NameConstraints, leaf)
		m.constraints[key] = code
	}
	return code
}

// Shared returns the input with a memory that all verdicts on it and on its
// copies share, so that no signature is verified twice. It must not be used
// concurrently.
func (in Input) Shared() Input {
	in.memo = newMemo()
	return in
}
