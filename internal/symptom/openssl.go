package symptom

import (
	"fmt"
	"strings"
)

// reason is an error of OpenSSL's SSL library (ERR_LIB_SSL, number 20).
type reason struct {
	event Event
	// code is the SSL_R_* number, text what ERR_reason_error_string makes of it in
	// OpenSSL 3.0.
	code int
	text string
}

// hex is the packed error code as OpenSSL 3 writes it: "0A000410".
func (r reason) hex() string { return fmt.Sprintf("%08X", 20<<23|r.code) }

// name is the constant's: "SSLV3_ALERT_HANDSHAKE_FAILURE".
func (r reason) name() string {
	return strings.NewReplacer(" ", "_", "/", "_").Replace(strings.ToUpper(r.text))
}

// alertReason is the reason of an alert received: 1000 and the alert's number.
func alertReason(code int, text string) reason { return reason{Alert(code), 1000 + code, text} }

// opensslReasons are the errors of a handshake.
var opensslReasons = []reason{
	{NotTLS, 267, "wrong version number"},
	{ServerTooOld, 258, "unsupported protocol"},
	{NoOldSignature, 333, "legacy sigalg disallowed or unsupported"},
	{WeakDH, 394, "dh key too small"},
	{LegacyRenegotiation, 338, "unsafe legacy renegotiation disabled"},
	{HandshakeEOF, 294, "unexpected eof while reading"},
	alertReason(10, "sslv3 alert unexpected message"),
	alertReason(20, "sslv3 alert bad record mac"),
	alertReason(22, "tlsv1 alert record overflow"),
	alertReason(40, "sslv3 alert handshake failure"),
	alertReason(42, "sslv3 alert bad certificate"),
	alertReason(43, "sslv3 alert unsupported certificate"),
	alertReason(44, "sslv3 alert certificate revoked"),
	alertReason(45, "sslv3 alert certificate expired"),
	alertReason(46, "sslv3 alert certificate unknown"),
	alertReason(47, "sslv3 alert illegal parameter"),
	alertReason(48, "tlsv1 alert unknown ca"),
	alertReason(49, "tlsv1 alert access denied"),
	alertReason(50, "tlsv1 alert decode error"),
	alertReason(51, "tlsv1 alert decrypt error"),
	alertReason(70, "tlsv1 alert protocol version"),
	alertReason(71, "tlsv1 alert insufficient security"),
	alertReason(80, "tlsv1 alert internal error"),
	alertReason(109, "tlsv13 alert missing extension"),
	alertReason(112, "tlsv1 unrecognized name"),
	alertReason(116, "tlsv13 alert certificate required"),
	alertReason(120, "tlsv1 alert no application protocol"),
}

// reasons words every reason as one producer does.
func reasons(word func(reason) Symptom) []Symptom {
	var list []Symptom
	for _, r := range opensslReasons {
		s := word(r)
		s.Event = r.event
		list = append(list, s)
	}
	return list
}

// renamed are the reasons that OpenSSL 3.2 and later words otherwise.
func renamed(word func(reason) Symptom) []Symptom {
	var list []Symptom
	for _, r := range opensslReasons {
		if rest, ok := strings.CutPrefix(r.text, "sslv3 alert "); ok {
			r.text = "ssl/tls alert " + rest
			s := word(r)
			s.Event = r.event
			list = append(list, s)
		}
	}
	return list
}

// openssl32 are those reasons by themselves. No prediction is made of them.
var openssl32 = func() []Symptom {
	list := renamed(func(r reason) Symptom { return Symptom{Producer: OpenSSL, Text: r.text, Code: r.hex()} })
	for i := range list {
		list[i].IDs, list[i].Event = list[i].Event.IDs(), ""
	}
	return list
}()

// verifyError is an error of X509_verify_cert.
type verifyError struct {
	code int
	// text is that of X509_verify_cert_error_string in OpenSSL 3, old that in
	// 1.1.1 where it differs.
	text, old string
	// node is Node's code, empty where that is UNSPECIFIED.
	node string
	ids  []string
}

// opensslVerify are the errors of certificate verification.
var opensslVerify = []verifyError{
	{2, "unable to get issuer certificate", "", "UNABLE_TO_GET_ISSUER_CERT", []string{"ca-file-mismatch", "issuer-unknown"}},
	{3, "unable to get certificate CRL", "", "UNABLE_TO_GET_CRL", []string{"crl-missing-issuer"}},
	{6, "unable to decode issuer public key", "", "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY", []string{"cert-malformed"}},
	{7, "certificate signature failure", "", "CERT_SIGNATURE_FAILURE", []string{"ca-file-mismatch", "issuer-unknown"}},
	{8, "CRL signature failure", "", "CRL_SIGNATURE_FAILURE", []string{"crl-invalid"}},
	{9, "certificate is not yet valid", "", "CERT_NOT_YET_VALID", []string{"cert-not-yet-valid", "clock-skew"}},
	{10, "certificate has expired", "", "CERT_HAS_EXPIRED", []string{"cert-expired", "intermediate-expired", "root-expired", "clock-skew"}},
	{11, "CRL is not yet valid", "", "CRL_NOT_YET_VALID", []string{"crl-invalid"}},
	{12, "CRL has expired", "", "CRL_HAS_EXPIRED", []string{"crl-expired"}},
	{18, "self-signed certificate", "self signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT", []string{"self-signed-leaf"}},
	{19, "self-signed certificate in certificate chain", "self signed certificate in certificate chain", "SELF_SIGNED_CERT_IN_CHAIN", []string{"self-signed-root-untrusted", "ca-file-mismatch"}},
	{20, "unable to get local issuer certificate", "", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", []string{"issuer-unknown", "intermediate-missing", "ca-file-mismatch", "trust-store-missing"}},
	{21, "unable to verify the first certificate", "", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", []string{"intermediate-missing", "issuer-unknown", "ca-file-mismatch"}},
	{22, "certificate chain too long", "", "CERT_CHAIN_TOO_LONG", []string{"path-length-exceeded"}},
	{23, "certificate revoked", "", "CERT_REVOKED", []string{"revoked"}},
	{24, "issuer certificate doesn't have a public key", "invalid CA certificate", "", []string{"issuer-not-ca"}},
	{25, "path length constraint exceeded", "", "PATH_LENGTH_EXCEEDED", []string{"path-length-exceeded"}},
	{26, "unsuitable certificate purpose", "unsupported certificate purpose", "INVALID_PURPOSE", []string{"purpose-server-auth"}},
	{32, "key usage does not include certificate signing", "", "", []string{"issuer-not-ca"}},
	{34, "unhandled critical extension", "", "", []string{"critical-extension"}},
	{41, "invalid or inconsistent certificate extension", "", "", []string{"cert-malformed"}},
	{44, "different CRL scope", "", "", []string{"crl-invalid"}},
	{47, "permitted subtree violation", "", "", []string{"name-constraint"}},
	{48, "excluded subtree violation", "", "", []string{"name-constraint"}},
	{51, "unsupported name constraint type", "", "", []string{"name-constraint"}},
	{53, "unsupported or invalid name syntax", "", "", []string{"name-constraint"}},
	{62, "hostname mismatch", "Hostname mismatch", "HOSTNAME_MISMATCH", []string{"hostname-mismatch", "hostname-cn-only"}},
	{64, "IP address mismatch", "", "", []string{"hostname-ip-not-in-san"}},
	{66, "EE certificate key too weak", "", "", []string{"key-too-small"}},
	{67, "CA certificate key too weak", "", "", []string{"key-too-small"}},
	{68, "CA signature digest algorithm too weak", "", "", []string{"signature-weak"}},
	{79, "invalid CA certificate", "", "INVALID_CA", []string{"issuer-not-ca"}},
	{80, "Path length invalid for non-CA cert", "", "", []string{"not-strict"}},
	{81, "Path length given without key usage keyCertSign", "", "", []string{"not-strict"}},
	{82, "Key usage keyCertSign invalid for non-CA cert", "", "", []string{"not-strict"}},
	{83, "Issuer name empty", "", "", []string{"not-strict"}},
	{84, "Subject name empty", "", "", []string{"not-strict"}},
	{85, "Missing Authority Key Identifier", "", "", []string{"key-identifier-missing"}},
	{86, "Missing Subject Key Identifier", "", "", []string{"key-identifier-missing"}},
	{87, "Empty Subject Alternative Name extension", "", "", []string{"not-strict"}},
	{88, "Subject empty and Subject Alt Name extension not critical", "", "", []string{"not-strict"}},
	{89, "Basic Constraints of CA cert not marked critical", "", "", []string{"not-strict"}},
	{90, "Authority Key Identifier marked critical", "", "", []string{"not-strict"}},
	{91, "Subject Key Identifier marked critical", "", "", []string{"not-strict"}},
	{92, "CA cert does not include key usage extension", "", "", []string{"not-strict"}},
	{93, "Using cert extension requires at least X509v3", "", "", []string{"not-strict"}},
	{94, "Certificate public key has explicit ECC parameters", "", "", []string{"cert-malformed"}},
	{1, "unspecified certificate verification error", "", "", []string{"cert-malformed"}},
}

var verifyByEvent = func() map[Event]verifyError {
	m := map[Event]verifyError{}
	for _, v := range opensslVerify {
		m[Verify(v.code)] = v
	}
	return m
}()

// verifications words every verification error as one producer does.
func verifications(word func(verifyError) Symptom) []Symptom {
	var list []Symptom
	for _, v := range opensslVerify {
		s := word(v)
		s.Event = Verify(v.code)
		list = append(list, s)
	}
	return list
}

// openssl are OpenSSL's own texts, as openssl s_client shows them and Ruby,
// libmongoc and others enclose them.
var openssl = append(
	verifications(func(v verifyError) Symptom {
		return Symptom{Producer: OpenSSL, Text: v.text, Code: fmt.Sprint(v.code)}
	}),
	opensslOld()...,
)

// opensslOld are the texts of 1.1.1 that differ. No prediction is made of them.
func opensslOld() []Symptom {
	var list []Symptom
	for _, v := range opensslVerify {
		if v.old != "" {
			list = append(list, Symptom{Producer: OpenSSL, Text: v.old, Code: fmt.Sprint(v.code), IDs: v.ids})
		}
	}
	return list
}

// opensslAlerts are the reasons of a failed handshake, by their packed codes.
var opensslAlerts = reasons(func(r reason) Symptom {
	return Symptom{Producer: OpenSSL, Text: r.text, Code: r.hex()}
})
