package revocation

import (
	"crypto"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/fact"
)

// Bounds of one OCSP response. Real ones have one to five kilobytes, one status
// and at most a short chain.
const (
	maxOCSP     = 64 << 10
	maxEmbedded = 16
)

// The OIDs of RFC 6960, as the content of their DER.
const (
	oidOCSPBasic      = "\x2b\x06\x01\x05\x05\x07\x30\x01\x01"
	oidOCSPNonce      = "\x2b\x06\x01\x05\x05\x07\x30\x01\x02"
	oidOCSPNoCheck    = "\x2b\x06\x01\x05\x05\x07\x30\x01\x05"
	oidReasonCode     = "\x55\x1d\x15"
	oidInvalidityDate = "\x55\x1d\x18"
)

// ocspCritical are the response and single extensions that may be critical: they
// are understood, or take nothing from what a status says (RFC 6960 section 4.4).
var ocspCritical = map[string]bool{
	oidOCSPNonce:                           true,
	"\x2b\x06\x01\x05\x05\x07\x30\x01\x03": true, // CRL references
	"\x2b\x06\x01\x05\x05\x07\x30\x01\x06": true, // archive cutoff
	"\x2b\x06\x01\x05\x05\x07\x30\x01\x09": true, // extended revoked definition
	oidReasonCode:                          true,
	oidInvalidityDate:                      true,
}

// responseStatuses are the OCSPResponseStatus values other than successful, with
// what they mean to whoever asked.
var responseStatuses = map[int]struct {
	problem fact.RevocationProblem
	text    string
}{
	1: {fact.ProblemMalformedRequest, "the responder calls the request malformed (malformedRequest)"},
	2: {fact.ProblemInternalError, "the responder has an internal error (internalError)"},
	3: {fact.ProblemTryLater, "the responder asks to try later (tryLater)"},
	5: {fact.ProblemSigRequired, "the responder answers only signed requests (sigRequired)"},
	6: {fact.ProblemUnauthorized, "the responder does not answer for this certificate (unauthorized)"},
}

// response is a BasicOCSPResponse (RFC 6960 section 4.2.1), read and not
// verified.
type response struct {
	// responderName is a DER Name, responderKey a SHA-1 hash; one of them is set.
	responderName, responderKey []byte
	producedAt                  time.Time
	singles                     []single
	extensions                  []extension

	tbs, signature []byte
	algorithm      algorithm
	certificates   [][]byte
}

// single is a SingleResponse.
type single struct {
	hash              crypto.Hash // zero if it is not known
	nameHash, keyHash []byte
	serial            string // as serialKey has it
	status            fact.RevocationStatus
	revokedAt         time.Time
	reason            int
	thisUpdate        time.Time
	nextUpdate        *time.Time
	extensions        []extension
}

func explicit(n uint8) cbasn1.Tag { return cbasn1.Tag(n).Constructed().ContextSpecific() }

// trailing is nil if s is empty.
func trailing(s cryptobyte.String, what string) error {
	if s.Empty() {
		return nil
	}
	return failf(fact.ProblemTrailingData, "there are bytes after the end of %s", what)
}

// parseResponse reads an OCSPResponse. The error is a *failure; that of a status
// other than successful says which.
func parseResponse(der []byte) (*response, error) {
	if len(der) == 0 {
		return nil, failf(fact.ProblemEmpty, "the response is empty")
	}
	if len(der) > maxOCSP {
		return nil, failf(fact.ProblemTooLarge, "the response is larger than %d KiB", maxOCSP>>10)
	}
	s := cryptobyte.String(der)
	var outer, field, bytes, kind, basic cryptobyte.String
	var status int
	var present bool
	if !s.ReadASN1(&outer, cbasn1.SEQUENCE) {
		return nil, malformed("OCSPResponse")
	}
	if err := trailing(s, "OCSPResponse"); err != nil {
		return nil, err
	}
	if !outer.ReadASN1Enum(&status) {
		return nil, malformed("responseStatus")
	}
	if status != 0 {
		if known, ok := responseStatuses[status]; ok {
			return nil, &failure{known.problem, known.text}
		}
		return nil, failf(fact.ProblemResponseStatus, "the responder answers with status %d, which has no meaning", status)
	}
	if !outer.ReadOptionalASN1(&field, &present, explicit(0)) || !present || !field.ReadASN1(&bytes, cbasn1.SEQUENCE) ||
		!bytes.ReadASN1(&kind, cbasn1.OBJECT_IDENTIFIER) || !bytes.ReadASN1(&basic, cbasn1.OCTET_STRING) {
		return nil, malformed("responseBytes")
	}
	if !outer.Empty() || !field.Empty() || !bytes.Empty() {
		return nil, failf(fact.ProblemTrailingData, "there are bytes after the end of responseBytes")
	}
	if string(kind) != oidOCSPBasic {
		return nil, failf(fact.ProblemResponseType, "the response is of type %s, not id-pkix-ocsp-basic", dotted(string(kind)))
	}
	return parseBasic(basic)
}

func parseBasic(s cryptobyte.String) (*response, error) {
	r := new(response)
	var body, tbs, alg, signature, field, certificates cryptobyte.String
	var present bool
	if !s.ReadASN1(&body, cbasn1.SEQUENCE) || !body.ReadASN1Element(&tbs, cbasn1.SEQUENCE) ||
		!body.ReadASN1Element(&alg, cbasn1.SEQUENCE) || !body.ReadASN1(&signature, cbasn1.BIT_STRING) ||
		len(signature) == 0 || signature[0] != 0 || !body.ReadOptionalASN1(&field, &present, explicit(0)) {
		return nil, malformed("BasicOCSPResponse")
	}
	if !s.Empty() || !body.Empty() {
		return nil, failf(fact.ProblemTrailingData, "there are bytes after the end of BasicOCSPResponse")
	}
	var ok bool
	if r.algorithm, ok = readAlgorithm(alg); !ok {
		return nil, malformed("signatureAlgorithm")
	}
	r.tbs, r.signature = tbs, signature[1:]
	if present {
		if !field.ReadASN1(&certificates, cbasn1.SEQUENCE) || !field.Empty() {
			return nil, malformed("certs")
		}
		for !certificates.Empty() {
			var c cryptobyte.String
			if !certificates.ReadASN1Element(&c, cbasn1.SEQUENCE) || len(r.certificates) >= maxEmbedded {
				return nil, malformed("certs")
			}
			r.certificates = append(r.certificates, c)
		}
	}
	return r, r.parseData(tbs)
}

// parseData reads ResponseData.
func (r *response) parseData(s cryptobyte.String) error {
	var version int
	var id, singles cryptobyte.String
	var ok bool
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadOptionalASN1Integer(&version, explicit(0), 0) || version != 0 {
		return malformed("the version of ResponseData")
	}
	switch {
	case s.PeekASN1Tag(explicit(1)):
		var name cryptobyte.String
		if !s.ReadASN1(&id, explicit(1)) || !id.ReadASN1Element(&name, cbasn1.SEQUENCE) || !id.Empty() {
			return malformed("responderID")
		}
		r.responderName = name
	case s.PeekASN1Tag(explicit(2)):
		var key cryptobyte.String
		if !s.ReadASN1(&id, explicit(2)) || !id.ReadASN1(&key, cbasn1.OCTET_STRING) || !id.Empty() {
			return malformed("responderID")
		}
		r.responderKey = key
	default:
		return malformed("responderID")
	}
	if r.producedAt, ok = readGeneralized(&s); !ok {
		return badTime("producedAt")
	}
	if !s.ReadASN1(&singles, cbasn1.SEQUENCE) {
		return malformed("responses")
	}
	for !singles.Empty() {
		one, err := readSingle(&singles)
		if err != nil {
			return err
		}
		r.singles = append(r.singles, one)
	}
	var err error
	if r.extensions, err = readOptionalExtensions(&s, explicit(1)); err != nil {
		return err
	}
	return trailing(s, "ResponseData")
}

func readSingle(s *cryptobyte.String) (single, error) {
	out := single{reason: reasonNone}
	var body, id, nameHash, keyHash, serial cryptobyte.String
	var ok bool
	if !s.ReadASN1(&body, cbasn1.SEQUENCE) || !body.ReadASN1(&id, cbasn1.SEQUENCE) {
		return out, malformed("certID")
	}
	if out.hash, ok = readDigest(&id); !ok || !id.ReadASN1(&nameHash, cbasn1.OCTET_STRING) ||
		!id.ReadASN1(&keyHash, cbasn1.OCTET_STRING) || !id.ReadASN1(&serial, cbasn1.INTEGER) ||
		len(serial) == 0 || !id.Empty() {
		return out, malformed("certID")
	}
	out.nameHash, out.keyHash, out.serial = nameHash, keyHash, string(minimal(serial))
	if err := out.readStatus(&body); err != nil {
		return out, err
	}
	if out.thisUpdate, ok = readGeneralized(&body); !ok {
		return out, badTime("thisUpdate")
	}
	if body.PeekASN1Tag(explicit(0)) {
		var field cryptobyte.String
		if !body.ReadASN1(&field, explicit(0)) {
			return out, badTime("nextUpdate")
		}
		next, ok := readGeneralized(&field)
		if !ok || !field.Empty() {
			return out, badTime("nextUpdate")
		}
		out.nextUpdate = &next
	}
	var err error
	if out.extensions, err = readOptionalExtensions(&body, explicit(1)); err != nil {
		return out, err
	}
	return out, trailing(body, "SingleResponse")
}

// readStatus reads CertStatus.
func (out *single) readStatus(s *cryptobyte.String) error {
	var body, field cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadAnyASN1(&body, &tag) {
		return malformed("certStatus")
	}
	ok := false
	switch tag {
	case cbasn1.Tag(0).ContextSpecific():
		out.status, ok = fact.StatusGood, body.Empty()
	case cbasn1.Tag(2).ContextSpecific():
		out.status, ok = fact.StatusUnknown, body.Empty()
	case explicit(1):
		out.status = fact.StatusRevoked
		if out.revokedAt, ok = readGeneralized(&body); !ok {
			break
		}
		if body.PeekASN1Tag(explicit(0)) {
			ok = body.ReadASN1(&field, explicit(0)) && field.ReadASN1Enum(&out.reason) && out.reason >= 0 && field.Empty()
		}
		ok = ok && body.Empty()
	}
	if !ok {
		return malformed("certStatus")
	}
	return nil
}

// readGeneralized reads a time that may only be a GeneralizedTime.
func readGeneralized(s *cryptobyte.String) (time.Time, bool) {
	if !s.PeekASN1Tag(cbasn1.GeneralizedTime) {
		return time.Time{}, false
	}
	return readTime(s)
}

func readOptionalExtensions(s *cryptobyte.String, tag cbasn1.Tag) ([]extension, error) {
	var field, list cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&field, &present, tag) {
		return nil, malformed("extensions")
	}
	if !present {
		return nil, nil
	}
	if !field.ReadASN1(&list, cbasn1.SEQUENCE) || !field.Empty() {
		return nil, malformed("extensions")
	}
	return readExtensions(list)
}

// matches reports whether s is about the certificate with this serial number,
// and whether it names one of the issuers (each a CertID name and key).
func (s *single) matches(serial *big.Int, names [][]byte, key []byte) (sameSerial, sameIssuer bool) {
	if s.serial != serialKey(serial) {
		return false, false
	}
	if s.hash == 0 || string(s.keyHash) != string(digest(s.hash, key)) {
		return true, false
	}
	for _, name := range names {
		if string(s.nameHash) == string(digest(s.hash, name)) {
			return true, true
		}
	}
	return true, false
}

func digest(hash crypto.Hash, data []byte) []byte {
	h := hash.New()
	h.Write(data)
	return h.Sum(nil)
}
