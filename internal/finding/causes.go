package finding

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/offer"
)

func causeServerWithoutTLS(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	if j.server().Plaintext != "accepted" || j.speaksTLS() {
		return false
	}
	confidence := Certain
	if h.Outcome == fact.OutcomeTimeout {
		confidence = Likely
	}
	j.add("tls-disabled", Fail, confidence, "A hello in clear is answered. "+seen, evidence)
	return true
}

func causeOtherProtocol(j *judge, h *fact.Handshake, _ string, evidence map[string]any) bool {
	if h.Outcome != fact.OutcomeOther || j.speaksTLS() {
		return false
	}
	detail := "The answer to the ClientHello is no TLS record."
	if first, err := hex.DecodeString(h.FirstBytes); err == nil && len(first) > 0 {
		evidence["firstBytes"] = h.FirstBytes
		detail = fmt.Sprintf("The answer to the ClientHello begins with %q, which is no TLS record.", printable(first))
	}
	if q := j.endpoint.Question(fact.AskHTTP); q != nil && q.Outcome == fact.OutcomeOther && q.Detail != "" {
		detail += fmt.Sprintf(" An HTTP request is answered with %q.", q.Detail)
		evidence["http"] = q.Detail
	}
	j.add("not-tls", Fail, Certain, detail, evidence)
	return true
}

// printable is the text at the beginning of bytes, up to the first that is none.
func printable(b []byte) string {
	if i := slices.IndexFunc(b, func(c byte) bool { return c < 0x20 || c > 0x7e }); i >= 4 {
		b = b[:i]
	}
	return string(b)
}

func causeClientCertificate(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	// Up to TLS 1.2 a server answers a missing certificate with
	// handshake_failure, or just closes, once it has asked for one.
	after := j.clientAuth().Requested && (h.Outcome == fact.OutcomeClosed || h.Outcome == fact.OutcomeReset ||
		alertCode(h.Alert) == alertHandshakeFailure)
	switch {
	case j.judgesClient(h.Alert):
		j.refuse(Certain, seen, evidence, h.Alert)
	case after:
		j.refuse(Likely, seen, evidence, nil)
	default:
		return false
	}
	return true
}

func causeProtocolVersion(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	old := j.accepted("TLS1.0", "TLS1.1")
	alerted := alertCode(h.Alert) == alertProtocolVersion
	if len(j.accepted("TLS1.2", "TLS1.3")) > 0 || (len(old) == 0 && !alerted) {
		return false
	}
	evidence["supported"] = old
	if len(old) == 0 {
		j.add("protocol-version", Fail, Certain, seen+" TLS 1.2 and 1.3 were offered.", evidence)
		return true
	}
	if q := j.endpoint.Question(fact.AskTLS12); q != nil && alertCode(q.Alert) == alertProtocolVersion {
		alerted = true
	}
	if alerted || slices.Contains(old, h.Version) {
		j.add("protocol-version", Fail, Certain, fmt.Sprintf("The server speaks %s, and neither TLS 1.2 nor 1.3. %s", listed(old), seen), evidence)
		return true
	}
	j.add("protocol-version", Fail, Likely, fmt.Sprintf("The server speaks %s, and answers no ClientHello of TLS 1.2 or 1.3. %s", listed(old), seen), evidence)
	return true
}

// accepted are those of the versions that the server was seen to select.
func (j *judge) accepted(versions ...string) []string {
	list := []string{}
	for _, v := range versions {
		selected := slices.ContainsFunc(j.endpoint.Protocols, func(p fact.Protocol) bool {
			return p.Version == v && p.Supported != nil && *p.Supported
		})
		selected = selected || slices.ContainsFunc(j.endpoint.Questions, func(q fact.Question) bool {
			return slices.Contains(tlsQuestions, q.ID) && q.Outcome == fact.OutcomeOK && q.Version == v
		})
		if h := j.endpoint.Handshake; selected || (h != nil && h.Version == v) {
			list = append(list, v)
		}
	}
	return list
}

func causeAccessList(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	// An access list turns every hello for the name away alike.
	answered := h.Version != "" || j.outcome(fact.AskSmallHello) == fact.OutcomeOK || j.outcome(fact.AskTLS12) == fact.OutcomeOK
	if !j.atAtlas() || answered || !(ended(h.Outcome) || alertCode(h.Alert) == alertInternalError) {
		return false
	}
	j.add("atlas-access-list", Fail, Likely, fmt.Sprintf("%s is a MongoDB Atlas name. %s", j.endpoint.ServerName, seen), evidence)
	return true
}

func causeServerName(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	unrecognized := alertCode(h.Alert) == alertUnrecognizedName
	named := j.endpoint.Question(fact.AskSmallHello)
	refused := named != nil && (named.Outcome == fact.OutcomeAlert || ended(named.Outcome))
	switch {
	case h.ServerName == "" && unrecognized:
		j.add("sni-required", Fail, Certain, "No server name was sent, because "+j.endpoint.ServerName+" is an address. "+seen, evidence)
	case unrecognized:
		j.add("sni-unrecognized", Fail, Certain, fmt.Sprintf("The server name %s was sent. %s", h.ServerName, seen), evidence)
	case h.ServerName != "" && refused && j.outcome(fact.AskNoSNI) == fact.OutcomeOK:
		j.add("sni-unrecognized", Fail, Likely, fmt.Sprintf("With the server name %s: %s. Without a server name the server answers.", h.ServerName, handshakeWords(h)), evidence)
	default:
		return false
	}
	return true
}

func causeUnreadableCertificate(j *judge, h *fact.Handshake, _ string, _ map[string]any) bool {
	// What is wrong with the certificate is told with the chain.
	return h.Outcome == fact.OutcomeLocal && slices.ContainsFunc(j.endpoint.Certificates, func(c fact.Certificate) bool { return j.refusedByGo(c.SHA256) })
}

func causeCipher(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	if h.Version != "" || h.Outcome == fact.OutcomeTimeout || j.outcome(fact.AskSmallHello) == fact.OutcomeOK {
		return false
	}
	all := j.endpoint.Question(fact.AskTLS12)
	if all == nil {
		return false
	}
	if all.Outcome == fact.OutcomeOK {
		if offeredHere(all.CipherSuite) {
			return false
		}
		evidence["selected"] = all.CipherSuite
		without := withoutSuite(all.CipherSuite)
		detail := fmt.Sprintf("Of all suites of TLS 1.2 the server chooses %s. These do not offer it: %s. %s", all.CipherSuite, strings.Join(without, "; "), seen)
		if !offer.Reference.HasSuite(all.CipherSuite) {
			j.add("no-shared-cipher", Fail, Certain, detail, evidence)
			return true
		}
		f := j.add("no-shared-cipher", Warn, Certain, detail, evidence)
		f.Title = "No cipher suite in common with " + some(without)
		return true
	}
	weak := j.endpoint.Question(fact.AskWeakCiphers)
	if weak == nil || weak.Outcome != fact.OutcomeOK || !(all.Outcome == fact.OutcomeAlert || ended(all.Outcome)) {
		return false
	}
	evidence["selected"] = weak.CipherSuite
	j.add("no-shared-cipher", Fail, Certain, fmt.Sprintf("The server takes only weak suites, such as %s, which no current client offers. %s", weak.CipherSuite, seen), evidence)
	return true
}

// causeGroup: a group that the handshake as a driver makes it, which is
// crypto/tls's, does not offer; rustls has no others.
func causeGroup(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	q := j.endpoint.Question(fact.AskSmallHello)
	if h.Version != "" || q == nil || q.Outcome != fact.OutcomeOK || q.Group == "" || offer.Go.HasGroup(q.Group) {
		return false
	}
	evidence["group"] = q.Group
	f := j.add("no-shared-cipher", Warn, Certain, fmt.Sprintf("Of all key exchange groups the server chooses %s. %s", q.Group, seen), evidence)
	f.Title = "No key exchange group in common with Go and Rust (rustls)"
	f.Why = "Drivers on OpenSSL offer " + q.Group + " and connect; Go and rustls do not have it: \"handshake failure\"."
	f.Fix = []string{
		"At the server or proxy, allow x25519 or secp256r1 as well: remove the setting that limits its groups (curves).",
	}
	return true
}

func causeLargeHello(j *judge, h *fact.Handshake, _ string, evidence map[string]any) bool {
	// A ServerHello means that the hello arrived, whatever happened then.
	if h.Version != "" || !ended(h.Outcome) {
		return false
	}
	if s := j.scan(); s != nil && len(s.Sizes) > 0 {
		return j.addLargeHello(s.Sizes, evidence)
	}
	if j.outcome(fact.AskSmallHello) != fact.OutcomeOK {
		return false
	}
	j.add("large-hello-dropped", Fail, Likely, "A small ClientHello with the same versions and suites is answered, one with a post-quantum key share, which fills more than one packet, is not: "+handshakeWords(h)+".", evidence)
	return true
}

// addLargeHello compares the answers to hellos of different sizes.
func (j *judge) addLargeHello(sizes []fact.ScannedSize, evidence map[string]any) bool {
	of := func(kind string) fact.ScannedSize {
		i := slices.IndexFunc(sizes, func(s fact.ScannedSize) bool { return s.Kind == kind })
		if i < 0 {
			return fact.ScannedSize{}
		}
		return sizes[i]
	}
	large, small, padded := of("large"), of("small"), of("padded")
	if !ended(large.Outcome) || small.Outcome != fact.OutcomeOK {
		return false
	}
	evidence["largeBytes"], evidence["smallBytes"], evidence["paddedBytes"] = large.Bytes, small.Bytes, padded.Bytes
	seen := fmt.Sprintf("A ClientHello of %d bytes is answered, one of %d bytes with a post-quantum key share is not, twice.", small.Bytes, large.Bytes)
	switch {
	case ended(padded.Outcome):
		j.add("large-hello-dropped", Fail, Certain, fmt.Sprintf("%s Nor is one of %d bytes that is only padded: it is the size.", seen, padded.Bytes), evidence)
	case padded.Outcome == fact.OutcomeOK:
		f := j.add("large-hello-dropped", Fail, Certain, fmt.Sprintf("%s One of %d bytes that is only padded is answered: it is the key share, not the size.", seen, padded.Bytes), evidence)
		f.Title = "Something on the way drops ClientHellos with a post-quantum key share"
	default:
		j.add("large-hello-dropped", Fail, Likely, seen, evidence)
	}
	return true
}

// causeSignature: a key for RSA-PSS alone, for which crypto/tls and rustls offer no
// signature algorithm. The certificate was seen in a handshake that offers more.
func causeSignature(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	certs := j.endpoint.Certificates
	if h.Version != "" || alertCode(h.Alert) != alertHandshakeFailure || len(certs) == 0 || !strings.HasPrefix(certs[0].KeyType, "RSA-PSS") {
		return false
	}
	evidence["keyType"] = certs[0].KeyType
	f := j.add("handshake-failure", Warn, Certain, "The server's key is for RSA-PSS alone. A ClientHello that offers signatures by such keys is answered, as those of OpenSSL and Java do. "+seen, evidence)
	f.Title = "The server's key is one that Go and Rust (rustls) cannot use"
	f.Why = "Go and rustls offer no signature algorithm for keys of the type RSASSA-PSS (rsa_pss_pss_sha256 and its like), and the server has none else: \"remote error: tls: handshake failure\"."
	f.Fix = []string{"Give the server a certificate with a key on P-256, or a common RSA key (rsaEncryption), which can sign with RSA-PSS too."}
	return true
}

func causeUnexplained(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	if h.ServerName == "" && h.Version == "" && (h.Outcome == fact.OutcomeAlert || ended(h.Outcome)) && isIP(j.endpoint.ServerName) {
		seen += " No server name (SNI) was sent, because " + j.endpoint.ServerName + " is an address; a proxy that chooses by name ends such handshakes."
	}
	if q := j.endpoint.Question(fact.AskTLS12); q != nil && q.Outcome == fact.OutcomeOK && h.Version == "" {
		evidence["tls12"] = q.CipherSuite
		seen += " A ClientHello of TLS 1.2 alone is answered: what is there may not cope with one that offers TLS 1.3 as well."
	}
	switch {
	case alertCode(h.Alert) == alertInternalError:
		j.add("alert-internal-error", Fail, Certain, seen, evidence)
	case h.Outcome == fact.OutcomeAlert:
		j.add("handshake-failure", Fail, Certain, seen, evidence)
	case h.Outcome == fact.OutcomeTimeout:
		j.addSilent(h, seen, evidence)
	case h.Outcome == fact.OutcomeClosed, h.Outcome == fact.OutcomeReset:
		j.addClosed(h, seen, evidence)
	case h.Outcome == fact.OutcomeOther:
		j.add("not-tls", Fail, Likely, "The answer to the ClientHello is no TLS record, although other connections were answered with TLS.", evidence)
	default:
		f := j.add("handshake-failure", Fail, Likely, seen, evidence)
		f.Title = "The handshake could not be completed from here"
		f.Why = "It was this tool's side that did not go on; a driver with another TLS library may."
	}
	return true
}

// addSilent tells of a handshake that ran out of time.
func (j *judge) addSilent(h *fact.Handshake, seen string, evidence map[string]any) {
	if h.Version == "" {
		j.add("handshake-timeout", Fail, Certain, seen, evidence)
		return
	}
	f := j.add("handshake-timeout", Fail, Certain, fmt.Sprintf("The server's first answer (%s) arrived, and the rest of the handshake did not.", h.Version), evidence)
	f.Title = "The handshake begins and does not go on"
	f.Fix = append([]string{"Check the MTU of the path, of VPNs and tunnels above all: small packets pass and the full-sized ones that carry the certificates are lost."}, f.Fix...)
}

// addClosed tells of a connection that ended without a word, with what the side
// questions know of who ended it.
func (j *judge) addClosed(h *fact.Handshake, seen string, evidence map[string]any) {
	plain, http, silence := j.outcome(fact.AskPlaintext), j.outcome(fact.AskHTTP), j.outcome(fact.AskSilence)
	evidence["plaintextHello"], evidence["httpGet"], evidence["silence"] = string(plain), string(http), string(silence)
	closes := func(o fact.Outcome) bool { return o == fact.OutcomeClosed || o == fact.OutcomeReset }
	switch {
	case http == fact.OutcomeOK:
		f := j.add("handshake-closed", Fail, Certain, seen+" It is mongod or mongos: it answers an HTTP request as only they do.", evidence)
		f.Title = "MongoDB refuses the handshake, and its log says why"
	case silence == fact.OutcomeReset && !j.speaksTLS():
		j.add("tcp-reset", Fail, Certain, "Connections are reset before anything is sent on them.", evidence)
	case silence == fact.OutcomeClosed && !j.speaksTLS():
		f := j.add("handshake-closed", Fail, Certain, "Connections are closed before anything is sent on them. mongod does that when it has too many (net.maxIncomingConnections), proxies and port-forwards when what is behind them cannot be reached.", evidence)
		f.Title = "Connections are closed before anything is sent"
	case j.server().MongoDB == nil && closes(plain) && closes(http) && !j.speaksTLS():
		j.add("handshake-closed", Fail, Likely, seen+" So do a hello in clear and an HTTP request, which mongod answers: a proxy, a firewall or an allow-list is more likely there.", evidence)
	default:
		j.add("handshake-closed", Fail, Certain, seen, evidence)
	}
}

// offeredHere reports whether the handshake as a driver makes it, which is
// crypto/tls's, offers a TLS 1.2 suite with everything that crypto/tls has.
func offeredHere(suite string) bool {
	return offer.Reference.HasSuite(suite) && !strings.HasPrefix(suite, "TLS_DHE_") && !strings.HasSuffix(suite, "_CBC_SHA384") &&
		suite != "TLS_RSA_WITH_AES_256_CBC_SHA256"
}
