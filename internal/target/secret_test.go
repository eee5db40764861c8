package target

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// TestSecret: whatever prints, logs or marshals a target shows no secret.
func TestSecret(t *testing.T) {
	got, _ := Parse("mongodb://al1ce:w0nder@db1/?tlsCertificateKeyFilePassword=hunter2&authMechanismProperties=AWS_SESSION_TOKEN:t0ken&proxyUsername=pr0xy&proxyPassword=pr0xypw&sslPass=hunter3")
	if string(got.Username) != "al1ce" || string(got.Options.TLSCertificateKeyFilePassword.Value) != "hunter2" {
		t.Fatalf("secrets %q and %q are not those given", string(got.Username), string(got.Options.TLSCertificateKeyFilePassword.Value))
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("target", "user", got.Username, "target", got)
	marshalled, err := json.Marshal(got.Options)
	if err != nil {
		t.Fatal(err)
	}
	user, err := json.Marshal(got.Username)
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %s", got, got, *got, got.Username) + log.String() + string(marshalled) + string(user)
	for _, secret := range []string{"al1ce", "w0nder", "hunter2", "hunter3", "t0ken", "pr0xy"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is shown: %s", secret, all)
		}
	}
	if !strings.Contains(all, hidden) {
		t.Errorf("nothing stands for the secrets: %s", all)
	}
	if s := Secret(""); s.String() != "" {
		t.Errorf("no secret shows as %q", s)
	}
}
