package registry

import "fmt"

// certificateTypes are those of the IANA TLS ClientCertificateType registry.
var certificateTypes = map[byte]string{
	1: "rsa_sign", 2: "dss_sign", 3: "rsa_fixed_dh", 4: "dss_fixed_dh", 64: "ecdsa_sign", 65: "rsa_fixed_ecdh", 66: "ecdsa_fixed_ecdh",
}

// CertificateTypeName is the name of a client certificate type, or its number.
func CertificateTypeName(id byte) string {
	if name, ok := certificateTypes[id]; ok {
		return name
	}
	return fmt.Sprintf("0x%02x", id)
}
