package finding

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// FuzzJudge: a report may have been edited by hand. Whatever its facts are, they
// are judged, twice alike.
func FuzzJudge(f *testing.F) {
	root := issue(f, nil, "Example Root", authority)
	leaf := issue(f, root, "x", names("db.example.com"))
	add := func(edits ...edit) {
		target, endpoint := facts(edits...)
		t, err := json.Marshal(target)
		if err != nil {
			f.Fatal(err)
		}
		e, err := json.Marshal(endpoint)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(t, e, int64(0))
	}
	add()
	add(presenting(trust(verify.StoreCAFile, root), leaf, root), skewed(time.Hour), replicaSet)
	add(broken(fact.OutcomeAlert, 40), asksForClient("CN=me"))
	add(authenticating("O=x, CN=app", leaf), generic)
	add(authenticating("", leaf), answered(fact.Authentication{OK: true, ServerUser: "CN=y"}))
	add(holding(leaf, root), asking(root), replied(fact.OutcomeAlert, 45))
	add(holding(leaf), asking(leaf), required(false), closed)
	add(holding(root), wireVersion(17, "6.0"))
	add(broken(fact.OutcomeOther, 0), file("tlsCAFile", "file-unreadable"))
	add(addresses([2]string{"192.0.2.1", ""}, [2]string{"::1", "refused"}), plaintext)
	for _, seed := range []string{
		`{}`, `null`, `{"handshake":{}}`, `{"handshake":{"outcome":"alert"}}`, `{"handshake":{"ok":true},"server":{"hello":"alert"}}`,
		`{"handshake":{"ok":true},"server":{"hello":"closed"}}`, `{"handshake":{"outcome":"other","firstBytes":"xyz"}}`,
		`{"handshake":{"outcome":"closed","serverName":"a.mongodb.net"},"serverName":"a.mongodb.net"}`,
		`{"handshake":{"outcome":"local"},"certificates":[{"pem":"","sha256":"x"},{"pem":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}]}`,
		`{"certificates":[{}],"trust":{"store":"nowhere","anchors":[{"stores":null,"pem":""}]}}`,
		`{"addresses":[{}],"dns":{"failure":"?"}}`, `{"port":-1,"host":"\u0000","server":{"clockSkewMs":-1e308}}`,
		`{"questions":[{"id":"http-get","outcome":"other"},{"id":"http-get"}],"handshake":{"outcome":"other"}}`,
	} {
		f.Add([]byte(`{"options":{"tls":true},"files":[{"option":"tlsCAFile","problem":"?"}]}`), []byte(seed), int64(1))
	}
	f.Fuzz(func(t *testing.T, targetJSON, endpointJSON []byte, seconds int64) {
		var target fact.Target
		var endpoint fact.Endpoint
		if json.Unmarshal(targetJSON, &target) != nil || json.Unmarshal(endpointJSON, &endpoint) != nil {
			return
		}
		policy := Policy{ExpiresInSeconds: seconds}
		judged := Judge(&target, &endpoint, policy, now)
		checkJudgement(t, judged)
		if diff := cmp.Diff(judged, Judge(&target, &endpoint, policy, now)); diff != "" {
			t.Errorf("judged again (-first +second):\n%s", diff)
		}
		if _, err := json.Marshal(judged); err != nil {
			t.Errorf("a judgement that cannot be saved: %v", err)
		}
		target.Endpoints = append(target.Endpoints, endpoint)
		judged = Judge(&target, &endpoint, policy, now)
		checkJudgement(t, judged)
		JudgeTarget(&target, []Judgement{judged}, policy)
	})
}

// FuzzFill: whatever a placeholder holds, a command keeps the number of its
// words, and a sentence is no place for panic.
func FuzzFill(f *testing.F) {
	for _, value := range hostile {
		f.Add("$ openssl s_client -connect {dial} {sni} -x={name}", value)
		f.Add("Connect by {names}, { or }.", value)
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		fill(text, map[string]string{"dial": value, "name": value, "names": value})
		if got := words(t, shellQuote(value)); got != 1 {
			t.Errorf("%q is %d words as %s", value, got, shellQuote(value))
		}
	})
}

// words counts the words that a POSIX shell makes of a text of plain characters
// and single quotes, with a backslash before a quote alone (XCU section 2.2).
func words(t *testing.T, s string) int {
	n, in, quoted := 0, false, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !quoted && strings.ContainsRune(" \t\n", rune(c)) {
			in = false
			continue
		}
		if !in {
			n, in = n+1, true
		}
		switch {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '\\' && i+1 < len(s) && s[i+1] == '\'':
			i++
		case strings.ContainsRune("!\"#$&()*;<>?[\\]`{|}~", rune(c)):
			t.Errorf("%q stands without quotes in %s", c, s)
		}
	}
	if quoted {
		t.Errorf("a quote is not closed in %s", s)
	}
	return n
}
