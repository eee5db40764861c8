package driver

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// OpenSSL's numbers for a name that is not found.
const (
	codeHostname = 62
	codeAddress  = 64
)

// skips are what the options switch off for the driver.
func (c *connection) skips() Skips {
	o := c.facts.Target.Options
	var s Skips
	for _, option := range []struct {
		given bool
		name  string
		off   Skips
	}{
		{o.TLSInsecure, "tlsInsecure", c.Insecure},
		{o.TLSAllowInvalidCertificates, "tlsAllowInvalidCertificates", c.InvalidCertificates},
		{o.TLSAllowInvalidHostnames, "tlsAllowInvalidHostnames", c.InvalidHostnames},
	} {
		if option.given && c.takes(option.name) {
			s.Chain = s.Chain || option.off.Chain
			s.Names = s.Names || option.off.Names
		}
	}
	return s
}

// verifyCertificate: the chain and the name.
func verifyCertificate(c *connection) *outcome {
	if len(c.facts.Chain.Presented) == 0 {
		if h := c.handshake(); c.HardFail && c.usesTLS() && !h.OK {
			return c.unsure("the status of the server's certificate, which was not seen")
		}
		return nil
	}
	off := c.skips()
	if c.HardFail {
		if o := c.askStatuses(); o != nil {
			return o
		}
	}
	if !off.Chain {
		host := c.host
		if off.Names || c.NameRule != "" {
			host = ""
		}
		v := c.judgeChain(host, c.Roots)
		if c.OrRoots != nil && c.judgeChain(host, c.OrRoots).OK != v.OK {
			return c.unsure("installations differ in the roots that they trust, and in this chain that matters")
		}
		if !v.OK {
			o := c.mistrusts(v)
			if c.facts.Target.Options.TLSCAFile != "" && !c.takes("tlsCAFile") && slices.Contains(o.ids, "issuer-unknown") {
				o.ids = append([]string{"option-unsupported"}, o.ids...)
			}
			return o
		}
	}
	if c.NameRule != "" && c.host != "" && !off.Names && !c.named(c.facts.Chain.Presented[0]) {
		return c.misnamed(off)
	}
	return nil
}

// named reports whether the driver finds the host in the certificate.
func (c *connection) named(leaf *certificate.Certificate) bool {
	if verify.MatchHost(c.NameRule, leaf, c.host) {
		return true
	}
	return c.NamesInCN && len(leaf.DNSNames)+len(leaf.IPAddresses) == 0 && !c.isAddress() && verify.MatchHost(verify.NamesOpenSSL, leaf, c.host)
}

// judgeChain is the verdict of the driver's library; drivers with the same share
// it.
func (c *connection) judgeChain(host string, roots []string) verify.Verdict {
	in, store := c.trusting(roots)
	key := strings.Join([]string{c.Stack.ID, store, host}, "\x00")
	v, known := c.cache[key]
	if !known {
		v = c.Stack.Verify(in, host)
		c.cache[key] = v
	}
	return v
}

// trusting is the chain with the stores that the driver trusts if roots are its
// own, and the name of that choice.
func (c *connection) trusting(roots []string) (in verify.Input, name string) {
	var stores []string
	given := c.facts.Target.Options.TLSCAFile != "" && c.takes("tlsCAFile")
	if given {
		stores = []string{verify.StoreCAFile}
	}
	if !given || c.AddsRoots {
		stores = append(stores, roots...)
	}
	in = c.facts.Chain
	name = strings.Join(stores, "+")
	if c.FirstCA || c.OwnFiles {
		// Files of some forms they read otherwise than others.
		name += "-own"
	}
	in.Store, in.Anchors = name, nil
	for _, a := range c.facts.Chain.Anchors {
		if own := c.firstCA(); c.FirstCA && given && own != "" && a.Subject != own {
			continue
		}
		if slices.ContainsFunc(stores, func(s string) bool { return slices.Contains(a.Stores, s) }) {
			in.Anchors = append(in.Anchors, verify.Anchor{Certificate: a.Certificate, Stores: []string{name}})
		}
	}
	switch der, t := c.derAuthority(), c.facts.Endpoint.Trust; {
	case der != nil && given:
		in.Anchors = append(in.Anchors, verify.Anchor{Certificate: der, Stores: []string{name}})
	case given && t != nil && !c.AddsRoots:
		in.Empty = t.Store == verify.StoreCAFile && t.StoreSize != nil && *t.StoreSize == 0
	}
	return in, name
}

// takes reports whether the driver takes an option under the name that it was
// given by. One that is configured in a way of its own has what the option says.
func (c *connection) takes(name string) bool {
	ownWay := c.OwnFiles && slices.Contains([]string{"tlsCAFile", "tlsCertificateKeyFile"}, name)
	return ownWay || !slices.ContainsFunc(c.facts.Target.Unsupported, func(u fact.UnsupportedOption) bool {
		former := c.FormerNames && strings.HasPrefix(u.Option, "ssl_")
		return u.For == name && slices.Contains(u.Ignored, c.Name) && !former
	})
}

// derAuthority is the certificate of a CA file in DER, if the driver reads that; nil
// otherwise.
func (c *connection) derAuthority() *certificate.Certificate {
	for _, f := range c.facts.Target.Files {
		if f.Option == "tlsCAFile" && f.Inside != nil && (c.OwnFiles || c.FirstCA) {
			if cert, err := certificate.FromPEM(f.Inside.PEM); err == nil {
				return cert
			}
		}
	}
	return nil
}

// firstCA is the subject of the first certificate of the CA file; empty where that
// was not told.
func (c *connection) firstCA() string {
	for _, f := range c.facts.Target.Files {
		if f.Option == "tlsCAFile" && len(f.Subjects) > 0 {
			return f.Subjects[0]
		}
	}
	return ""
}

// mistrusts is a chain that was not verified.
func (c *connection) mistrusts(v verify.Verdict) *outcome {
	event := symptom.Verify(v.Code)
	switch {
	case c.Stack.Silent:
		o := c.stop(symptom.StageHandshake, symptom.VerifyFailed)
		o.ids = append(slices.Clone(event.IDs()), o.ids...)
		return o
	case c.Stack.Texts == "" && v.Code == 0:
		return c.mute("what it shows of a certificate that its library cannot read is not known", []string{"cert-malformed"})
	case c.Stack.Texts == "":
		return c.stop(symptom.StageVerify, event)
	}
	var ids []string
	if s, ok := symptom.Recognise(c.Stack.Texts, v.Text); ok {
		ids = s.IDs
	}
	return c.fail(symptom.StageVerify, v.Text, ids)
}

// misnamed is a name that was not found by whom it is compared.
func (c *connection) misnamed(off Skips) *outcome {
	event := symptom.Verify(codeHostname)
	ids := []string{"hostname-mismatch", "hostname-cn-only"}
	if c.isAddress() {
		ids = []string{"hostname-ip-not-in-san"}
		if c.NameRule != verify.NamesRuby {
			event = symptom.Verify(codeAddress)
		}
	}
	if off.Chain {
		event = symptom.NameAlone
	}
	leaf := c.facts.Chain.Presented[0]
	if c.NameRule == verify.NamesServiceIdentity && !leaf.HasSAN && !c.NamesInCN {
		event = symptom.NoNames
	}
	o := c.stop(symptom.StageVerify, event)
	o.ids = ids
	return o
}
