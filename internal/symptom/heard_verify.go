package symptom

import (
	"slices"
	"strconv"
)

// verifyText is an X509_V_ERR_* error that opensslVerify lacks, or that a reader
// takes otherwise than one who knows the case.
type verifyText struct {
	code int
	ids  string
	// names are the constant without its X509_V_ERR_, which Node.js shows as code,
	// and the texts of all versions.
	names []string
}

// verifyTexts are all errors of certificate verification in OpenSSL 1.0 to 3.5, by
// include/openssl/x509_vfy.h.
var verifyTexts = []verifyText{
	{1, "verify-failed", []string{"UNSPECIFIED", "unspecified certificate verification error"}},
	{2, "issuer-unknown ca-file-mismatch intermediate-missing", []string{"UNABLE_TO_GET_ISSUER_CERT", "unable to get issuer certificate"}},
	{3, "crl-missing-issuer crl-invalid crl-expired crl-file-invalid option-unsupported revoked", []string{"UNABLE_TO_GET_CRL",
		"unable to get certificate CRL"}},
	{4, "cert-malformed", []string{"UNABLE_TO_DECRYPT_CERT_SIGNATURE", "unable to decrypt certificate's signature"}},
	{5, "crl-invalid", []string{"UNABLE_TO_DECRYPT_CRL_SIGNATURE", "unable to decrypt CRL's signature"}},
	{6, "cert-malformed", []string{"UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY", "unable to decode issuer public key"}},
	{7, "ca-file-mismatch issuer-unknown cert-malformed", []string{"CERT_SIGNATURE_FAILURE", "certificate signature failure"}},
	{8, "crl-invalid", []string{"CRL_SIGNATURE_FAILURE", "CRL signature failure"}},
	{9, "cert-not-yet-valid clock-skew", []string{"CERT_NOT_YET_VALID", "certificate is not yet valid"}},
	{10, "cert-expired intermediate-expired root-expired clock-skew", []string{"CERT_HAS_EXPIRED", "certificate has expired", "certificate is expired"}},
	{11, "crl-invalid clock-skew", []string{"CRL_NOT_YET_VALID", "CRL is not yet valid"}},
	{12, "crl-expired", []string{"CRL_HAS_EXPIRED", "CRL has expired"}},
	{13, "cert-malformed", []string{"ERROR_IN_CERT_NOT_BEFORE_FIELD", "format error in certificate's notBefore field"}},
	{14, "cert-malformed", []string{"ERROR_IN_CERT_NOT_AFTER_FIELD", "format error in certificate's notAfter field"}},
	{15, "crl-invalid", []string{"ERROR_IN_CRL_LAST_UPDATE_FIELD", "format error in CRL's lastUpdate field"}},
	{16, "crl-invalid", []string{"ERROR_IN_CRL_NEXT_UPDATE_FIELD", "format error in CRL's nextUpdate field"}},
	{18, "self-signed-leaf", []string{"DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate", "self signed cert"}},
	{19, "self-signed-root-untrusted ca-file-mismatch", []string{"SELF_SIGNED_CERT_IN_CHAIN",
		"self-signed certificate in certificate chain", "self signed certificate in chain"}},
	{20, "issuer-unknown intermediate-missing ca-file-mismatch trust-store-missing ca-file-invalid", []string{"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
		"unable to get local issuer certificate"}},
	{21, "issuer-unknown intermediate-missing ca-file-mismatch", []string{"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
		"unable to verify the first certificate", "unable to verify leaf signature"}},
	{22, "path-length-exceeded issuer-unknown", []string{"CERT_CHAIN_TOO_LONG", "certificate chain too long"}},
	{23, "revoked", []string{"CERT_REVOKED", "certificate revoked", "certificate has been revoked", "certificate is revoked"}},
	{24, "issuer-not-ca", []string{"NO_ISSUER_PUBLIC_KEY", "issuer certificate doesn't have a public key", "invalid CA certificate", "INVALID_CA"}},
	{25, "path-length-exceeded", []string{"PATH_LENGTH_EXCEEDED", "path length constraint exceeded"}},
	{26, "purpose-server-auth", []string{"INVALID_PURPOSE", "unsuitable certificate purpose", "unsupported certificate purpose"}},
	{27, "issuer-unknown", []string{"CERT_UNTRUSTED", "certificate not trusted"}},
	{28, "verify-failed issuer-unknown", []string{"CERT_REJECTED", "certificate rejected"}},
	{29, "issuer-unknown", []string{"SUBJECT_ISSUER_MISMATCH", "subject issuer mismatch"}},
	{30, "ca-file-mismatch issuer-unknown", []string{"AKID_SKID_MISMATCH", "authority and subject key identifier mismatch"}},
	{31, "ca-file-mismatch issuer-unknown", []string{"AKID_ISSUER_SERIAL_MISMATCH", "authority and issuer serial number mismatch"}},
	{32, "issuer-not-ca", []string{"KEYUSAGE_NO_CERTSIGN", "key usage does not include certificate signing"}},
	{33, "crl-missing-issuer", []string{"UNABLE_TO_GET_CRL_ISSUER", "unable to get CRL issuer certificate"}},
	{34, "critical-extension", []string{"UNHANDLED_CRITICAL_EXTENSION", "unhandled critical extension"}},
	{35, "crl-invalid", []string{"KEYUSAGE_NO_CRL_SIGN", "key usage does not include CRL signing"}},
	{36, "crl-invalid", []string{"UNHANDLED_CRITICAL_CRL_EXTENSION", "unhandled critical CRL extension"}},
	{37, "issuer-not-ca", []string{"INVALID_NON_CA", "invalid non-CA certificate (has CA markings)"}},
	{38, "path-length-exceeded", []string{"PROXY_PATH_LENGTH_EXCEEDED", "proxy path length constraint exceeded"}},
	{39, "purpose-server-auth", []string{"KEYUSAGE_NO_DIGITAL_SIGNATURE", "key usage does not include digital signature"}},
	{40, "cert-malformed", []string{"PROXY_CERTIFICATES_NOT_ALLOWED", "proxy certificates not allowed, please set the appropriate flag"}},
	{41, "cert-malformed", []string{"INVALID_EXTENSION", "invalid or inconsistent certificate extension"}},
	{42, "cert-malformed", []string{"INVALID_POLICY_EXTENSION", "invalid or inconsistent certificate policy extension"}},
	{43, "cert-malformed", []string{"NO_EXPLICIT_POLICY", "no explicit policy"}},
	{44, "crl-invalid", []string{"DIFFERENT_CRL_SCOPE", "different CRL scope"}},
	{45, "cert-malformed", []string{"UNSUPPORTED_EXTENSION_FEATURE", "unsupported extension feature"}},
	{46, "cert-malformed", []string{"UNNESTED_RESOURCE", "RFC 3779 resource not subset of parent's resources"}},
	{47, "name-constraint", []string{"PERMITTED_VIOLATION", "permitted subtree violation"}},
	{48, "name-constraint", []string{"EXCLUDED_VIOLATION", "excluded subtree violation"}},
	{49, "name-constraint", []string{"SUBTREE_MINMAX", "name constraints minimum and maximum not supported"}},
	{50, "verify-failed", []string{"APPLICATION_VERIFICATION", "application verification failure"}},
	{51, "name-constraint", []string{"UNSUPPORTED_CONSTRAINT_TYPE", "unsupported name constraint type"}},
	{52, "name-constraint", []string{"UNSUPPORTED_CONSTRAINT_SYNTAX", "unsupported or invalid name constraint syntax"}},
	{53, "name-constraint", []string{"UNSUPPORTED_NAME_SYNTAX", "unsupported or invalid name syntax"}},
	{54, "crl-invalid", []string{"CRL_PATH_VALIDATION_ERROR", "CRL path validation error"}},
	{55, "issuer-unknown", []string{"PATH_LOOP", "path loop"}},
	{56, "cert-malformed", []string{"SUITE_B_INVALID_VERSION", "Suite B: certificate version invalid"}},
	{57, "key-too-small", []string{"SUITE_B_INVALID_ALGORITHM", "Suite B: invalid public key algorithm"}},
	{58, "key-too-small", []string{"SUITE_B_INVALID_CURVE", "Suite B: invalid ECC curve"}},
	{59, "signature-weak", []string{"SUITE_B_INVALID_SIGNATURE_ALGORITHM", "Suite B: invalid signature algorithm"}},
	{60, "signature-weak", []string{"SUITE_B_LOS_NOT_ALLOWED", "Suite B: curve not allowed for this LOS"}},
	{61, "signature-weak", []string{"SUITE_B_CANNOT_SIGN_P_384_WITH_P_256", "Suite B: cannot sign P-384 with P-256"}},
	{62, "hostname-mismatch hostname-cn-only", []string{"HOSTNAME_MISMATCH", "hostname mismatch"}},
	{63, "hostname-mismatch", []string{"EMAIL_MISMATCH", "email address mismatch"}},
	{64, "hostname-ip-not-in-san", []string{"IP_ADDRESS_MISMATCH", "IP address mismatch"}},
	{65, "verify-failed", []string{"DANE_NO_MATCH", "no matching DANE TLSA records"}},
	{66, "key-too-small", []string{"EE_KEY_TOO_SMALL", "EE certificate key too weak"}},
	{67, "key-too-small", []string{"CA_KEY_TOO_SMALL", "CA certificate key too weak"}},
	{68, "signature-weak", []string{"CA_MD_TOO_WEAK", "CA signature digest algorithm too weak"}},
	{69, "verify-failed", []string{"INVALID_CALL", "invalid certificate verification context"}},
	{70, "verify-failed", []string{"STORE_LOOKUP", "issuer certificate lookup error"}},
	{71, "verify-failed", []string{"NO_VALID_SCTS", "certificate transparency required, but no valid SCTs found"}},
	{72, "cert-malformed", []string{"PROXY_SUBJECT_NAME_VIOLATION", "proxy subject name violation"}},
	{73, "must-staple-missing ocsp-unknown", []string{"OCSP_VERIFY_NEEDED", "OCSP verification needed"}},
	{74, "staple-invalid ocsp-invalid revoked", []string{"OCSP_VERIFY_FAILED", "OCSP verification failed"}},
	{75, "ocsp-unknown", []string{"OCSP_CERT_UNKNOWN", "OCSP unknown cert", "certificate status unknown"}},
	{76, "signature-weak", []string{"UNSUPPORTED_SIGNATURE_ALGORITHM", "cannot find certificate signature algorithm"}},
	{77, "cert-malformed", []string{"SIGNATURE_ALGORITHM_MISMATCH", "subject signature algorithm and issuer public key algorithm mismatch"}},
	{78, "cert-malformed", []string{"SIGNATURE_ALGORITHM_INCONSISTENCY", "cert info signature and signature algorithm mismatch"}},
	{80, "not-strict", []string{"PATHLEN_INVALID_FOR_NON_CA", "path length invalid for non-CA cert"}},
	{81, "not-strict", []string{"PATHLEN_WITHOUT_KU_KEY_CERT_SIGN", "path length given without key usage keyCertSign"}},
	{82, "not-strict", []string{"KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA", "key usage keyCertSign invalid for non-CA cert"}},
	{83, "not-strict", []string{"ISSUER_NAME_EMPTY", "issuer name empty"}},
	{84, "not-strict", []string{"SUBJECT_NAME_EMPTY", "subject name empty"}},
	{85, "key-identifier-missing", []string{"MISSING_AUTHORITY_KEY_IDENTIFIER", "missing authority key identifier"}},
	{86, "key-identifier-missing", []string{"MISSING_SUBJECT_KEY_IDENTIFIER", "missing subject key identifier"}},
	{87, "not-strict", []string{"EMPTY_SUBJECT_ALT_NAME", "empty subject alternative name extension"}},
	{88, "not-strict", []string{"EMPTY_SUBJECT_SAN_NOT_CRITICAL", "subject empty and subject alt name extension not critical"}},
	{89, "not-strict", []string{"CA_BCONS_NOT_CRITICAL", "basic constraints of CA cert not marked critical"}},
	{90, "not-strict", []string{"AUTHORITY_KEY_IDENTIFIER_CRITICAL", "authority key identifier marked critical"}},
	{91, "not-strict", []string{"SUBJECT_KEY_IDENTIFIER_CRITICAL", "subject key identifier marked critical"}},
	{92, "not-strict", []string{"CA_CERT_MISSING_KEY_USAGE", "CA cert does not include key usage extension"}},
	{93, "not-strict", []string{"EXTENSIONS_REQUIRE_VERSION_3", "using cert extension requires at least X509v3"}},
	{94, "cert-malformed", []string{"EC_KEY_EXPLICIT_PARAMS", "certificate public key has explicit ECC parameters"}},
	{95, "issuer-unknown", []string{"RPK_UNTRUSTED", "raw public key untrusted, no trusted keys configured"}},
}

// plainWords are constants that are words of other things too, and count only
// with what stands before them where an error number is.
var plainWords = []string{"UNSPECIFIED", "STORE_LOOKUP", "INVALID_CALL", "INVALID_CA", "PATH_LOOP", "path loop", "certificate rejected"}

func heardVerify() []Symptom {
	var list []Symptom
	for _, v := range verifyTexts {
		for _, name := range v.names {
			if slices.Contains(plainWords, name) {
				name = "X509_V_ERR_" + name
			}
			for _, s := range heard(OpenSSL, v.ids, name) {
				s.Code = strconv.Itoa(v.code)
				list = append(list, s)
			}
		}
	}
	return append(list, heard(OpenSSL, "verify-failed",
		"certificate verify failed", "CERTIFICATE_VERIFY_FAILED", "certificate verification failed", "certificate verification error",
		"certificate validation failed", "SSL peer certificate validation failed", "unable to verify certificate", "certificate verify error",
		"SSL certificate problem", "certificate is invalid", "invalid certificate", "peer certificate cannot be authenticated",
	)...)
}

// VerifyIDs are the findings that the number of an X509_V_ERR_* error may stand
// for, most likely first.
func VerifyIDs(code int) []string {
	if code == 79 {
		return []string{"issuer-not-ca"}
	}
	for _, v := range verifyTexts {
		if v.code == code {
			return heard(OpenSSL, v.ids, "")[0].IDs
		}
	}
	return nil
}
