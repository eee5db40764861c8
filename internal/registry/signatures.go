package registry

// signatures are the names of the IANA TLS SignatureScheme registry and, for the
// pairs of hash and signature that TLS 1.2 has beside them, names made alike.
var signatures = map[uint16]string{
	0x0101: "rsa_pkcs1_md5", 0x0102: "dsa_md5",
	0x0201: "rsa_pkcs1_sha1", 0x0202: "dsa_sha1", 0x0203: "ecdsa_sha1",
	0x0301: "rsa_pkcs1_sha224", 0x0302: "dsa_sha224", 0x0303: "ecdsa_sha224",
	0x0401: "rsa_pkcs1_sha256", 0x0402: "dsa_sha256", 0x0403: "ecdsa_secp256r1_sha256",
	0x0501: "rsa_pkcs1_sha384", 0x0502: "dsa_sha384", 0x0503: "ecdsa_secp384r1_sha384",
	0x0601: "rsa_pkcs1_sha512", 0x0602: "dsa_sha512", 0x0603: "ecdsa_secp521r1_sha512",
	0x0420: "rsa_pkcs1_sha256_legacy", 0x0520: "rsa_pkcs1_sha384_legacy", 0x0620: "rsa_pkcs1_sha512_legacy",
	0x0704: "eccsi_sha256", 0x0705: "iso_ibs1", 0x0706: "iso_ibs2", 0x0707: "iso_chinese_ibs",
	0x0708: "sm2sig_sm3",
	0x0709: "gostr34102012_256a", 0x070a: "gostr34102012_256b", 0x070b: "gostr34102012_256c", 0x070c: "gostr34102012_256d",
	0x070d: "gostr34102012_512a", 0x070e: "gostr34102012_512b", 0x070f: "gostr34102012_512c",
	0x0804: "rsa_pss_rsae_sha256", 0x0805: "rsa_pss_rsae_sha384", 0x0806: "rsa_pss_rsae_sha512",
	0x0807: "ed25519", 0x0808: "ed448",
	0x0809: "rsa_pss_pss_sha256", 0x080a: "rsa_pss_pss_sha384", 0x080b: "rsa_pss_pss_sha512",
	0x081a: "ecdsa_brainpoolP256r1tls13_sha256", 0x081b: "ecdsa_brainpoolP384r1tls13_sha384", 0x081c: "ecdsa_brainpoolP512r1tls13_sha512",
	0x0904: "mldsa44", 0x0905: "mldsa65", 0x0906: "mldsa87",
	0xeeee: "gostr34102012_256", 0xefef: "gostr34102012_512", 0xeded: "gostr34102001",
}

// SignatureName is the registry's name, or the number where there is none.
func SignatureName(id uint16) string { return nameOf(signatures, id) }

// CommonSignatures are the SignatureSchemes of RFC 8446 section 4.2.3, with the
// SHA-1 ones that TLS 1.2 servers with old certificates need.
var CommonSignatures = []uint16{
	0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b,
	0x0401, 0x0501, 0x0601, 0x0203, 0x0201,
}

// AllSignatures are CommonSignatures and those that only servers with certificates
// of other kinds need: DSA, SHA-224, MD5, the Brainpool curves, SM2, GOST, ML-DSA.
var AllSignatures = append(append([]uint16(nil), CommonSignatures...),
	0x0402, 0x0502, 0x0602, 0x0302, 0x0202, 0x0301, 0x0303, 0x0101,
	0x081a, 0x081b, 0x081c, 0x0708, 0x0709, 0x070a, 0x070b, 0x070c, 0x070d, 0x070e, 0x070f,
	0xeeee, 0xefef, 0xeded, 0x0904, 0x0905, 0x0906)
