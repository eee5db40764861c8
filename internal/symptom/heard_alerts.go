package symptom

import "strings"

// alertText is a TLS alert as a client that received it sees it.
type alertText struct {
	code int
	ids  string
	// name is that of the IANA registry, also with the words of Go, in Title case
	// that of .NET and rustls where they differ from the name's.
	name   string
	golang string
	camel  []string
}

// alertTexts are all alerts of the IANA TLS Alert Registry.
var alertTexts = []alertText{
	{0, "handshake-closed", "close notify", "close notify", nil},
	{10, "handshake-failure", "unexpected message", "unexpected message", nil},
	{20, "tls-record-corrupt handshake-failure", "bad record mac", "bad record MAC", nil},
	{21, "tls-record-corrupt", "decryption failed", "decryption failed", nil},
	{22, "tls-record-corrupt handshake-failure", "record overflow", "record overflow", nil},
	{30, "tls-record-corrupt", "decompression failure", "decompression failure", nil},
	{40, "handshake-failure no-shared-cipher client-cert-required protocol-version sni-required client-cert-rejected",
		"handshake failure", "handshake failure", nil},
	{41, "client-cert-required", "no certificate", "no certificate", nil},
	{42, "client-cert-rejected", "bad certificate", "bad certificate", nil},
	{43, "client-cert-purpose client-cert-rejected", "unsupported certificate", "unsupported certificate", []string{"UnsupportedCert"}},
	{44, "client-cert-rejected", "certificate revoked", "revoked certificate", nil},
	{45, "client-cert-expired client-cert-rejected", "certificate expired", "expired certificate", nil},
	{46, "client-cert-rejected", "certificate unknown", "unknown certificate", nil},
	{47, "handshake-failure", "illegal parameter", "illegal parameter", nil},
	{48, "client-cert-untrusted client-cert-rejected", "unknown ca", "unknown certificate authority", []string{"UnknownCA", "UnknownCa"}},
	{49, "client-cert-rejected", "access denied", "access denied", nil},
	{50, "handshake-failure", "decode error", "error decoding message", nil},
	{51, "client-cert-rejected handshake-failure", "decrypt error", "error decrypting message", nil},
	{60, "no-shared-cipher", "export restriction", "export restriction", nil},
	{70, "protocol-version", "protocol version", "protocol version not supported", nil},
	{71, "no-shared-cipher", "insufficient security", "insufficient security level", nil},
	{80, "alert-internal-error atlas-access-list sni-required", "internal error", "internal error", nil},
	{86, "protocol-version", "inappropriate fallback", "inappropriate fallback", nil},
	{90, "handshake-closed", "user canceled", "user canceled", []string{"UserCancelled"}},
	{100, "legacy-renegotiation", "no renegotiation", "no renegotiation", nil},
	{109, "handshake-failure", "missing extension", "missing extension", nil},
	{110, "handshake-failure client-runtime-outdated", "unsupported extension", "unsupported extension", nil},
	{111, "client-cert-rejected", "certificate unobtainable", "certificate unobtainable", nil},
	{112, "sni-unrecognized sni-required", "unrecognized name", "unrecognized name", nil},
	{113, "staple-invalid", "bad certificate status response", "bad certificate status response", nil},
	{114, "client-cert-rejected", "bad certificate hash value", "bad certificate hash value", nil},
	{115, "handshake-failure", "unknown psk identity", "unknown PSK identity", nil},
	{116, "client-cert-required client-cert-untrusted", "certificate required", "certificate required", nil},
	{120, "handshake-failure", "no application protocol", "no application protocol", nil},
	{121, "handshake-failure", "ech required", "encrypted client hello required", nil},
}

// heardAlerts are the alerts in the spelling of each library. "_" and "-" are as
// good as a space, so that TLSV1_ALERT_INTERNAL_ERROR is among them.
func heardAlerts() []Symptom {
	var list []Symptom
	add := func(a alertText, p Producer, texts ...string) {
		for _, s := range heard(p, a.ids, texts...) {
			s.Event = Alert(a.code)
			list = append(list, s)
		}
	}
	for _, a := range alertTexts {
		add(a, OpenSSL, "sslv3 alert "+a.name, "tlsv1 alert "+a.name, "tlsv13 alert "+a.name, "ssl/tls alert "+a.name, "tlsv1 "+a.name, "sslv3 "+a.name, "tls alert "+a.name, "alert "+a.name)
		add(a, Go, "remote error: tls: "+a.golang, "remote error: "+a.golang, "remote error: tls: "+a.name)
		add(a, JSSE, "Received fatal alert: "+a.name, "fatal alert: "+a.name, "fatal alert received: "+a.name, "handshake alert: "+a.name)
		for _, camel := range append(a.camel, camelOf(a.name)) {
			add(a, DotNet, "sent a TLS alert: '"+camel+"'", "TLS alert: '"+camel+"'", "TLS alert: "+camel)
			add(a, Rustls, "received fatal alert: "+camel, "fatal alert: "+camel, "AlertReceived("+camel+")")
		}
		// Erlang wrote text, and writes a tuple with an atom and text.
		add(a, Erlang, "tls_alert, '"+a.name, "{tls_alert,{"+strings.ReplaceAll(a.name, " ",
			"_"), "tls_alert, {:"+a.name, "tls_alert,\""+a.name, "SERVER ALERT: Fatal - "+a.name)
		add(a, GnuTLS, "TLS fatal alert has been received: "+a.name, "Fatal TLS alert: "+a.name)
	}
	return list
}

// camelOf is the name as one word: HandshakeFailure.
func camelOf(name string) string {
	var b strings.Builder
	for _, word := range strings.Fields(name) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// AlertIDs are the findings that the number of an alert may stand for, at the side
// that received it, most likely first.
func AlertIDs(code int) []string {
	for _, a := range alertTexts {
		if a.code == code {
			return strings.Fields(a.ids)
		}
	}
	return nil
}

// heardReasons are the other reasons in OpenSSL's error queue, of its versions
// since 0.9.8.
func heardReasons() []Symptom {
	var list []Symptom
	add := func(ids string, texts ...string) { list = append(list, heard(OpenSSL, ids, texts...)...) }
	// Words that mean other things elsewhere count where the queue writes them.
	queue := func(ids string, texts ...string) {
		for _, t := range texts {
			add(ids, "SSL routines:{function}:"+t, "SSL routines::"+t, "[SSL: "+t+"]", "ERR_SSL_"+t, "SSL_R_"+t, "'"+t+"')]")
		}
	}
	add("not-tls tls-disabled", "wrong version number", "packet length too long")
	queue("not-tls tls-disabled", "unknown protocol", "http request", "https proxy request", "record too small", "no cipher list")
	add("protocol-version", "legacy sigalg disallowed or unsupported", "no protocols available",
		"unsupported ssl version", "tls version not supported", "no supported versions", "wrong ssl version")
	queue("protocol-version", "unsupported protocol", "version too low", "version too high", "inappropriate fallback", "bad protocol version number")
	add("no-shared-cipher",
		"no shared cipher", "no ciphers available", "unknown cipher returned", "wrong cipher returned", "no cipher match", "cipher or hash unavailable",
		"no suitable key share", "no suitable groups", "no shared group", "no suitable signature algorithm", "no shared signature algorithms",
		"unsupported elliptic curve")
	queue("no-shared-cipher", "wrong curve", "insufficient security")
	add("dh-too-small no-shared-cipher", "dh key too small", "bad dh p length", "dh p length too small")
	queue("key-too-small", "modulus too small", "bad ecc cert")
	add("key-too-small", "ee key too small", "ca key too small")
	add("signature-weak", "ca md too weak", "ee md too weak", "wrong signature type")
	add("legacy-renegotiation", "unsafe legacy renegotiation disabled", "unsafe legacy renegotiation",
		"renegotiation is not allowed", "insecure renegotiation", "server does not support secure renegotiation")
	queue("legacy-renegotiation", "no renegotiation")
	add("client-cert-required", "peer did not return a certificate")
	add("staple-invalid revoked must-staple-missing", "invalid status response")
	add("tls-record-corrupt",
		"decryption failed or bad record mac", "digest check failed", "block cipher pad is wrong", "record layer failure",
		"data between ccs and finished", "bad mac decode", "encrypted length too long")
	queue("tls-record-corrupt", "decryption failed", "bad decompression", "data length too long", "bad length", "bad record type")
	add("handshake-closed tls-disabled plaintext-client client-cert-required no-shared-cipher protocol-version atlas-access-list",
		"unexpected eof while reading", "SSL_ERROR_SYSCALL", "SSL_ERROR_EOF")
	queue("handshake-failure", "bad extension", "length mismatch", "excessive message size", "unexpected record",
		"unexpected message", "bad signature", "parse tlsext", "ccs received early", "internal error",
		"tls handshake failure", "ssl handshake failure")
	add("handshake-failure", "sslv3 alert", "tlsv1 alert", "tlsv13 alert")
	return list
}

// ReasonIDs are the findings that a number of OpenSSL's error queue may stand for,
// by the library it is of and its reason. The numbers of reasons are those of
// include/openssl/sslerr.h, pemerr.h, x509err.h and evperr.h.
func ReasonIDs(library, reason int) []string {
	const ssl, x509, pem, evp, asn1, provider, decoder = 20, 11, 9, 6, 13, 57, 60
	switch library {
	case ssl:
		if reason >= 1000 && reason < 1256 {
			return AlertIDs(reason - 1000)
		}
		return strings.Fields(sslReasons[reason])
	case x509:
		return strings.Fields(map[int]string{116: "key-mismatch", 117: "key-mismatch", 136: "ca-file-invalid crl-file-invalid", 111: "ca-file-invalid"}[reason])
	case pem:
		return strings.Fields(map[int]string{
			100: "key-format", 101: "key-password-wrong key-password-required", 104: "key-password-required", 108: "key-file-no-certificate key-file-no-key ca-file-invalid key-format",
			102: "key-format", 103: "key-format", 110: "key-format", 112: "key-format", 113: "key-encryption",
		}[reason])
	case evp, provider:
		return strings.Fields(map[int]string{100: "key-password-wrong key-password-required", 156: "key-encryption", 160: "key-encryption"}[reason&0xfff])
	case asn1:
		return strings.Fields("key-format cert-malformed")
	case decoder:
		return strings.Fields("key-file-no-key key-format key-password-wrong")
	}
	return nil
}

// sslReasons are the findings of reasons of the SSL library.
var sslReasons = map[int]string{
	134: "verify-failed",
	106: "key-too-small no-shared-cipher", 394: "key-too-small no-shared-cipher", 372: "key-too-small no-shared-cipher",
	118: "no-shared-cipher", 181: "no-shared-cipher", 185: "no-shared-cipher", 193: "no-shared-cipher", 248: "no-shared-cipher", 261: "no-shared-cipher", 101: "no-shared-cipher",
	129: "tls-record-corrupt", 147: "tls-record-corrupt", 149: "tls-record-corrupt", 281: "tls-record-corrupt", 313: "tls-record-corrupt",
	155: "not-tls", 156: "not-tls tls-disabled", 198: "not-tls tls-disabled", 252: "not-tls tls-disabled protocol-version", 267: "not-tls tls-disabled",
	191: "protocol-version", 258: "protocol-version", 259: "protocol-version", 333: "protocol-version", 396: "protocol-version", 166: "protocol-version",
	199: "client-cert-required",
	294: "handshake-closed tls-disabled plaintext-client client-cert-required no-shared-cipher protocol-version atlas-access-list",
	328: "staple-invalid revoked must-staple-missing",
	338: "legacy-renegotiation",
	397: "key-too-small", 398: "signature-weak", 399: "key-too-small",
	123: "handshake-failure", 159: "handshake-failure", 110: "handshake-failure", 244: "handshake-failure",
}
