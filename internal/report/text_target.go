package report

import (
	"fmt"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
)

// target writes what concerns a target as a whole; of a bare host that is
// often nothing.
func (t *text) target(target *Target) {
	options := optionsInForce(target)
	told := len(target.Warnings) + len(target.Unsupported) + len(options) + len(target.Files) + len(target.Findings)
	unfollowed := target.Discovery != nil && !target.Discovery.Followed && target.Discovery.Named > 0
	if told == 0 && target.SRV == nil && !isDeployment(target) && !unfollowed {
		return
	}
	t.heading("Target " + target.Input)
	for _, w := range target.Warnings {
		t.row("warning", span{w, t.theme.Warn})
	}
	if len(options) > 0 {
		t.row("options", plain(strings.Join(options, ", ")))
	}
	for _, u := range target.Unsupported {
		t.row("drivers", plain(unsupported(u)))
	}
	t.x509(target.X509, target.Options.Authenticate)
	for i, f := range target.Files {
		t.row(first(i, "files"), t.file(f)...)
	}
	if target.SRV != nil {
		t.srv(target.SRV)
	}
	t.members(target)
	t.findings("Findings about the target", target.Findings)
}

// first labels only the first of several rows.
func first(i int, label string) string {
	if i > 0 {
		return ""
	}
	return label
}

// optionsInForce lists the options that are not at their default, as in a
// connection string. TLS itself is told where it does not go without saying;
// options that name a file have a row of their own, with what is in it.
func optionsInForce(target *Target) []string {
	o := target.Options
	told := map[string]bool{}
	for _, f := range target.Files {
		told[f.Option] = true
	}
	var list []string
	if o.TLSFrom != "" && o.TLSFrom != "bare-host" || !o.TLS {
		text := fmt.Sprintf("tls=%t", o.TLS)
		if from := tlsFrom[o.TLSFrom]; from != "" {
			text += " (" + from + ")"
		}
		list = append(list, text)
	}
	for _, option := range []struct {
		name  string
		value string
	}{
		{"tlsCAFile", o.TLSCAFile},
		{"tlsCertificateKeyFile", o.TLSCertificateKeyFile},
		{"tlsCRLFile", o.TLSCRLFile},
		{"tlsInsecure", truth(o.TLSInsecure)},
		{"tlsAllowInvalidCertificates", truth(o.TLSAllowInvalidCertificates)},
		{"tlsAllowInvalidHostnames", truth(o.TLSAllowInvalidHostnames)},
		{"tlsDisableOCSPEndpointCheck", truth(o.TLSDisableOCSPEndpointCheck)},
		{"tlsDisableCertificateRevocationCheck", truth(o.TLSDisableCertificateRevocationCheck)},
		{"replicaSet", o.ReplicaSet},
		{"directConnection", truth(o.DirectConnection)},
		{"loadBalanced", truth(o.LoadBalanced)},
		{"authMechanism", o.AuthMechanism},
		{"authSource", o.AuthSource},
		{"--authenticate", truth(o.Authenticate)},
		{"--servername", o.ServerName},
		{"--connect", o.Connect},
	} {
		if option.value != "" && !told[option.name] {
			list = append(list, option.name+"="+option.value)
		}
	}
	return list
}

// tlsFrom puts fact.Options.TLSFrom into words.
var tlsFrom = map[string]string{
	"srv":     "of mongodb+srv",
	"uri":     "of the URI",
	"flag":    "of a flag",
	"implied": "implied by another option, which some drivers do not do",
	"default": "by default",
}

func truth(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// unsupported tells which drivers do without an option.
func unsupported(u fact.UnsupportedOption) string {
	var parts []string
	if len(u.Ignored) > 0 {
		parts = append(parts, "ignored by "+some(u.Ignored, 0))
	}
	if len(u.Rejected) > 0 {
		parts = append(parts, "rejected by "+some(u.Rejected, 0))
	}
	if u.Note != "" {
		parts = append(parts, u.Note)
	}
	return u.Option + ": " + strings.Join(parts, "; ")
}

// file tells of a local file; its path and subjects come last on their lines.
func (t *text) file(f fact.File) []span {
	if f.Problem != "" {
		spans := []span{t.fail(f.Problem), plain(" " + f.Option + " " + f.Path)}
		if f.Detail != "" {
			spans = append(spans, plain(": "+f.Detail))
		}
		return spans
	}
	text := f.Option + ": "
	if f.Certificates > 0 {
		text += count(f.Certificates, "certificate", "certificates") + " in "
	}
	text += f.Path
	if t.options.Verbose && len(f.Subjects) > 0 {
		text += " (" + strings.Join(f.Subjects, "; ") + ")"
	}
	return []span{plain(text)}
}

// srv tells of the seed list lookup.
func (t *text) srv(s *fact.SRV) {
	if s.Problem != "" {
		spans := []span{t.fail(s.Problem), plain(" " + s.Name)}
		if s.Detail != "" {
			spans = append(spans, plain(": "+s.Detail))
		}
		t.row("SRV", spans...)
	} else {
		t.row("SRV", plain(fmt.Sprintf("%s in %s: %s", count(len(s.Hosts), "host", "hosts"), milliseconds(s.Ms), s.Name)))
	}
	if len(s.Hosts) > 0 {
		t.row("", plain(some(s.Hosts, t.limit())))
	}
	if s.TXT != "" {
		t.row("TXT", plain(s.TXT))
	}
	if s.Server != "" {
		t.row("resolver", plain(s.Server))
	}
}
