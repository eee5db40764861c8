package lab

import (
	"crypto"
	"encoding/asn1"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// ocspPath is where the lab's responders are on their hosts.
const ocspPath = "ocsp"

// ocspRequest is an OCSPRequest about one certificate (RFC 6960 section 4.1.1).
type ocspRequest struct {
	id certID
	// nonce is the value of the nonce extension; nil without one.
	nonce []byte
}

// readRequest reads an OCSPRequest. Like the responders of RFC 5019 section
// 2.1.1 it takes one certificate at a time; signatures of requests it ignores.
func readRequest(der []byte) (ocspRequest, bool) {
	var request ocspRequest
	var outer, tbs, list, one, extensions cryptobyte.String
	var hasExtensions bool
	input := cryptobyte.String(der)
	if !input.ReadASN1(&outer, cbasn1.SEQUENCE) || !input.Empty() ||
		!outer.ReadASN1(&tbs, cbasn1.SEQUENCE) || !outer.SkipOptionalASN1(explicit(0)) || !outer.Empty() ||
		!tbs.SkipOptionalASN1(explicit(0)) || !tbs.SkipOptionalASN1(explicit(1)) ||
		!tbs.ReadASN1(&list, cbasn1.SEQUENCE) ||
		!tbs.ReadOptionalASN1(&extensions, &hasExtensions, explicit(2)) || !tbs.Empty() ||
		!list.ReadASN1(&one, cbasn1.SEQUENCE) || !list.Empty() {
		return ocspRequest{}, false
	}
	var ok bool
	if request.id, ok = readCertID(&one); !ok || !one.SkipOptionalASN1(explicit(0)) || !one.Empty() {
		return ocspRequest{}, false
	}
	if hasExtensions {
		if request.nonce, ok = readNonce(extensions); !ok {
			return ocspRequest{}, false
		}
	}
	return request, true
}

// readNonce finds the nonce among extensions; nil without one.
func readNonce(s cryptobyte.String) (nonce []byte, ok bool) {
	var list cryptobyte.String
	if !s.ReadASN1(&list, cbasn1.SEQUENCE) || !s.Empty() {
		return nil, false
	}
	for !list.Empty() {
		var one, value cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !list.ReadASN1(&one, cbasn1.SEQUENCE) || !one.ReadASN1ObjectIdentifier(&oid) ||
			!one.SkipOptionalASN1(cbasn1.BOOLEAN) || !one.ReadASN1(&value, cbasn1.OCTET_STRING) || !one.Empty() {
			return nil, false
		}
		if oid.Equal(oidOCSPNonce) {
			nonce = value
		}
	}
	return nonce, true
}

// responder answers OCSP requests about one certificate.
type responder struct {
	pki      *PKI
	now      func() time.Time
	response ocspResponse
}

// responding is an OCSP responder that answers every request about the leaf with
// this response, by POST and by GET.
func responding(r ocspResponse) *webService {
	return &webService{open: func(pki *PKI, now func() time.Time) (handler, error) {
		return onWeb((&responder{pki: pki, now: now, response: r}).page), nil
	}}
}

func (r *responder) page(request *http.Request) answer {
	der, status := requestBytes(request)
	if status != 0 {
		return answer{status: status, contentType: typeHTML}
	}
	return answer{contentType: typeOCSPResponse, body: r.answer(der)}
}

// requestBytes is the OCSP request in an HTTP request (RFC 6960 appendix A.1), or
// the status code that says that there is none.
func requestBytes(request *http.Request) (der []byte, status int) {
	switch request.Method {
	case http.MethodPost:
		der, err := io.ReadAll(request.Body)
		contentType := request.Header.Get("Content-Type")
		switch {
		case err != nil:
			return nil, http.StatusBadRequest
		case contentType != "" && contentType != typeOCSPRequest:
			// The Go driver names none, and OpenSSL's responder asks for none.
			return nil, http.StatusUnsupportedMediaType
		}
		return der, 0
	case http.MethodGet:
		encoded, ok := strings.CutPrefix(request.URL.Path, "/"+ocspPath+"/")
		der, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || err != nil {
			return nil, http.StatusBadRequest
		}
		return der, 0
	}
	return nil, http.StatusMethodNotAllowed
}

// answer is the OCSPResponse to a request.
func (r *responder) answer(der []byte) []byte {
	request, ok := readRequest(der)
	if !ok {
		return declined(malformedRequest)
	}
	if request.id.hash == crypto.Hash(0) {
		return declined(unauthorizedOCSP)
	}
	known, err := r.pki.certID(leaf, request.id.hash)
	if err != nil {
		return declined(internalError)
	}
	if !known.same(request.id) {
		// RFC 6960 section 2.3: it is not the one to ask.
		return declined(unauthorizedOCSP)
	}
	response, err := r.response.build(r.pki, r.now(), request.id.hash, request.nonce)
	if err != nil {
		return declined(internalError)
	}
	return response
}
