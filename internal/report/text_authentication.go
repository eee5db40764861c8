package report

import (
	"fmt"

	"github.com/mongotls/mongotls/internal/fact"
)

// x509 tells which user a client certificate stands for, where it is to
// authenticate by it. asked is whether the server was asked for that user.
func (t *text) x509(x *fact.X509, asked bool) {
	if x == nil {
		return
	}
	if x.Username != "" {
		t.row("user name", plain(x.Username))
	}
	if x.CertificateUser != "" {
		t.row("X.509 user", plain(x.CertificateUser))
	}
	if x.CertificateUserNote != "" {
		t.row("", t.dim("the server may see another name: "+x.CertificateUserNote))
	}
	if !asked && x.CertificateUser != "" {
		t.row("", t.dim("whether the server knows that user, --authenticate asks it"))
	}
}

// authentication tells how authenticating by the client certificate ended.
func (t *text) authentication(a *fact.Authentication) {
	const label = "X.509 auth"
	switch {
	case a == nil:
	case a.OK:
		t.row(label, t.pass("authenticated"), plain(prefixed(" as ", a.ServerUser)))
	case a.Outcome == fact.OutcomeOK:
		t.row(label, t.fail(fmt.Sprintf("error %d", a.Code)), plain(prefixed(" ", a.CodeName)+reasonAfter(a.Message)))
	default:
		t.row(label, t.fail(outcomeText(a.Outcome, a.Alert)), plain(reasonAfter(a.Error)))
	}
}
