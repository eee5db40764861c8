package chains

import (
	"bytes"
	"encoding/base64"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/verify"
)

// TestJava holds the Java column to JSSE itself, over the same chains.
func TestJava(t *testing.T) {
	java, err := exec.LookPath("java")
	if err != nil {
		t.Skip("there is no Java to ask")
	}
	encode := func(certs []*certificate.Certificate) string {
		var texts []string
		for _, c := range certs {
			texts = append(texts, base64.StdEncoding.EncodeToString(c.Raw))
		}
		return strings.Join(texts, ",")
	}
	keys := newKeyring(t)
	worlds := make([]*world, *count)
	inputs := make([]verify.Input, *count)
	lines := make([]string, *count)
	var mu sync.Mutex
	each(t, keys, func(number int, w *world, in verify.Input) {
		var anchors []*certificate.Certificate
		for _, a := range in.Anchors {
			anchors = append(anchors, a.Certificate)
		}
		mu.Lock()
		defer mu.Unlock()
		worlds[number], inputs[number] = w, in
		lines[number] = w.options.Host + "\t" + encode(in.Presented) + "\t" + encode(anchors)
	})
	command := exec.CommandContext(t.Context(), java, "--add-exports", "java.base/sun.security.util=ALL-UNNAMED",
		filepath.Join("testdata", "Verify.java"))
	command.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("running java: %v\n%s", err, stderr.Bytes())
	}
	answers := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(answers) != *count {
		t.Fatalf("%d answers to %d chains", len(answers), *count)
	}
	verdicts, texts := 0, 0
	for number, got := range answers {
		// The rest has become the past while Java came to it.
		inputs[number].At = time.Now()
		v := verify.Java(inputs[number], worlds[number].options.Host)
		class, text, failed := strings.Cut(got, "\t")
		if v.OK == failed {
			verdicts++
			t.Logf("chain %d: %s\n  java   %s\n  verify %v %s %s", number, worlds[number].describe(), got, v.OK, v.Name, v.Text)
			continue
		}
		if failed && (class != v.Name || text != v.Text) {
			texts++
			if testing.Verbose() {
				t.Logf("text of chain %d: %s\n  java   %s\n  verify %s\t%s", number, worlds[number].describe(), got, v.Name, v.Text)
			}
		}
	}
	t.Logf("%d of %d verdicts differ, %d more texts", verdicts, *count, texts)
	if verdicts > *count/100 {
		t.Errorf("%d of %d verdicts differ", verdicts, *count)
	}
}
