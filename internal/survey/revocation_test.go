package survey

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/target"
)

// TestRevocationIsAskedAsTheOptionsSay: which sources are used, and what is said
// of those that are not.
func TestRevocationIsAskedAsTheOptionsSay(t *testing.T) {
	answers := func(r *fact.Revocation) []string {
		list := []string{}
		for _, c := range r.Checks {
			list = append(list, string(c.Source)+" "+string(c.Status))
		}
		return list
	}
	tests := []struct {
		name, scenario string
		options        string
		survey         *Survey
		status         fact.RevocationStatus
		checks         []string
		skipped        []string
	}{
		{"a staple decides", "staple-revoked", "", &Survey{}, "revoked", []string{"staple revoked"}, nil},
		{"without a staple the responder is asked", "ocsp-revoked", "", &Survey{}, "revoked", []string{"ocsp revoked"}, nil},
		{"a responder that does not answer leaves it open", "ocsp-unreachable", "", &Survey{}, "unchecked", []string{"ocsp error"}, nil},
		{"tlsDisableOCSPEndpointCheck keeps from the responder", "ocsp-revoked", "&tlsDisableOCSPEndpointCheck=true", &Survey{}, "unchecked", []string{},
			[]string{"OCSP responders: tlsDisableOCSPEndpointCheck is set"}},
		{"and a staple is verified all the same", "staple-revoked", "&tlsDisableOCSPEndpointCheck=true", &Survey{}, "revoked", []string{"staple revoked"},
			[]string{"OCSP responders: tlsDisableOCSPEndpointCheck is set"}},
		{"tlsInsecure switches all off", "staple-revoked", "&tlsInsecure=true", &Survey{}, "unchecked", []string{}, []string{"tlsInsecure switches it off"}},
		{"so does tlsAllowInvalidCertificates", "staple-revoked", "&tlsAllowInvalidCertificates=true", &Survey{}, "unchecked", []string{}, []string{"tlsAllowInvalidCertificates switches it off"}},
		{"and tlsDisableCertificateRevocationCheck", "ocsp-revoked", "&tlsDisableCertificateRevocationCheck=true", &Survey{}, "unchecked", []string{},
			[]string{"tlsDisableCertificateRevocationCheck switches it off"}},
		{"--offline contacts nobody", "ocsp-revoked", "", &Survey{Offline: true}, "unchecked", []string{}, []string{"OCSP responders: --offline"}},
		{"--quick neither", "ocsp-revoked", "", &Survey{Quick: true}, "unchecked", []string{}, []string{"OCSP responders: --quick"}},
		{"a distribution point is fetched", "crl-revoked", "", &Survey{}, "revoked", []string{"crl revoked"}, nil},
		{"but not offline", "crl-revoked", "", &Survey{Offline: true}, "unchecked", []string{}, []string{"CRL distribution points: --offline"}},
		{"nothing names a source", "healthy", "", &Survey{}, "unchecked", []string{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i := start(t, tt.scenario)
			e := tt.survey.Observe(t.Context(), []*target.Target{parse(t, i.URI+tt.options)}).Targets[0].Endpoints[0]
			r := e.Revocation
			if r == nil {
				t.Fatal("no revocation facts")
			}
			if r.Status != tt.status {
				t.Errorf("status = %s, want %s", r.Status, tt.status)
			}
			if diff := cmp.Diff(tt.checks, answers(r)); diff != "" {
				t.Errorf("checks (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.skipped, r.Skipped); diff != "" {
				t.Errorf("skipped (-want +got)\n%s", diff)
			}
		})
	}
}

// TestCRLFileInPlaceOfOCSP: with a CRL file no responder is asked.
func TestCRLFileInPlaceOfOCSP(t *testing.T) {
	i := start(t, "crl-file-revoked")
	f := (&Survey{}).Observe(t.Context(), []*target.Target{parse(t, i.URI)}).Targets[0]
	r := f.Endpoints[0].Revocation
	if r == nil || r.Status != fact.StatusRevoked || len(r.Checks) == 0 || r.Checks[0].Source != fact.SourceCRLFile {
		t.Errorf("revocation = %+v", r)
	}
	var crl *fact.File
	for n := range f.Files {
		if f.Files[n].Option == "tlsCRLFile" {
			crl = &f.Files[n]
		}
	}
	if crl == nil || crl.Problem != "" || len(crl.Subjects) == 0 || !strings.Contains(crl.Subjects[0], "mongotls lab") {
		t.Errorf("file = %+v", crl)
	}
}
