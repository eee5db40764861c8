package driver

import (
	"testing"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

func TestClientCertificate(t *testing.T) {
	root := issue(t, nil, "root", authority)
	middle := issue(t, root, "intermediate", authority)
	other := issue(t, nil, "other", authority)
	client := issue(t, middle, "client")
	sending := func(authorities ...*pair) edit {
		return func(f *Facts) {
			f.Endpoint.ClientAuth = &fact.ClientAuth{Requested: true, Presented: "CN=client"}
			for _, p := range authorities {
				f.Endpoint.ClientAuth.AcceptableNames = append(f.Endpoint.ClientAuth.AcceptableNames, p.template.RawSubject)
			}
			for _, p := range []*pair{client, middle} {
				f.Target.ClientCertificates = append(f.Target.ClientCertificates, certificate.Describe(p.der))
			}
		}
	}
	version := func(v string) edit {
		return func(f *Facts) {
			f.Endpoint.Handshake.Version, f.Endpoint.Handshake.CipherSuite = v, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
		}
	}
	ends := func(o fact.Outcome, alert int) edit {
		return func(f *Facts) {
			f.Endpoint.ClientAuth = &fact.ClientAuth{Requested: true}
			f.Endpoint.Server.Hello = o
			if alert != 0 {
				f.Endpoint.Server.HelloAlert = &fact.Alert{Code: alert}
			}
		}
	}
	without := func(o fact.Outcome, alert int) edit {
		q := fact.Question{ID: fact.AskNoClientCert, Outcome: o}
		if alert != 0 {
			q.Alert = &fact.Alert{Code: alert}
		}
		return asked(q)
	}
	hold(t, "client", []row{
		{"required, TLS 1.3", []edit{ends(fact.OutcomeAlert, 116)}},
		{"required, TLS 1.2", []edit{broken(fact.OutcomeAlert, 40), version("TLS1.2")}},
		{"required, mongod", []edit{ends(fact.OutcomeClosed, 0)}},
		{"rejected, TLS 1.3", []edit{ends(fact.OutcomeAlert, 48)}},
		{"sent, and taken", []edit{sending(root, middle)}},
		{"sent, and the server names nobody", []edit{sending()}},
		{"of an authority that the server does not name, and required with TLS 1.3", []edit{sending(other), without(fact.OutcomeAlert, 116)}},
		{"of an authority that the server does not name, and required with TLS 1.2", []edit{sending(other), version("TLS1.2"), without(fact.OutcomeAlert, 40)}},
		{"of an authority that the server does not name, and required by mongod", []edit{sending(other), without(fact.OutcomeClosed, 0)}},
		{"of an authority that the server does not name, and not required", []edit{sending(other), without(fact.OutcomeOK, 0)}},
		{"of an authority that the server does not name, and not established", []edit{sending(other)}},
		{"of an intermediate that the server does not name", []edit{sending(root)}},
	})
}
