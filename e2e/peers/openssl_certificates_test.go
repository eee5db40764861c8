package peers

import (
	"slices"
	"testing"
)

// TestOpenSSLAndCertificates has s_server present certificates of every kind and
// lets s_client decide: the chain is trusted, and the name right, exactly where
// it says so. s_server takes one connection at a time, so check makes one.
func TestOpenSSLAndCertificates(t *testing.T) {
	t.Parallel()
	needOpenSSL(t)
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			made := issueKind(t, k)
			address := serveOneByOne(t, slices.Concat(serverArgs(t, made), anyCipher)...)
			authorities := write(t, "ca.pem", made.authorities)
			want := askOpenSSL(t, address, k.asked(), authorities)

			got := check(t, connectionString(t, k.asked(), address, "tlsCAFile", authorities), "--connect", address, "--quick")
			e := got.endpoint()
			if e.Chain == nil || e.Hostname == nil {
				t.Fatalf("check saw no certificates, handshake %+v; openssl: %v", e.Handshake, want)
			}
			if e.Chain.Trusted != (want.chain == 0) {
				t.Errorf("chain.trusted is %t; openssl: %v", e.Chain.Trusted, want)
			}
			if e.Hostname.OK != (want.name && !k.partialWildcard) {
				t.Errorf("hostname.ok is %t; openssl: %v", e.Hostname.OK, want)
			}
			if k.partialWildcard && !want.name {
				t.Error("openssl refuses the name too: it needs no mention")
			}
			if passes := want.chain == 0 && want.name && !k.partialWildcard; (got.exit == 0) != passes {
				t.Errorf("check: exit code %d, %v; openssl: %v", got.exit, got.tellings(), want)
			}
		})
	}
}
