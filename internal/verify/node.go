package verify

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// nodeCodes are the errors for which Node.js has a code of its own, that of
// OpenSSL without its prefix (src/crypto/crypto_common.cc, X509ErrorCode). All
// others are UNSPECIFIED.
var nodeCodes = []int{
	errUnableToGetIssuerCert, errUnableToDecodeIssuerKey, errCertSignatureFailure, errCertNotYetValid,
	errCertHasExpired, errDepthZeroSelfSignedCert, errSelfSignedCertInChain, errUnableToGetIssuerCertLocally,
	errUnableToVerifyLeafSignature, errCertChainTooLong, errInvalidCA, errPathLengthExceeded, errInvalidPurpose,
	errHostnameMismatch,
}

// NodeOptions are the settings of tls.connect that bear on a verdict.
type NodeOptions struct {
	// SecurityLevel is OpenSSL's: 1 up to Node.js 22, 2 from 24 on.
	SecurityLevel int
	// PartialChain is allowPartialTrustChain, which mongosh and Compass set.
	PartialChain bool
}

// Node is the verdict of tls.connect in Node.js. Its verify callback lets
// everything pass, so that what it tells is the last thing that OpenSSL finds,
// and only then it looks at the host itself.
func Node(in Input, host string, o NodeOptions) Verdict {
	v := OpenSSL(in, OpenSSLOptions{SecurityLevel: o.SecurityLevel, PartialChain: o.PartialChain, KeepGoing: true})
	v.Stack = StackNode
	switch {
	case !v.OK && v.Code != 0:
		if slices.Contains(nodeCodes, v.Code) {
			v.Name = strings.TrimPrefix(v.Name, "X509_V_ERR_")
		} else {
			v.Name = "UNSPECIFIED"
		}
	case v.OK && host != "":
		if reason := nodeIdentity(in.Presented[0], host); reason != "" {
			v.OK, v.Name = false, "ERR_TLS_CERT_ALTNAME_INVALID"
			v.Text = "Hostname/IP does not match certificate's altnames: " + reason
		}
	}
	return v
}

// nodeIdentity is why tls.checkServerIdentity (lib/tls.js) does not find the
// host in the leaf; empty if it does.
func nodeIdentity(leaf *certificate.Certificate, host string) string {
	if ip, ok := parseIP(host); ok {
		if slices.Contains(leaf.IPAddresses, ip) {
			return ""
		}
		var list []string
		for _, have := range leaf.IPAddresses {
			list = append(list, nodeAddress(have))
		}
		return fmt.Sprintf("IP: %s is not in the cert's list: %s", nodeAddress(ip), strings.Join(list, ", "))
	}
	name := strings.TrimSuffix(host, ".")
	matches := func(pattern string) bool { return matchNode(pattern, name) }
	var reason string
	switch {
	case slices.ContainsFunc(leaf.DNSNames, matches):
	case len(leaf.DNSNames) > 0:
		reason = fmt.Sprintf("Host: %s. is not in the cert's altnames: %s", name, nodeAltNames(leaf))
	case slices.ContainsFunc(leaf.CommonNames, matches):
	case len(leaf.CommonNames) > 0:
		reason = fmt.Sprintf("Host: %s. is not cert's CN: %s", name, strings.Join(leaf.CommonNames, ","))
	default:
		reason = "Cert does not contain a DNS name"
	}
	return reason
}

// nodeAddress is an address as Node.js writes it.
func nodeAddress(ip netip.Addr) string { return ip.String() }

// nodeAltAddress is an address as it stands among the alternative names: of IPv6
// every group is written out.
func nodeAltAddress(ip netip.Addr) string {
	if !ip.Is6() {
		return ip.String()
	}
	b := ip.As16()
	groups := make([]string, 0, 8)
	for i := 0; i < len(b); i += 2 {
		groups = append(groups, fmt.Sprintf("%X", uint16(b[i])<<8|uint16(b[i+1])))
	}
	return strings.Join(groups, ":")
}

// nodeAltNames are the alternative names of a certificate as Node.js joins them.
func nodeAltNames(leaf *certificate.Certificate) string {
	kinds := map[byte]string{
		certificate.TagDNS: "DNS:", certificate.TagEmail: "email:", certificate.TagURI: "URI:", certificate.TagIP: "IP Address:",
	}
	var list []string
	for _, name := range leaf.AltNames {
		kind, known := kinds[name.Tag]
		if !known {
			continue
		}
		text := string(name.Value)
		if name.Tag == certificate.TagIP {
			ip, ok := netip.AddrFromSlice(name.Value)
			text = "<invalid>"
			if ok {
				text = nodeAltAddress(ip)
			}
		} else if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\",'", r) }) {
			// Otherwise a name could pass for several.
			text = strconv.Quote(text)
		}
		list = append(list, kind+text)
	}
	return strings.Join(list, ", ")
}

// matchNode compares a presented name with a host as lib/tls.js does: one
// asterisk may stand for any part of the first label.
func matchNode(pattern, host string) bool {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(pattern, ".")), ".")
	hosts := strings.Split(strings.ToLower(host), ".")
	bad := func(label string) bool {
		return label == "" || strings.ContainsFunc(label, func(r rune) bool { return r < '!' || r > 0x7f })
	}
	if len(labels) != len(hosts) || slices.ContainsFunc(labels, bad) || !slices.Equal(labels[1:], hosts[1:]) {
		return false
	}
	prefix, suffix, found := strings.Cut(labels[0], "*")
	switch {
	case !found || strings.Contains(labels[0], "xn--"):
		return labels[0] == hosts[0]
	case strings.Contains(suffix, "*") || len(labels) <= 2:
		return false
	}
	return len(prefix)+len(suffix) <= len(hosts[0]) && strings.HasPrefix(hosts[0], prefix) && strings.HasSuffix(hosts[0], suffix)
}
