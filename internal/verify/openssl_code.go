package verify

// The X509_V_ERR_* codes that a verification without CRLs can end with (OpenSSL
// include/openssl/x509_vfy.h). The numbers are those of OpenSSL 3; 1.1.1 has 24
// where 3 has 79.
const (
	verifyOK                           = 0
	errUnspecified                     = 1
	errUnableToGetIssuerCert           = 2
	errUnableToDecodeIssuerKey         = 6
	errCertSignatureFailure            = 7
	errCertNotYetValid                 = 9
	errCertHasExpired                  = 10
	errDepthZeroSelfSignedCert         = 18
	errSelfSignedCertInChain           = 19
	errUnableToGetIssuerCertLocally    = 20
	errUnableToVerifyLeafSignature     = 21
	errCertChainTooLong                = 22
	errInvalidCA111                    = 24
	errPathLengthExceeded              = 25
	errInvalidPurpose                  = 26
	errKeyUsageNoCertSign              = 32
	errUnhandledCriticalExtension      = 34
	errProxyCertificatesNotAllowed     = 40
	errInvalidExtension                = 41
	errPermittedViolation              = 47
	errExcludedViolation               = 48
	errSubtreeMinMax                   = 49
	errUnsupportedConstraintType       = 51
	errUnsupportedNameSyntax           = 53
	errHostnameMismatch                = 62
	errIPAddressMismatch               = 64
	errEEKeyTooSmall                   = 66
	errCAKeyTooSmall                   = 67
	errCAMDTooWeak                     = 68
	errProxySubjectNameViolation       = 72
	errSignatureAlgorithmInconsistency = 78
	errInvalidCA                       = 79
	errPathLenInvalidForNonCA          = 80
	errPathLenWithoutCertSign          = 81
	errCertSignInvalidForNonCA         = 82
	errIssuerNameEmpty                 = 83
	errSubjectNameEmpty                = 84
	errMissingAuthorityKeyIdentifier   = 85
	errMissingSubjectKeyIdentifier     = 86
	errEmptySubjectAltName             = 87
	errEmptySubjectSANNotCritical      = 88
	errCABasicConstraintsNotCritical   = 89
	errAuthorityKeyIDCritical          = 90
	errSubjectKeyIDCritical            = 91
	errCACertMissingKeyUsage           = 92
	errExtensionsRequireVersion3       = 93
	errECKeyExplicitParams             = 94
)

// opensslError is how OpenSSL names and words a code.
type opensslError struct {
	// name is what follows X509_V_ERR_.
	name string
	// text is what X509_verify_cert_error_string gives in OpenSSL 3, text111 in
	// 1.1.1 where that differs.
	text, text111 string
}

var opensslErrors = map[int]opensslError{
	errUnspecified:                     {"UNSPECIFIED", "unspecified certificate verification error", ""},
	errUnableToGetIssuerCert:           {"UNABLE_TO_GET_ISSUER_CERT", "unable to get issuer certificate", ""},
	errUnableToDecodeIssuerKey:         {"UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY", "unable to decode issuer public key", ""},
	errCertSignatureFailure:            {"CERT_SIGNATURE_FAILURE", "certificate signature failure", ""},
	errCertNotYetValid:                 {"CERT_NOT_YET_VALID", "certificate is not yet valid", ""},
	errCertHasExpired:                  {"CERT_HAS_EXPIRED", "certificate has expired", ""},
	errDepthZeroSelfSignedCert:         {"DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate", "self signed certificate"},
	errSelfSignedCertInChain:           {"SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain", "self signed certificate in certificate chain"},
	errUnableToGetIssuerCertLocally:    {"UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unable to get local issuer certificate", ""},
	errUnableToVerifyLeafSignature:     {"UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate", ""},
	errCertChainTooLong:                {"CERT_CHAIN_TOO_LONG", "certificate chain too long", ""},
	errInvalidCA111:                    {"INVALID_CA", "issuer certificate doesn't have a public key", "invalid CA certificate"},
	errPathLengthExceeded:              {"PATH_LENGTH_EXCEEDED", "path length constraint exceeded", ""},
	errInvalidPurpose:                  {"INVALID_PURPOSE", "unsuitable certificate purpose", "unsupported certificate purpose"},
	errKeyUsageNoCertSign:              {"KEYUSAGE_NO_CERTSIGN", "key usage does not include certificate signing", ""},
	errUnhandledCriticalExtension:      {"UNHANDLED_CRITICAL_EXTENSION", "unhandled critical extension", ""},
	errProxyCertificatesNotAllowed:     {"PROXY_CERTIFICATES_NOT_ALLOWED", "proxy certificates not allowed, please set the appropriate flag", ""},
	errInvalidExtension:                {"INVALID_EXTENSION", "invalid or inconsistent certificate extension", ""},
	errPermittedViolation:              {"PERMITTED_VIOLATION", "permitted subtree violation", ""},
	errExcludedViolation:               {"EXCLUDED_VIOLATION", "excluded subtree violation", ""},
	errSubtreeMinMax:                   {"SUBTREE_MINMAX", "name constraints minimum and maximum not supported", ""},
	errUnsupportedConstraintType:       {"UNSUPPORTED_CONSTRAINT_TYPE", "unsupported name constraint type", ""},
	errUnsupportedNameSyntax:           {"UNSUPPORTED_NAME_SYNTAX", "unsupported or invalid name syntax", ""},
	errHostnameMismatch:                {"HOSTNAME_MISMATCH", "hostname mismatch", "Hostname mismatch"},
	errIPAddressMismatch:               {"IP_ADDRESS_MISMATCH", "IP address mismatch", ""},
	errEEKeyTooSmall:                   {"EE_KEY_TOO_SMALL", "EE certificate key too weak", ""},
	errCAKeyTooSmall:                   {"CA_KEY_TOO_SMALL", "CA certificate key too weak", ""},
	errCAMDTooWeak:                     {"CA_MD_TOO_WEAK", "CA signature digest algorithm too weak", ""},
	errProxySubjectNameViolation:       {"PROXY_SUBJECT_NAME_VIOLATION", "proxy subject name violation", ""},
	errSignatureAlgorithmInconsistency: {"SIGNATURE_ALGORITHM_INCONSISTENCY", "cert info signature and signature algorithm mismatch", ""},
	errInvalidCA:                       {"INVALID_CA", "invalid CA certificate", ""},
	errPathLenInvalidForNonCA:          {"PATHLEN_INVALID_FOR_NON_CA", "Path length invalid for non-CA cert", ""},
	errPathLenWithoutCertSign:          {"PATHLEN_WITHOUT_KU_KEY_CERT_SIGN", "Path length given without key usage keyCertSign", ""},
	errCertSignInvalidForNonCA:         {"KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA", "Key usage keyCertSign invalid for non-CA cert", ""},
	errIssuerNameEmpty:                 {"ISSUER_NAME_EMPTY", "Issuer name empty", ""},
	errSubjectNameEmpty:                {"SUBJECT_NAME_EMPTY", "Subject name empty", ""},
	errMissingAuthorityKeyIdentifier:   {"MISSING_AUTHORITY_KEY_IDENTIFIER", "Missing Authority Key Identifier", ""},
	errMissingSubjectKeyIdentifier:     {"MISSING_SUBJECT_KEY_IDENTIFIER", "Missing Subject Key Identifier", ""},
	errEmptySubjectAltName:             {"EMPTY_SUBJECT_ALT_NAME", "Empty Subject Alternative Name extension", ""},
	errEmptySubjectSANNotCritical:      {"EMPTY_SUBJECT_SAN_NOT_CRITICAL", "Subject empty and Subject Alt Name extension not critical", ""},
	errCABasicConstraintsNotCritical:   {"CA_BCONS_NOT_CRITICAL", "Basic Constraints of CA cert not marked critical", ""},
	errAuthorityKeyIDCritical:          {"AUTHORITY_KEY_IDENTIFIER_CRITICAL", "Authority Key Identifier marked critical", ""},
	errSubjectKeyIDCritical:            {"SUBJECT_KEY_IDENTIFIER_CRITICAL", "Subject Key Identifier marked critical", ""},
	errCACertMissingKeyUsage:           {"CA_CERT_MISSING_KEY_USAGE", "CA cert does not include key usage extension", ""},
	errExtensionsRequireVersion3:       {"EXTENSIONS_REQUIRE_VERSION_3", "Using cert extension requires at least X509v3", ""},
	errECKeyExplicitParams:             {"EC_KEY_EXPLICIT_PARAMS", "Certificate public key has explicit ECC parameters", ""},
}

// describe gives the name and text of a code in a version.
func (v OpenSSLVersion) describe(code int) (name, text string) {
	e := opensslErrors[code]
	text = e.text
	if v == OpenSSL111 && e.text111 != "" {
		text = e.text111
	}
	return "X509_V_ERR_" + e.name, text
}
