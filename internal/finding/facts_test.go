package finding

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

// brief is what a row compares of a finding.
type brief struct {
	ID         ID
	Severity   Severity
	Confidence Confidence
	Title      string
}

func briefs(findings []Finding) []brief {
	list := []brief{}
	for _, f := range findings {
		list = append(list, brief{f.ID, f.Severity, f.Confidence, f.Title})
	}
	return list
}

// entryTitle is a finding under the catalogue's own title.
func entryTitle(id ID, s Severity, c Confidence) brief {
	entry, _ := Lookup(id)
	return brief{id, s, c, entry.Title}
}

func failing(id ID) brief { return entryTitle(id, Fail, Certain) }
func likely(id ID) brief  { return entryTitle(id, Fail, Likely) }
func warning(id ID) brief { return entryTitle(id, Warn, Certain) }
func info(id ID) brief    { return entryTitle(id, Info, Certain) }

// titled is a finding under a title of its own.
func (b brief) titled(title string) brief { b.Title = title; return b }

// edit changes the facts of a row.
type edit func(*fact.Target, *fact.Endpoint)

// facts are those of a healthy mongod with requireTLS, without certificates,
// looked at by a client with TLS, after the edits.
func facts(edits ...edit) (*fact.Target, *fact.Endpoint) {
	yes := true
	t := &fact.Target{Input: "db.example.com", Options: fact.Options{TLS: true}}
	e := &fact.Endpoint{
		Host: "db.example.com", Port: 27017, Source: "seed", ServerName: "db.example.com",
		DNS:       &fact.DNS{},
		Addresses: []fact.Address{{IP: "192.0.2.1", TCP: fact.TCP{OK: true}}},
		Handshake: &fact.Handshake{OK: true, Outcome: fact.OutcomeOK, Version: "TLS1.3", CipherSuite: "TLS_AES_128_GCM_SHA256", ServerName: "db.example.com"},
		Questions: []fact.Question{
			{ID: fact.AskPlaintext, Outcome: fact.OutcomeClosed},
			{ID: fact.AskHTTP, Outcome: fact.OutcomeOK, Detail: "mongod"},
			{ID: fact.AskSilence, Outcome: fact.OutcomeUnanswered},
			{ID: fact.AskTLS10, Outcome: fact.OutcomeAlert, Alert: alertOf(70)},
			{ID: fact.AskTLS11, Outcome: fact.OutcomeAlert, Alert: alertOf(70)},
			{ID: fact.AskTLS12, Outcome: fact.OutcomeOK, Version: "TLS1.2", CipherSuite: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
			{ID: fact.AskSmallHello, Outcome: fact.OutcomeOK, Version: "TLS1.3", CipherSuite: "TLS_AES_128_GCM_SHA256"},
			{ID: fact.AskWeakCiphers, Outcome: fact.OutcomeReset},
			{ID: fact.AskNoSNI, Outcome: fact.OutcomeOK, Version: "TLS1.3", CipherSuite: "TLS_AES_128_GCM_SHA256"},
		},
		ClientAuth: &fact.ClientAuth{AcceptableCAs: []string{}},
		Server:     &fact.Server{MongoDB: &yes, Plaintext: "refused", Hello: fact.OutcomeOK, Version: "8.0", MaxWireVersion: 25, Type: "Standalone", Topology: "Single"},
	}
	for _, edit := range edits {
		edit(t, e)
	}
	return t, e
}

// alertOf is an alert whose name does not matter to any rule.
func alertOf(code int) *fact.Alert { return &fact.Alert{Code: code, Name: "some_alert"} }

// silent makes all side questions end alike.
func silent(o fact.Outcome) edit {
	return func(_ *fact.Target, e *fact.Endpoint) {
		for i := range e.Questions {
			e.Questions[i] = fact.Question{ID: e.Questions[i].ID, Outcome: o}
		}
		e.Protocols = nil
		e.Server.Plaintext = "unknown"
		if o == fact.OutcomeClosed || o == fact.OutcomeReset {
			e.Server.Plaintext = "refused"
		}
	}
}

// answer replaces the answer to one side question.
func answer(q fact.Question) edit {
	return func(_ *fact.Target, e *fact.Endpoint) {
		for i := range e.Questions {
			if e.Questions[i].ID == q.ID {
				e.Questions[i] = q
			}
		}
	}
}

// broken is a main handshake that did not complete, beside side questions that
// ended the same way.
func broken(o fact.Outcome, code int) edit {
	return func(t *fact.Target, e *fact.Endpoint) {
		h := &fact.Handshake{Outcome: o, ServerName: e.ServerName, Error: "what the library says"}
		if isIP(e.ServerName) {
			h.ServerName = ""
		}
		side := o
		if o == fact.OutcomeAlert {
			h.Alert = alertOf(code)
			side = fact.OutcomeReset
		}
		if side == fact.OutcomeOther || side == fact.OutcomeLocal || side == fact.OutcomeFailed {
			side = fact.OutcomeClosed
		}
		e.Handshake = h
		silent(side)(t, e)
		e.Server.MongoDB, e.Server.Hello = nil, ""
	}
}

// plaintext makes hello in clear answered and the URI one without TLS.
func plaintext(t *fact.Target, e *fact.Endpoint) {
	t.Options.TLS = false
	accepted(t, e)
}

// accepted makes hello in clear answered.
func accepted(t *fact.Target, e *fact.Endpoint) {
	yes := true
	e.Server.Plaintext, e.Server.MongoDB = "accepted", &yes
	answer(fact.Question{ID: fact.AskPlaintext, Outcome: fact.OutcomeOK})(t, e)
}

// withoutTLS is a URI without TLS.
func withoutTLS(t *fact.Target, _ *fact.Endpoint) { t.Options.TLS = false }

// called gives the endpoint another name.
func called(name string) edit {
	return func(_ *fact.Target, e *fact.Endpoint) {
		e.Host, e.ServerName = name, name
		if e.Handshake != nil {
			e.Handshake.ServerName = name
			if isIP(name) {
				e.Handshake.ServerName = ""
			}
		}
	}
}

// mainly changes the main handshake.
func mainly(change func(*fact.Handshake)) edit {
	return func(_ *fact.Target, e *fact.Endpoint) { change(e.Handshake) }
}

// served changes what hello told.
func served(change func(*fact.Server)) edit {
	return func(_ *fact.Target, e *fact.Endpoint) { change(e.Server) }
}

// asksForClient makes the server ask for a client certificate.
func asksForClient(presented string) edit {
	return func(_ *fact.Target, e *fact.Endpoint) {
		e.ClientAuth = &fact.ClientAuth{Requested: true, AcceptableCAs: []string{"CN=ca"}, Presented: presented}
	}
}

// row is a case of a judgement table.
type row struct {
	name    string
	edits   []edit
	want    []brief
	verdict Verdict
}

func judgeRows(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			target, endpoint := facts(r.edits...)
			j := Judge(target, endpoint, Policy{}, now)
			if r.want == nil {
				r.want = []brief{}
			}
			if diff := cmp.Diff(r.want, briefs(j.Findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if j.Verdict != r.verdict {
				t.Errorf("verdict %s, want %s", j.Verdict, r.verdict)
			}
		})
	}
}
