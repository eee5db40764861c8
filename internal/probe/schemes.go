package probe

import "fmt"

// schemeNames are those of the IANA TLS SignatureScheme registry that servers
// name in a CertificateRequest. Up to TLS 1.2 the same numbers are pairs of hash
// and signature algorithm.
var schemeNames = map[uint16]string{
	0x0201: "rsa_pkcs1_sha1", 0x0202: "dsa_sha1", 0x0203: "ecdsa_sha1",
	0x0301: "rsa_pkcs1_sha224", 0x0302: "dsa_sha224", 0x0303: "ecdsa_sha224",
	0x0401: "rsa_pkcs1_sha256", 0x0402: "dsa_sha256", 0x0403: "ecdsa_secp256r1_sha256",
	0x0501: "rsa_pkcs1_sha384", 0x0502: "dsa_sha384", 0x0503: "ecdsa_secp384r1_sha384",
	0x0601: "rsa_pkcs1_sha512", 0x0602: "dsa_sha512", 0x0603: "ecdsa_secp521r1_sha512",
	0x0804: "rsa_pss_rsae_sha256", 0x0805: "rsa_pss_rsae_sha384", 0x0806: "rsa_pss_rsae_sha512",
	0x0807: "ed25519", 0x0808: "ed448",
	0x0809: "rsa_pss_pss_sha256", 0x080a: "rsa_pss_pss_sha384", 0x080b: "rsa_pss_pss_sha512",
	0x081a: "ecdsa_brainpoolP256r1tls13_sha256", 0x081b: "ecdsa_brainpoolP384r1tls13_sha384", 0x081c: "ecdsa_brainpoolP512r1tls13_sha512",
	0x0904: "mldsa44", 0x0905: "mldsa65", 0x0906: "mldsa87",
}

// schemeName is the name of a signature scheme, or its number.
func schemeName(id uint16) string {
	if name, ok := schemeNames[id]; ok {
		return name
	}
	return fmt.Sprintf("0x%04x", id)
}

// certificateTypeNames are those of the IANA TLS ClientCertificateType registry.
var certificateTypeNames = map[byte]string{
	1: "rsa_sign", 2: "dss_sign", 3: "rsa_fixed_dh", 4: "dss_fixed_dh", 64: "ecdsa_sign", 65: "rsa_fixed_ecdh", 66: "ecdsa_fixed_ecdh",
}

// certificateTypeName is the name of a client certificate type, or its number.
func certificateTypeName(id byte) string {
	if name, ok := certificateTypeNames[id]; ok {
		return name
	}
	return fmt.Sprintf("0x%02x", id)
}
