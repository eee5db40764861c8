package chains

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/verify"
)

// maxNode is how many of the chains are put to Node.js: each needs a handshake.
const maxNode = 1500

// serveAll serves every chain on one port, by the name that the client asks for.
func serveAll(t *testing.T, worlds []*world) (port int) {
	t.Helper()
	config := &tls.Config{
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			var number int
			if _, err := fmt.Sscanf(hello.ServerName, "c%d.chains.test", &number); err != nil {
				return nil, err
			}
			w := worlds[number]
			certificate := tls.Certificate{PrivateKey: w.presented[0].key.Signer}
			for _, p := range w.presented {
				certificate.Certificate = append(certificate.Certificate, p.der)
			}
			return &tls.Config{Certificates: []tls.Certificate{certificate}, SessionTicketsDisabled: true}, nil
		},
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	t.Cleanup(func() {
		listener.Close()
		open.Wait()
	})
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
				server := tls.Server(conn, config)
				if server.HandshakeContext(t.Context()) == nil {
					_, _ = server.Read(make([]byte, 1))
				}
			})
		}
	})
	return listener.Addr().(*net.TCPAddr).Port
}

// servable reports whether crypto/tls can be a server with the leaf's key.
func (w *world) servable() bool {
	leaf := w.presented[0]
	if leaf.spki != nil {
		return false
	}
	switch key := leaf.key.Public().(type) {
	case *ecdsa.PublicKey:
		return key.Curve != elliptic.P224()
	case ed25519.PublicKey:
		return true
	}
	return true
}

// TestNode holds the Node.js column to Node.js, where it is built on OpenSSL 3.0.
func TestNode(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no Node.js to ask")
	}
	keys := newKeyring(t)
	worlds := make([]*world, min(*count, maxNode))
	inputs := make([]verify.Input, len(worlds))
	for number := range worlds {
		w := generate(number, source(number), keys)
		worlds[number], inputs[number] = w, w.input(t)
	}
	port := serveAll(t, worlds)
	var script bytes.Buffer
	asked := 0
	for number, w := range worlds {
		if !w.servable() {
			continue
		}
		asked++
		ca := []string{}
		for _, a := range inputs[number].Anchors {
			ca = append(ca, a.PEM())
		}
		line, err := json.Marshal([]any{port, number, ca, w.options.Host})
		if err != nil {
			t.Fatal(err)
		}
		script.Write(append(line, '\n'))
	}
	command := exec.CommandContext(t.Context(), node, filepath.Join("testdata", "node.js"))
	command.Stdin = &script
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("running node: %v\n%s", err, stderr.Bytes())
	}
	wrong, other := 0, 0
	for line := range strings.SplitSeq(strings.TrimSpace(string(out)), "\n") {
		var number int
		var code, message string
		if err := json.Unmarshal([]byte(line), &[]any{&number, &code, &message}); err != nil {
			t.Fatal(errors.Join(err, errors.New(line)))
		}
		if strings.HasPrefix(code, "ERR_SSL_") || code == "ECONNRESET" {
			// The handshake ended before there was a verdict.
			other++
			continue
		}
		in, w := inputs[number], worlds[number]
		in.At = time.Now()
		v := verify.Node(in, w.options.Host, verify.NodeOptions{SecurityLevel: 1})
		if v.Name != code || v.Text != message {
			wrong++
			t.Logf("chain %d: %s\n  node   %s: %s\n  verify %s: %s", number, w.describe(), code, message, v.Name, v.Text)
		}
	}
	t.Logf("%d of %d verdicts differ; %d more handshakes ended before", wrong, asked-other, other)
	if wrong > asked/200 {
		t.Errorf("%d of %d verdicts differ", wrong, asked-other)
	}
}
