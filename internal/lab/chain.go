package lab

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
)

// setting is what most scenarios depart from: a server with a sound chain of
// leaf, intermediate and root, and a client that trusts the root.
type setting struct {
	bench *bench
	// nodes is the PKI, issuers first; see node.
	nodes []Node
	// present are the IDs that the server sends, in order.
	present []string
	// caFile are the IDs that the client's CA file holds; empty means that it
	// has none.
	caFile []string
	// caFileTail follows the certificates in the CA file.
	caFileTail string
	// caContent makes the CA file in place of caFile, and clientContent the
	// certificate-key file in place of client; nil means as usual.
	caContent     func(*PKI) []byte
	clientContent func(*PKI) ([]byte, error)
	// clientCAs are the IDs that the server verifies client certificates by, and
	// client those that the client presents.
	clientCAs []string
	client    []string
	// staple is the OCSP response that the server staples; nil means none.
	staple *ocspResponse
	// responder is what the leaf has as its OCSP responder, crlPoint as its CRL
	// distribution point; nil means that it names none.
	responder, crlPoint *webService
	// issuerPoint is where the leaf says that its issuer can be fetched.
	issuerPoint *webService
	// crlFile are the CRLs in the client's CRL file; empty means that it has
	// none.
	crlFile []crl
	// server is how it behaves; Certificate, ClientCAs and Now are filled in.
	server Options
	// serverNames are the only SNI names that a terminator knows; nil means that
	// it takes any.
	serverNames []string
	// backend is what a terminator hides; nil means a MongoDB server.
	backend func(conn net.Conn, serverName string)
}

// The IDs of the usual nodes.
const (
	root         = "root"
	intermediate = "intermediate"
	leaf         = "leaf"
	client       = "client"
)

func newSetting(b *bench) *setting {
	return &setting{
		bench:   b,
		nodes:   []Node{rootNode(), intermediateNode(), leafNode(), clientNode(intermediate)},
		present: []string{leaf, intermediate},
		caFile:  []string{root},
	}
}

func rootNode() Node { return Node{ID: root, CommonName: "mongotls lab root", CA: true} }

func intermediateNode() Node {
	return Node{ID: intermediate, Issuer: root, CommonName: "mongotls lab intermediate", CA: true, PathLength: new(0)}
}

// leafNode is a member's certificate: for itself as server, and for what it
// connects to as client.
func leafNode() Node {
	return Node{
		ID: leaf, Issuer: intermediate, CommonName: "localhost", OrganizationalUnit: "servers",
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		Usages:      []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
}

// clientNode is an application's certificate. Its OU keeps it from being taken
// for a member's.
func clientNode(issuer string) Node {
	return Node{
		ID: client, Issuer: issuer, CommonName: "application", OrganizationalUnit: "clients",
		Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
}

// node is a node of the PKI, to be changed.
func (s *setting) node(id string) *Node {
	for i := range s.nodes {
		if s.nodes[i].ID == id {
			return &s.nodes[i]
		}
	}
	panic(fmt.Sprintf("lab: no node %q", id))
}

// add declares further nodes after those there are.
func (s *setting) add(nodes ...Node) { s.nodes = append(s.nodes, nodes...) }

// insert declares a node before another, which it may then sign.
func (s *setting) insert(before string, n Node) {
	var nodes []Node
	for _, m := range s.nodes {
		if m.ID == before {
			nodes = append(nodes, n)
		}
		nodes = append(nodes, m)
	}
	s.nodes = nodes
}

// issuerPath is where the lab's intermediates can be fetched on their hosts.
const issuerPath = "intermediate.cer"

// certify makes the PKI, and has answer what its certificates name.
func (s *setting) certify() (*PKI, error) {
	b := s.bench
	responder, err := b.reserve(s.responder, ocspPath)
	if err != nil {
		return nil, err
	}
	crlPoint, err := b.reserve(s.crlPoint, crlPath)
	if err != nil {
		return nil, err
	}
	issuerPoint, err := b.reserve(s.issuerPoint, issuerPath)
	if err != nil {
		return nil, err
	}
	s.node(leaf).OCSPServers, s.node(leaf).CRLPoints = responder.urls(), crlPoint.urls()
	s.node(leaf).IssuerURLs = issuerPoint.urls()
	pki, err := NewPKI(b.now(), s.nodes...)
	if err != nil {
		return nil, err
	}
	for _, at := range []*site{responder, crlPoint, issuerPoint} {
		if err := b.publish(at, pki); err != nil {
			return nil, err
		}
	}
	return pki, nil
}

// issue makes the PKI, writes the client's files and completes the server's
// options.
func (s *setting) issue() error {
	b := s.bench
	pki, err := s.certify()
	if err != nil {
		return err
	}
	if err := s.writeCAFile(pki); err != nil {
		return err
	}
	if len(s.crlFile) > 0 {
		content, err := crlPEM(pki, b.now(), s.crlFile)
		if err != nil {
			return err
		}
		if err := b.file("tlsCRLFile", "crl.pem", content); err != nil {
			return err
		}
	}
	if err := s.writeKeyFile(pki); err != nil {
		return err
	}
	if s.server.ClientCAs, err = pki.Certificates(s.clientCAs...); err != nil {
		return err
	}
	s.server.Certificate = pki.Chain(s.present...)
	if s.staple != nil {
		// A staple is for every client, and so without the nonce of any.
		if s.server.Certificate.OCSPStaple, err = s.staple.build(pki, b.now(), crypto.SHA1, nil); err != nil {
			return err
		}
	}
	s.server.Now = b.now
	return nil
}

func (s *setting) writeCAFile(pki *PKI) error {
	switch {
	case s.caContent != nil:
		return s.bench.file("tlsCAFile", "ca.pem", s.caContent(pki))
	case len(s.caFile) > 0:
		return s.bench.file("tlsCAFile", "ca.pem", append(pki.PEM(s.caFile...), s.caFileTail...))
	}
	return nil
}

func (s *setting) writeKeyFile(pki *PKI) error {
	content := s.clientContent
	if content == nil {
		if len(s.client) == 0 {
			return nil
		}
		content = func(pki *PKI) ([]byte, error) {
			key, err := pki.KeyPEM(s.client[0])
			return append(pki.PEM(s.client...), key...), err
		}
	}
	pem, err := content(pki)
	if err != nil {
		return err
	}
	return s.bench.file("tlsCertificateKeyFile", "client.pem", pem)
}

// onMongod is a mongod that departs from the usual setting by edit.
func onMongod(edit func(*setting)) func(*bench) error {
	return behind(edit, func(h handler) handler { return h })
}

// behind is a mongod behind something on the network.
func behind(edit func(*setting), middlebox func(handler) handler) func(*bench) error {
	return func(b *bench) error {
		if err := b.bind(); err != nil {
			return err
		}
		s := newSetting(b)
		edit(s)
		if err := s.issue(); err != nil {
			return err
		}
		b.serve(middlebox(newMongod(s.server).handle))
		return nil
	}
}

// onTerminator is a MongoDB server behind a TLS terminator whose configuration
// departs from the usual by edit.
func onTerminator(edit func(*setting, *tls.Config)) func(*bench) error {
	return func(b *bench) error {
		if err := b.bind(); err != nil {
			return err
		}
		s := newSetting(b)
		c := &tls.Config{MinVersion: tls.VersionTLS12, Time: b.now}
		edit(s, c)
		if err := s.issue(); err != nil {
			return err
		}
		c.Certificates = []tls.Certificate{s.server.Certificate}
		if len(s.server.ClientCAs) > 0 {
			c.ClientCAs = pool(s.server.ClientCAs)
		}
		if s.serverNames != nil {
			onlyNames(c, s.serverNames...)
		}
		if s.backend == nil {
			s.backend = (&database{hello: s.server.Hello, now: b.now}).talk
		}
		b.serve(terminator(c, s.backend))
		return nil
	}
}

// onPeer is a peer without certificates, that a client with a CA file connects
// to.
func onPeer(h handler) func(*bench) error {
	return func(b *bench) error {
		if err := b.bind(); err != nil {
			return err
		}
		s := newSetting(b)
		if err := s.issue(); err != nil {
			return err
		}
		b.serve(h)
		return nil
	}
}
