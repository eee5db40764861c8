package finding

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// TestEveryFactMayBeMissing takes each part out of reports of many kinds,
// one at a time, as an editor or another version might have it.
func TestEveryFactMayBeMissing(t *testing.T) {
	root := issue(t, nil, "Example Root", authority)
	leaf := issue(t, root, "x", names("db.example.com"), valid(time.Hour, 300*day))
	judged := 0
	for name, edits := range map[string][]edit{
		"whole":          {presenting(trust(verify.StoreCAFile, root), leaf, root), skewed(2 * time.Hour), replicaSet},
		"alert":          {broken(fact.OutcomeAlert, 40), asksForClient("CN=me"), ok(fact.AskTLS12, "TLS1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")},
		"alert to hello": {asksForClient(""), replied(fact.OutcomeAlert, 116)},
		"closed":         {broken(fact.OutcomeClosed, 0), called("a.mongodb.net")},
		"not TLS":        {broken(fact.OutcomeOther, 0)},
		"library":        {broken(fact.OutcomeLocal, 0), presenting(trust(verify.StoreSystem, root), leaf)},
		"without TLS":    {plaintext, asksForClient("")},
		"some addresses": {addresses([2]string{"192.0.2.1", ""}, [2]string{"::1", "refused"}), file("tlsCAFile", "file-unreadable")},
		"no address":     {addresses([2]string{"192.0.2.1", "timeout"})},
		"unknown option": {func(t *fact.Target, _ *fact.Endpoint) {
			t.Unsupported = []fact.UnsupportedOption{{Option: "x", Note: "y"}}
		}},
		"lookup":          {lookupFailed("not-found")},
		"self-signed":     {presenting(trust(verify.StoreSystem), root)},
		"nothing trusted": {presenting(trust(verify.StoreSystem), leaf, root)},
	} {
		target, endpoint := facts(edits...)
		whole, err := json.Marshal(map[string]any{"target": target, "endpoint": endpoint})
		if err != nil {
			t.Fatal(err)
		}
		each(t, whole, func(path string, report []byte) {
			var r struct {
				Target   fact.Target   `json:"target"`
				Endpoint fact.Endpoint `json:"endpoint"`
			}
			if err := json.Unmarshal(report, &r); err != nil {
				return
			}
			judged++
			for _, problem := range problems(Judge(&r.Target, &r.Endpoint, Policy{}, now)) {
				t.Errorf("%s without %s: %s", name, path, problem)
			}
		})
	}
	if judged < 500 {
		t.Errorf("only %d reports were judged", judged)
	}
}

// each calls f with the document with one of its parts changed, for every part:
// null, or another value than any it has.
func each(t *testing.T, document []byte, f func(path string, document []byte)) {
	t.Helper()
	var tree any
	if err := json.Unmarshal(document, &tree); err != nil {
		t.Fatal(err)
	}
	emit := func(path string) {
		changed, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		f(path, changed)
	}
	var walk func(node any, path string)
	walk = func(node any, path string) {
		switch node := node.(type) {
		case map[string]any:
			for key, value := range node {
				at := path + "." + key
				for _, instead := range []any{nil, "other", -1, false, []any{map[string]any{}}} {
					node[key] = instead
					emit(at)
				}
				node[key] = value
				walk(value, at)
			}
		case []any:
			for i, value := range node {
				at := fmt.Sprintf("%s[%d]", path, i)
				node[i] = nil
				emit(at)
				node[i] = value
				walk(value, at)
			}
		}
	}
	walk(tree, "")
}
