package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
)

// PlanSchema identifies the JSON of a Plan.
const PlanSchema = "mongotls.plan/v1"

// Plan is what a run would do: check --dry-run.
type Plan struct {
	Schema  string          `json:"schema"`
	Targets []PlannedTarget `json:"targets"`
}

// PlannedTarget is a target with the endpoints it stands for.
type PlannedTarget struct {
	fact.Target
	Endpoints []PlannedEndpoint `json:"endpoints"`
}

// PlannedEndpoint is one endpoint and the side questions that would be asked
// there, beside the TLS connection itself.
type PlannedEndpoint struct {
	Host      string   `json:"host"`
	Port      int      `json:"port"`
	Questions []string `json:"questions"`
	// Scan is whether a scan would follow.
	Scan bool `json:"scan"`
}

// EncodePlan writes a plan as EncodeJSON writes a report.
func EncodePlan(w io.Writer, p Plan) error { return encode(w, p) }

// WritePlan writes a plan for a person.
func WritePlan(w io.Writer, p Plan) error {
	var b strings.Builder
	for _, t := range p.Targets {
		fmt.Fprintf(&b, "%s\n", Clean(t.Input))
		o := t.Options
		fmt.Fprintf(&b, "  tls: %t (%s)\n", o.TLS, o.TLSFrom)
		for _, option := range []struct{ name, value string }{
			{"tlsCAFile", o.TLSCAFile}, {"tlsCertificateKeyFile", o.TLSCertificateKeyFile}, {"tlsCRLFile", o.TLSCRLFile},
			{"replicaSet", o.ReplicaSet}, {"authMechanism", o.AuthMechanism}, {"authSource", o.AuthSource}, {"servername", o.ServerName}, {"connect", o.Connect},
		} {
			if option.value != "" {
				fmt.Fprintf(&b, "  %s: %s\n", option.name, Clean(option.value))
			}
		}
		for _, option := range []struct {
			name string
			set  bool
		}{
			{"tlsInsecure", o.TLSInsecure}, {"tlsAllowInvalidCertificates", o.TLSAllowInvalidCertificates},
			{"tlsAllowInvalidHostnames", o.TLSAllowInvalidHostnames}, {"tlsDisableOCSPEndpointCheck", o.TLSDisableOCSPEndpointCheck},
			{"tlsDisableCertificateRevocationCheck", o.TLSDisableCertificateRevocationCheck},
			{"directConnection", o.DirectConnection}, {"loadBalanced", o.LoadBalanced},
		} {
			if option.set {
				fmt.Fprintf(&b, "  %s: true\n", option.name)
			}
		}
		for _, warning := range t.Warnings {
			fmt.Fprintf(&b, "  warning: %s\n", Clean(warning))
		}
		if t.SRV != nil && t.SRV.Problem != "" {
			fmt.Fprintf(&b, "  %s: %s\n", t.SRV.Problem, Clean(t.SRV.Detail))
		}
		if d := t.Discovery; d != nil && d.Followed {
			b.WriteString("  members: those that hello names, likewise\n")
		} else if d != nil {
			fmt.Fprintf(&b, "  members: not looked at (%s)\n", d.Reason)
		}
		for _, e := range t.Endpoints {
			fmt.Fprintf(&b, "  %s: TLS handshake and hello", Clean(fact.HostPort(e.Host, e.Port)))
			if o.Authenticate {
				b.WriteString(", then authenticate with MONGODB-X509")
				if t.X509 != nil && t.X509.Username != "" {
					b.WriteString(" as " + Clean(t.X509.Username))
				}
			}
			if len(e.Questions) > 0 {
				fmt.Fprintf(&b, "; beside it %s", strings.Join(e.Questions, ", "))
			}
			if e.Scan {
				b.WriteString("; then a scan")
			}
			b.WriteString("\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
