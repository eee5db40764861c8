package symptom

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Event is what befalls a client: where a connection ended and how, whatever the
// cause.
type Event string

// The events on the way to the server.
const (
	NameNotFound   Event = "name-not-found"
	TCPRefused     Event = "tcp-refused"
	TCPTimeout     Event = "tcp-timeout"
	TCPUnreachable Event = "tcp-unreachable"
	// TCPReset: the connection is reset at once.
	TCPReset Event = "tcp-reset"
)

// The events of a handshake.
const (
	HandshakeEOF     Event = "handshake-eof"
	HandshakeReset   Event = "handshake-reset"
	HandshakeTimeout Event = "handshake-timeout"
	// HandshakeFailed: whatever it was, for those who tell no more.
	HandshakeFailed Event = "handshake-failed"
	// NotTLS: the answer to the ClientHello is no TLS record.
	NotTLS Event = "not-tls"
	// ServerTooOld: the server selected a version that was not offered.
	ServerTooOld Event = "server-too-old"
	// NoOldSignature: TLS 1.0 or 1.1 was agreed on, and the client's security
	// level has no signature for it.
	NoOldSignature Event = "no-old-signature"
	// WeakDH: the server's Diffie-Hellman group is too small for the client.
	WeakDH Event = "weak-dh"
	// LegacyRenegotiation: the server lacks RFC 5746.
	LegacyRenegotiation Event = "legacy-renegotiation"
	// VerifyFailed: the certificate was not verified, and the reason is not told.
	VerifyFailed Event = "verify-failed"
	// NameAlone: the name is not in a certificate that was not verified.
	NameAlone Event = "name-alone"
	// NoNames: the certificate has no subjectAltName.
	NoNames Event = "no-names"
	// WeakPeerKey: the key that the handshake is signed with is too small for the
	// client's signature algorithms.
	WeakPeerKey Event = "weak-peer-key"
)

// The events behind a handshake, or in clear: on the first command.
const (
	ReplyEOF     Event = "reply-eof"
	ReplyReset   Event = "reply-reset"
	ReplyTimeout Event = "reply-timeout"
	// ReplyLost: the end of a connection with TLS, by an alert or without, for
	// those who tell no more.
	ReplyLost Event = "reply-lost"
	// NotMongoDB: the answer to the first command is none of MongoDB.
	NotMongoDB Event = "not-mongodb"
	// NotBalanced: the client was told of a load balancer, and there is none.
	NotBalanced Event = "not-balanced"
)

// The events of revocation, other than what a CRL makes of a certificate.
const (
	StapleRevoked    Event = "staple-revoked"
	StapleUnreadable Event = "staple-unreadable"
	StapleInvalid    Event = "staple-invalid"
	StapleMissing    Event = "staple-missing"
	ResponderRevoked Event = "responder-revoked"
	// ResponderMissing and RevocationUnknown stop only those who fail hard.
	ResponderMissing  Event = "responder-missing"
	RevocationUnknown Event = "revocation-unknown"
	ResponderDown     Event = "responder-down"
	// RevocationPath: no path was found of which every status is known.
	RevocationPath Event = "revocation-path"
	// ResponderGarbage: what a responder answers is no OCSP response, and the
	// client does not cope with that.
	ResponderGarbage Event = "responder-garbage"
)

// The events of local files.
const (
	CAFileMissing Event = "ca-file-missing"
	CAFileInvalid Event = "ca-file-invalid"
	// CAFileDamaged: there are certificates in the CA file, and a block that is
	// none.
	CAFileDamaged    Event = "ca-file-damaged"
	KeyFileMissing   Event = "key-file-missing"
	NoCertificate    Event = "key-file-no-certificate"
	NoKey            Event = "key-file-no-key"
	KeyMismatch      Event = "key-mismatch"
	PasswordMissing  Event = "key-password-required"
	PasswordWrong    Event = "key-password-wrong"
	KeyFormat        Event = "key-format"
	CRLFileMissing   Event = "crl-file-missing"
	CRLFileInvalid   Event = "crl-file-invalid"
	CRLNotWithOCSP   Event = "crl-not-with-ocsp"
	OptionUnknown    Event = "option-unknown"
	OptionValue      Event = "option-value"
	OptionNotBuiltIn Event = "option-not-built-in"
	// TLSOff: tls=false beside options that need TLS.
	TLSOff Event = "tls-off"
)

// Alert is the event of an alert from the server (RFC 8446 section 6).
func Alert(code int) Event { return Event("alert-" + strconv.Itoa(code)) }

// Verify is the event of an error of OpenSSL's certificate verification, by its
// X509_V_ERR number (openssl-verify(1)).
func Verify(code int) Event { return Event("verify-" + strconv.Itoa(code)) }

// eventIDs are the findings that an event may stand for, most likely first.
var eventIDs = map[Event][]string{
	NameNotFound:   {"dns-not-found"},
	TCPRefused:     {"tcp-refused"},
	TCPTimeout:     {"tcp-timeout"},
	TCPUnreachable: {"tcp-unreachable"},
	TCPReset:       {"tcp-reset"},

	HandshakeEOF:        {"handshake-closed", "tls-disabled", "client-cert-required", "atlas-access-list", "sni-unrecognized"},
	HandshakeReset:      {"handshake-closed", "tls-disabled", "client-cert-required", "tcp-reset", "large-hello-dropped"},
	HandshakeTimeout:    {"handshake-timeout", "large-hello-dropped"},
	HandshakeFailed:     {"issuer-unknown", "cert-expired", "hostname-mismatch", "protocol-version", "no-shared-cipher", "not-tls"},
	NotTLS:              {"not-tls"},
	ServerTooOld:        {"protocol-version"},
	NoOldSignature:      {"protocol-version"},
	WeakDH:              {"dh-too-small"},
	LegacyRenegotiation: {"legacy-renegotiation"},
	WeakPeerKey:         {"key-too-small"},
	NameAlone:           {"hostname-mismatch"},
	NoNames:             {"hostname-cn-only", "hostname-ip-not-in-san", "hostname-mismatch"},
	VerifyFailed:        {"issuer-unknown", "intermediate-missing", "self-signed-leaf", "cert-expired", "hostname-mismatch", "revoked"},

	ReplyEOF:     {"client-cert-required", "plaintext-client", "handshake-closed", "atlas-access-list"},
	ReplyReset:   {"client-cert-required", "plaintext-client", "handshake-closed", "atlas-access-list"},
	ReplyTimeout: {"handshake-timeout", "not-mongodb"},
	ReplyLost:    {"client-cert-required", "client-cert-rejected", "client-cert-untrusted", "client-cert-expired", "client-cert-purpose", "alert-internal-error", "handshake-failure"},
	NotMongoDB:   {"not-mongodb"},
	NotBalanced:  {"load-balancer-mismatch"},

	StapleRevoked:     {"revoked"},
	StapleUnreadable:  {"staple-invalid"},
	StapleInvalid:     {"staple-invalid", "staple-expired"},
	StapleMissing:     {"must-staple-missing"},
	ResponderRevoked:  {"revoked"},
	ResponderMissing:  {"revocation-unchecked"},
	RevocationUnknown: {"revocation-unchecked", "ocsp-unknown"},
	ResponderDown:     {"ocsp-unreachable"},
	RevocationPath:    {"revocation-unchecked"},
	ResponderGarbage:  {"ocsp-invalid"},

	CAFileMissing:    {"file-unreadable"},
	CAFileInvalid:    {"ca-file-invalid", "key-format-driver"},
	CAFileDamaged:    {"ca-file-invalid"},
	KeyFileMissing:   {"file-unreadable"},
	NoCertificate:    {"key-file-no-certificate"},
	NoKey:            {"key-file-no-key"},
	KeyMismatch:      {"key-mismatch"},
	PasswordMissing:  {"key-password-required"},
	PasswordWrong:    {"key-password-wrong"},
	KeyFormat:        {"key-format"},
	CRLFileMissing:   {"file-unreadable"},
	CRLFileInvalid:   {"crl-file-invalid"},
	CRLNotWithOCSP:   {"option-unsupported"},
	OptionUnknown:    {"option-unsupported"},
	OptionValue:      {"option-unsupported"},
	TLSOff:           {"option-conflict"},
	OptionNotBuiltIn: {"option-unsupported"},

	Alert(10):  {"handshake-failure"},
	Alert(20):  {"handshake-failure"},
	Alert(22):  {"handshake-failure"},
	Alert(40):  {"no-shared-cipher", "client-cert-required", "handshake-failure"},
	Alert(42):  {"client-cert-rejected"},
	Alert(43):  {"client-cert-purpose", "client-cert-rejected"},
	Alert(44):  {"client-cert-rejected"},
	Alert(45):  {"client-cert-expired"},
	Alert(46):  {"client-cert-rejected"},
	Alert(47):  {"handshake-failure"},
	Alert(48):  {"client-cert-untrusted"},
	Alert(49):  {"client-cert-rejected"},
	Alert(50):  {"handshake-failure"},
	Alert(51):  {"client-cert-rejected", "handshake-failure"},
	Alert(70):  {"protocol-version"},
	Alert(71):  {"no-shared-cipher"},
	Alert(80):  {"alert-internal-error", "atlas-access-list", "sni-required"},
	Alert(109): {"handshake-failure"},
	Alert(112): {"sni-unrecognized", "sni-required"},
	Alert(116): {"client-cert-required"},
	Alert(120): {"handshake-failure"},
}

// IDs are the findings that an event may stand for, most likely first.
func (e Event) IDs() []string {
	if v, ok := verifyByEvent[e]; ok {
		return v.ids
	}
	return eventIDs[e]
}

// alerts makes the symptoms of a producer that words all alerts alike: text with
// the words of each in place of {alert}.
func alerts(producer Producer, text string, words map[int]string) []Symptom {
	var list []Symptom
	for _, code := range slices.Sorted(maps.Keys(words)) {
		list = append(list, Symptom{
			Producer: producer, Event: Alert(code), Code: strconv.Itoa(code),
			Text: strings.Replace(text, "{alert}", words[code], 1),
		})
	}
	return list
}
