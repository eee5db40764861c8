package symptom

import (
	"fmt"
	"slices"
)

// status is a number by which a platform's TLS names an error, and its findings.
type status struct {
	ids    string
	number uint32
	names  []string
}

// windowsStatuses are the SSPI, CryptoAPI and certificate errors of winerror.h.
var windowsStatuses = []status{
	{"issuer-unknown self-signed-leaf self-signed-root-untrusted", 0x80090325, []string{"SEC_E_UNTRUSTED_ROOT",
		"The certificate chain was issued by an authority that is not trusted"}},
	{"hostname-mismatch hostname-ip-not-in-san", 0x80090322, []string{"SEC_E_WRONG_PRINCIPAL", "The target principal name is incorrect"}},
	{"cert-expired clock-skew", 0x80090328, []string{"SEC_E_CERT_EXPIRED", "The received certificate has expired"}},
	{"verify-failed", 0x80090327, []string{"SEC_E_CERT_UNKNOWN", "An unknown error occurred while processing the certificate"}},
	{"handshake-failure protocol-version no-shared-cipher client-cert-required", 0x80090326, []string{"SEC_E_ILLEGAL_MESSAGE",
		"The message received was unexpected or badly formatted"}},
	{"protocol-version no-shared-cipher", 0x80090331, []string{"SEC_E_ALGORITHM_MISMATCH"}},
	{"not-tls tls-disabled", 0x80090308, []string{"SEC_E_INVALID_TOKEN", "The token supplied to the function is invalid"}},
	{"handshake-closed", 0x80090318, []string{"SEC_E_INCOMPLETE_MESSAGE", "The supplied message is incomplete"}},
	{"alert-internal-error atlas-access-list", 0x80090304, []string{"SEC_E_INTERNAL_ERROR", "The Local Security Authority cannot be contacted"}},
	{"tls-record-corrupt", 0x80090330, []string{"SEC_E_DECRYPT_FAILURE"}},
	{"tls-record-corrupt", 0x8009030F, []string{"SEC_E_MESSAGE_ALTERED", "The message or signature supplied for verification has been altered"}},
	{"tls-record-corrupt", 0x80090321, []string{"SEC_E_BUFFER_TOO_SMALL"}},
	{"key-file-no-key", 0x8009030E, []string{"SEC_E_NO_CREDENTIALS"}},
	{"key-file-no-key key-format", 0x8009030D, []string{"SEC_E_UNKNOWN_CREDENTIALS"}},
	{"client-cert-rejected", 0x8009030C, []string{"SEC_E_LOGON_DENIED"}},
	{"no-shared-cipher protocol-version", 0x80090302, []string{"SEC_E_UNSUPPORTED_FUNCTION"}},
	{"sni-unrecognized", 0x80090303, []string{"SEC_E_TARGET_UNKNOWN", "The specified target is unknown or unreachable"}},
	{"purpose-server-auth", 0x80090349, []string{"SEC_E_CERT_WRONG_USAGE"}},
	{"handshake-closed", 0x80090317, []string{"SEC_E_CONTEXT_EXPIRED"}},
	{"key-password-wrong", 0x80070056, []string{"ERROR_INVALID_PASSWORD"}},
	{"key-format", 0x80092002, []string{"CRYPT_E_BAD_ENCODE"}},
	{"key-format ca-file-invalid", 0x80092009, []string{"CRYPT_E_NO_MATCH"}},
	{"key-file-no-certificate key-format", 0x80092004, []string{"CRYPT_E_NOT_FOUND"}},
	{"revoked", 0x80092010, []string{"CRYPT_E_REVOKED"}},
	{"revocation-unchecked crl-unreachable", 0x80092012, []string{"CRYPT_E_NO_REVOCATION_CHECK", "unable to check revocation for the certificate"}},
	{"ocsp-unreachable crl-unreachable revocation-unchecked", 0x80092013, []string{"CRYPT_E_REVOCATION_OFFLINE",
		"because the revocation server was offline"}},
	{"cert-expired cert-not-yet-valid clock-skew", 0x800B0101, []string{"CERT_E_EXPIRED"}},
	{"cert-expired", 0x800B0102, []string{"CERT_E_VALIDITYPERIODNESTING"}},
	{"issuer-not-ca", 0x800B0103, []string{"CERT_E_ROLE"}},
	{"path-length-exceeded", 0x800B0104, []string{"CERT_E_PATHLENCONST"}},
	{"critical-extension", 0x800B0105, []string{"CERT_E_CRITICAL"}},
	{"purpose-server-auth", 0x800B0106, []string{"CERT_E_PURPOSE"}},
	{"issuer-unknown", 0x800B0107, []string{"CERT_E_ISSUERCHAINING"}},
	{"cert-malformed", 0x800B0108, []string{"CERT_E_MALFORMED"}},
	{"issuer-unknown self-signed-root-untrusted self-signed-leaf", 0x800B0109, []string{"CERT_E_UNTRUSTEDROOT"}},
	{"issuer-unknown intermediate-missing", 0x800B010A, []string{"CERT_E_CHAINING"}},
	{"revoked", 0x800B010C, []string{"CERT_E_REVOKED", "A certificate was explicitly revoked by its issuer"}},
	{"issuer-unknown", 0x800B010D, []string{"CERT_E_UNTRUSTEDTESTROOT"}},
	{"revocation-unchecked", 0x800B010E, []string{"CERT_E_REVOCATION_FAILURE"}},
	{"hostname-mismatch hostname-ip-not-in-san", 0x800B010F, []string{"CERT_E_CN_NO_MATCH",
		"The certificate's CN name does not match the passed value"}},
	{"purpose-server-auth", 0x800B0110, []string{"CERT_E_WRONG_USAGE"}},
	{"issuer-unknown", 0x800B0112, []string{"CERT_E_UNTRUSTEDCA"}},
	{"name-constraint", 0x800B0114, []string{"CERT_E_INVALID_NAME"}},
	{"signature-weak", 0x80096004, []string{"TRUST_E_CERT_SIGNATURE"}},
}

func heardWindows() []Symptom {
	var list []Symptom
	for _, s := range windowsStatuses {
		texts := slices.Concat(s.names, []string{fmt.Sprintf("0x%08X", s.number), fmt.Sprint(int32(s.number))})
		for _, h := range heard(SChannel, s.ids, texts...) {
			h.Code = fmt.Sprintf("0x%08X", s.number)
			list = append(list, h)
		}
	}
	return slices.Concat(list,
		heard(SChannel, "hostname-mismatch", "hostname doesn't match certificate"),
		heard(SChannel, "issuer-unknown self-signed-leaf self-signed-root-untrusted", "Untrusted root certificate"),
		heard(SChannel, "verify-failed", "SSL Certification verification failed"),
		heard(SChannel, "handshake-failure", "Failed to initialize security context", "A fatal alert was received from the remote endpoint"),
	)
}

// appleStatus is an OSStatus of Secure Transport or Security.framework.
type appleStatus struct {
	ids     string
	number  int
	further []string
}

// appleStatuses are those of SecureTransport.h and SecBase.h.
var appleStatuses = []appleStatus{
	{"handshake-failure not-tls", -9800, []string{"errSSLProtocol"}},
	{"no-shared-cipher protocol-version", -9801, []string{"errSSLNegotiation"}},
	{"handshake-failure", -9802, []string{"errSSLFatalAlert"}},
	{"handshake-closed", -9805, []string{"errSSLClosedGraceful", "connection closed gracefully"}},
	{"handshake-closed tls-disabled plaintext-client client-cert-required no-shared-cipher protocol-version atlas-access-list", -9806, []string{"errSSLClosedAbort",
		"connection closed via error"}},
	{"issuer-unknown intermediate-missing self-signed-root-untrusted", -9807, []string{"errSSLXCertChainInvalid", "invalid certificate chain"}},
	{"verify-failed", -9808, []string{"errSSLBadCert", "bad certificate format"}},
	{"handshake-failure", -9809, []string{"errSSLCrypto"}},
	{"handshake-failure", -9810, []string{"errSSLInternal"}},
	{"issuer-unknown self-signed-root-untrusted", -9812, []string{"errSSLUnknownRootCert", "unknown root certificate"}},
	{"issuer-unknown intermediate-missing", -9813, []string{"errSSLNoRootCert", "no root certificate"}},
	{"cert-expired clock-skew", -9814, []string{"errSSLCertExpired"}},
	{"cert-not-yet-valid clock-skew", -9815, []string{"errSSLCertNotYetValid"}},
	{"handshake-closed tls-disabled plaintext-client client-cert-required no-shared-cipher protocol-version atlas-access-list", -9816, []string{"errSSLClosedNoNotify",
		"server closed session with no notification"}},
	{"handshake-failure", -9819, []string{"errSSLPeerUnexpectedMsg"}},
	{"tls-record-corrupt", -9820, []string{"errSSLPeerBadRecordMac"}},
	{"tls-record-corrupt", -9821, []string{"errSSLPeerDecryptionFail"}},
	{"tls-record-corrupt", -9822, []string{"errSSLPeerRecordOverflow"}},
	{"tls-record-corrupt", -9823, []string{"errSSLPeerDecompressFail"}},
	{"handshake-failure no-shared-cipher client-cert-required", -9824, []string{"errSSLPeerHandshakeFail"}},
	{"client-cert-rejected", -9825, []string{"errSSLPeerBadCert"}},
	{"client-cert-purpose client-cert-rejected", -9826, []string{"errSSLPeerUnsupportedCert"}},
	{"client-cert-rejected", -9827, []string{"errSSLPeerCertRevoked"}},
	{"client-cert-expired", -9828, []string{"errSSLPeerCertExpired"}},
	{"client-cert-rejected", -9829, []string{"errSSLPeerCertUnknown"}},
	{"handshake-failure", -9830, []string{"errSSLIllegalParam"}},
	{"client-cert-untrusted", -9831, []string{"errSSLPeerUnknownCA"}},
	{"client-cert-rejected", -9832, []string{"errSSLPeerAccessDenied"}},
	{"handshake-failure", -9833, []string{"errSSLPeerDecodeError"}},
	{"client-cert-rejected", -9834, []string{"errSSLPeerDecryptError"}},
	{"no-shared-cipher", -9835, []string{"errSSLPeerExportRestriction"}},
	{"protocol-version", -9836, []string{"errSSLPeerProtocolVersion", "bad protocol version"}},
	{"no-shared-cipher", -9837, []string{"errSSLPeerInsufficientSecurity"}},
	{"alert-internal-error atlas-access-list", -9838, []string{"errSSLPeerInternalError"}},
	{"handshake-closed", -9839, []string{"errSSLPeerUserCancelled"}},
	{"legacy-renegotiation", -9840, []string{"errSSLPeerNoRenegotiation"}},
	{"hostname-mismatch", -9843, []string{"errSSLHostNameMismatch"}},
	{"tcp-refused", -9844, []string{"errSSLConnectionRefused"}},
	{"tls-record-corrupt", -9845, []string{"errSSLDecryptionFail"}},
	{"tls-record-corrupt", -9846, []string{"errSSLBadRecordMac"}},
	{"tls-record-corrupt not-tls", -9847, []string{"errSSLRecordOverflow"}},
	{"handshake-failure", -9848, []string{"errSSLBadConfiguration"}},
	{"handshake-failure", -9849, []string{"errSSLUnexpectedRecord"}},
	{"key-too-small", -9850, []string{"errSSLWeakPeerEphemeralDHKey"}},
	{"client-cert-required", -9842, []string{"errSSLClientCertRequested"}},
	{"issuer-unknown self-signed-root-untrusted intermediate-missing", -67843, []string{"errSecNotTrusted"}},
	{"cert-expired clock-skew", -67818, []string{"errSecCertificateExpired"}},
	{"cert-not-yet-valid clock-skew", -67819, []string{"errSecCertificateNotValidYet"}},
	{"revoked", -67820, []string{"errSecCertificateRevoked"}},
	{"hostname-mismatch", -67602, []string{"errSecHostNameMismatch"}},
	{"purpose-server-auth", -67609, []string{"errSecInvalidExtendedKeyUsage"}},
	{"cert-lifetime cert-malformed", -67901, []string{"errSecCertificateDuration", "errSecCertificateValidityPeriodTooLong"}},
	{"key-password-wrong", -25264, []string{"errSecPkcs12VerifyFailure"}},
	{"key-password-wrong", -25293, []string{"errSecAuthFailed"}},
	{"key-format", -25257, []string{"errSecUnknownFormat"}},
}

func heardApple() []Symptom {
	var list []Symptom
	for _, s := range appleStatuses {
		n := s.number
		texts := slices.Concat(s.further, []string{fmt.Sprintf("OSStatus %d", n), fmt.Sprintf("OSStatus {word} %d", n), fmt.Sprintf("(%d)", n), fmt.Sprintf("code=%d", n), fmt.Sprintf("error %d", n), fmt.Sprintf("code: %d", n)})
		for _, h := range heard(SecureTransport, s.ids, texts...) {
			h.Code = fmt.Sprint(s.number)
			list = append(list, h)
		}
	}
	return slices.Concat(list,
		heard(SecureTransport, "issuer-unknown self-signed-root-untrusted intermediate-missing", "CSSMERR_TP_NOT_TRUSTED",
			"CSSMERR_TP_INVALID_ANCHOR_CERT", "certificate is not trusted", "errSecCreateChainFailed",
			"The certificate was not trusted", "Root certificate is not trusted", "Invalid root certificate"),
		heard(SecureTransport, "cert-expired", "CSSMERR_TP_CERT_EXPIRED", "Certificate has expired or is not yet valid"),
		heard(SecureTransport, "cert-not-yet-valid", "CSSMERR_TP_CERT_NOT_VALID_YET"),
		heard(SecureTransport, "revoked", "CSSMERR_TP_CERT_REVOKED"),
		heard(SecureTransport, "verify-failed cert-lifetime", "CSSMERR_TP_CERT_SUSPENDED"),
		heard(SecureTransport, "hostname-mismatch", "CSSMERR_APPLETP_HOSTNAME_MISMATCH", "The certificate name does not match", "Host name mismatch"),
		heard(SecureTransport, "issuer-not-ca", "CSSMERR_APPLETP_NO_BASIC_CONSTRAINTS", "CSSMERR_APPLETP_INVALID_CA", "CSSMERR_APPLETP_INVALID_KEY_USAGE"),
		heard(SecureTransport, "purpose-server-auth", "CSSMERR_APPLETP_INVALID_EXTENDED_KEY_USAGE", "CSSMERR_TP_VERIFY_ACTION_FAILED"),
		heard(SecureTransport, "issuer-unknown verify-failed", "Certificate validation errored",
			"Certificate trust evaluation failure", "kSecTrustResultRecoverableTrustFailure",
			"The certificate for this server is invalid"),
	)
}
