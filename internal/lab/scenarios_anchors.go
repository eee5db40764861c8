package lab

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"slices"
	"time"
)

// anchors are the CA files that clients read each in their way.
func anchors() []Scenario {
	const group = "Chain"
	caFile := func(id, finding, verdict, title, summary string, edit func(*setting)) Scenario {
		return Scenario{ID: id, Group: group, Title: title, Summary: summary, Finding: finding, Verdict: verdict, build: onMongod(edit)}
	}
	labelled := func(label string) func(*setting) {
		return func(s *setting) {
			s.caContent = func(pki *PKI) []byte {
				return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: pki.Raw(root)})
			}
		}
	}
	return []Scenario{
		caFile("ca-file-bundle", "", "pass", "a CA file of many",
			"The client's tlsCAFile holds thirty CAs, and the right one last.",
			func(s *setting) {
				s.caFile = nil
				for i := range 29 {
					id := fmt.Sprintf("other %d", i)
					s.add(Node{ID: id, CommonName: fmt.Sprintf("another company's root %d", i), CA: true})
					s.caFile = append(s.caFile, id)
				}
				s.caFile = append(s.caFile, root)
			}),
		caFile("ca-file-text", "", "pass", "a CA file with text, from Windows",
			"The client's tlsCAFile has a description before the certificate, and lines that end in CR LF.",
			func(s *setting) {
				s.caContent = func(pki *PKI) []byte {
					text := append([]byte("subject=CN = mongotls lab root\nissuer=CN = mongotls lab root\n"), pki.PEM(root)...)
					return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
				}
			}),
		caFile("ca-file-duplicate", "", "pass", "a CA file that has the root twice",
			"The client's tlsCAFile holds the same root two times.",
			func(s *setting) { s.caFile = []string{root, root} }),
		caFile("ca-file-trusted-label", "key-format-driver", "warn", "a CA file of OpenSSL's own kind",
			"The client's tlsCAFile holds the root as TRUSTED CERTIFICATE, which OpenSSL reads and others pass over.",
			labelled("TRUSTED CERTIFICATE")),
		caFile("ca-file-old-label", "key-format-driver", "warn", "a CA file with an old label",
			"The client's tlsCAFile holds the root as X509 CERTIFICATE, which OpenSSL reads and others pass over.",
			labelled("X509 CERTIFICATE")),
		caFile("ca-file-empty", "ca-file-invalid", "fail", "an empty CA file",
			"The client's tlsCAFile is empty.",
			func(s *setting) { s.caContent = func(*PKI) []byte { return nil } }),
		caFile("ca-file-der", "ca-file-invalid", "fail", "a CA file in DER",
			"The client's tlsCAFile holds the root as DER; drivers read PEM.",
			func(s *setting) { s.caContent = func(pki *PKI) []byte { return pki.Raw(root) } }),
		caFile("ca-file-mismatch-leaf", "ca-file-mismatch", "fail", "the server's certificate as CA file",
			"The client's tlsCAFile holds the server's own certificate, which a CA issued: Go and Java stop there, OpenSSL goes on to a root.",
			func(s *setting) { s.caFile = []string{leaf} }),
		caFile("ca-file-self-signed", "", "pass", "a self-signed certificate that is trusted",
			"The server presents a certificate that it signed itself, and the client has that as its tlsCAFile.",
			func(s *setting) {
				s.node(leaf).Issuer = ""
				s.present, s.caFile = []string{leaf}, []string{leaf}
			}),
		caFile("ca-file-intermediate-too", "", "pass", "the intermediate in the CA file",
			"The server does not send its intermediate, but the client's tlsCAFile holds it beside the root.",
			func(s *setting) { s.present, s.caFile = []string{leaf}, []string{root, intermediate} }),
		caFile("ca-file-intermediate-first", "", "pass", "the intermediate first in the CA file",
			"The client's tlsCAFile holds the intermediate and then the root.",
			func(s *setting) { s.caFile = []string{intermediate, root} }),
	}
}

// paths are the chains that clients find a way through, or not.
func paths() []Scenario {
	const group = "Chain"
	path := func(id, finding, verdict, title, summary string, edit func(*setting)) Scenario {
		return Scenario{ID: id, Group: group, Title: title, Summary: summary, Finding: finding, Verdict: verdict, build: onMongod(edit)}
	}
	return []Scenario{
		path("chain-root-included", "chain-extra-certificates", "pass", "the root is sent too",
			"The server sends its whole chain, root included, which the client has in its tlsCAFile.",
			func(s *setting) { s.present = []string{leaf, intermediate, root} }),
		path("chain-duplicate", "chain-extra-certificates", "pass", "the intermediate is sent twice",
			"The server sends its intermediate two times.",
			func(s *setting) { s.present = []string{leaf, intermediate, intermediate} }),
		path("chain-cross-signed", "", "pass", "a root that an older one signed",
			"The server sends its root as signed by an older root; the client's tlsCAFile holds the older one alone.",
			func(s *setting) {
				crossSign(s, 0)
				s.caFile = []string{"older root"}
			}),
		path("chain-cross-signed-both", "", "pass", "an older root that has expired, beside the newer",
			"The server sends its root as signed by an older root, which has expired; the client's tlsCAFile holds both roots.",
			func(s *setting) {
				crossSign(s, -10*day)
				s.caFile = []string{"older root", root}
			}),
		path("chain-long", "path-length-exceeded", "warn", "eight intermediates",
			"Between leaf and root there are eight intermediates. Java takes five.",
			func(s *setting) {
				s.node(intermediate).PathLength = nil
				// From the root down, and sent from the leaf up.
				path := []string{intermediate}
				for i := range 7 {
					id := fmt.Sprintf("issuing %d", i+1)
					s.insert(leaf, Node{ID: id, Issuer: path[i], CommonName: "mongotls lab " + id, CA: true})
					path = append(path, id)
				}
				s.node(leaf).Issuer = path[7]
				slices.Reverse(path)
				s.present = append([]string{leaf}, path...)
			}),
	}
}

// crossSign has the server send its root as signed by an older root, which ends
// so long from now; zero means in years. Both certificates of the root have one
// name and key.
func crossSign(s *setting, end time.Duration) {
	older := Node{ID: "older root", CommonName: "mongotls lab older root", CA: true}
	if end != 0 {
		older.NotBefore, older.NotAfter = -10*year, end
	}
	crossed := rootNode()
	crossed.ID, crossed.Issuer, crossed.KeyOf = "crossed", older.ID, root
	s.add(older, crossed)
	s.present = []string{leaf, intermediate, crossed.ID}
}
