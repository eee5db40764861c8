package scan

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"slices"
	"sync"

	"github.com/mongotls/mongotls/internal/connection"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/registry"
	"github.com/mongotls/mongotls/internal/tlswire"
)

// askBesides asks for what is not a suite, beside those who do.
func (r *run) askBesides(all *sync.WaitGroup, results []*version, f *fact.Scan) {
	var newest, classic *version
	for _, v := range results {
		if !v.supported() {
			continue
		}
		if newest == nil {
			newest = v
		}
		if v.id < registry.TLS13 && classic == nil {
			classic = v
		}
	}
	if newest == nil {
		return
	}
	r.named = newest
	if classic != nil && classic.id > registry.SSL30 {
		// Its certificate shows.
		r.named = classic
		all.Go(func() { r.askGroups(classic) })
	}
	if newest.id == registry.TLS13 {
		all.Go(func() { r.askGroups(newest) })
	}
	if !r.request.LargeAnswered {
		all.Go(func() { f.Sizes = r.askSizes() })
	}
	if classic != nil {
		told(classic, f)
	}
	if newest.id == registry.TLS13 && !r.request.NoRequest {
		all.Go(func() {
			if schemes := r.askRequest(); len(schemes) > 0 {
				f.SignatureSchemes = append(f.SignatureSchemes, fact.ScannedSchemes{Version: registry.VersionName(registry.TLS13), Schemes: schemes})
			}
		})
	}
}

// told takes what the answer to the first hello of a version up to TLS 1.2 tells.
func told(v *version, f *fact.Scan) {
	flight := v.first.flight
	renegotiation, compressed := flight.Hello.SecureRenegotiation, flight.Hello.Compression != 0
	f.SecureRenegotiation = &renegotiation
	if v.hello.Deflate {
		f.Compression = &compressed
	}
	if v.id > registry.SSL30 {
		master, tickets := flight.Hello.ExtendedMasterSecret, flight.Hello.SessionTicket
		f.ExtendedMasterSecret, f.SessionTickets = &master, &tickets
	}
	if len(flight.Request.Schemes) > 0 {
		f.SignatureSchemes = append(f.SignatureSchemes, fact.ScannedSchemes{Version: registry.VersionName(v.id), Schemes: schemeNames(flight.Request.Schemes)})
	}
}

func schemeNames(ids []uint16) []string {
	var names []string
	for _, id := range ids {
		names = append(names, registry.SignatureName(id))
	}
	return names
}

// nobody is a name that no server has (RFC 6761 section 6.4).
const nobody = "mongotls.invalid"

// names tells what the server makes of server names, and asks where that did not
// come out beside other questions.
func (r *run) names() fact.ScannedSNI {
	if r.named == nil {
		return fact.ScannedSNI{Without: "unknown", Other: "unknown"}
	}
	if r.without == "" {
		r.without = r.askName("")
	}
	if r.other == "" {
		r.other = r.askName(nobody)
	}
	return fact.ScannedSNI{Without: r.without, Other: r.other}
}

// askName asks with another server name, or with none.
func (r *run) askName(name string) string {
	h := r.named.hello
	h.ServerName = name
	if name == r.request.ServerName {
		return "same"
	}
	got := r.ask(h, untilKeysAndCertificate)
	return r.named.tells(r.read(got), got)
}

// tells is what an answer to a hello with another server name tells.
func (v *version) tells(said says, got reply) string {
	switch {
	case got.outcome == fact.OutcomeAlert && got.flight.AlertCode == alertUnrecognizedName, said == saysNo:
		return "refused"
	case said == saysNothing:
		return "unknown"
	case len(got.flight.Chain) == 0 || len(v.first.flight.Chain) == 0:
		return "answered"
	case bytes.Equal(got.flight.Chain[0], v.first.flight.Chain[0]):
		return "same"
	}
	return "other"
}

// askSizes asks with the hello of a client that brings a post-quantum key share,
// which takes more than one packet. Only if that is not answered, hellos of other
// sizes tell whether it is for its size.
func (r *run) askSizes() []fact.ScannedSize {
	hello := tlswire.ClientHello{
		Min: registry.TLS12, Max: registry.TLS13, ServerName: r.request.ServerName,
		Suites: slices.Concat(registry.Common13, registry.CommonSound),
	}
	large, padded := hello, hello
	large.Share, large.Groups = tlswire.ShareHybrid, append([]uint16{uint16(tls.X25519MLKEM768)}, registry.ClassicalGroups...)
	padded.Padding = hybridShare
	var sizes []fact.ScannedSize
	for _, one := range []struct {
		kind  string
		hello tlswire.ClientHello
	}{{"large", large}, {"small", hello}, {"padded", padded}} {
		got := r.ask(one.hello, untilHello)
		sizes = append(sizes, fact.ScannedSize{Kind: one.kind, Bytes: got.bytes, Answer: got.fact()})
		if one.kind == "large" && got.outcome == fact.OutcomeOK {
			break
		}
	}
	return sizes
}

// hybridShare is by how many bytes a key share of X25519MLKEM768 makes a hello
// longer.
const hybridShare = 4 + 1184 + 32

// askRequest makes a TLS 1.3 handshake up to the server's CertificateRequest,
// which is encrypted, and tells what signature schemes it accepts.
func (r *run) askRequest() []string {
	var schemes []uint16
	r.twice(func(ctx context.Context) reply {
		conn, err := r.connect(ctx)
		if err != nil {
			return reply{outcome: connection.OutcomeOf(err)}
		}
		defer connection.Bind(ctx, conn)()
		err = tls.Client(conn, &tls.Config{
			InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, ServerName: r.request.ServerName,
			GetClientCertificate: func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
				for _, s := range info.SignatureSchemes {
					schemes = append(schemes, uint16(s))
				}
				return nil, errSeen
			},
		}).HandshakeContext(ctx)
		if err == nil || errors.Is(err, errSeen) {
			return reply{outcome: fact.OutcomeOK}
		}
		return reply{outcome: connection.OutcomeOf(err)}
	})
	return schemeNames(schemes)
}

// errSeen ends a handshake that has shown what was wanted of it.
var errSeen = errors.New("the CertificateRequest was seen")
