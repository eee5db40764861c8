package lab

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// maxWebRequest bounds an HTTP request, headers included, in bytes: an OCSP
// request has a few hundred.
const maxWebRequest = 16 << 10

// page answers an HTTP request.
type page func(*http.Request) answer

// answer is an HTTP response.
type answer struct {
	// status is the HTTP status code; zero means 200.
	status      int
	contentType string
	body        []byte
}

// The media types of what a CA publishes (RFC 6960 appendix A, RFC 2585).
const (
	typeOCSPRequest  = "application/ocsp-request"
	typeOCSPResponse = "application/ocsp-response"
	typeCRL          = "application/pkix-crl"
	typeHTML         = "text/html"
)

// onWeb answers one HTTP request on each connection, and hangs up on what is
// none.
func onWeb(p page) handler {
	return func(conn net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(io.LimitReader(conn, maxWebRequest)))
		if err != nil {
			return
		}
		a := p(request)
		if a.status == 0 {
			a.status = http.StatusOK
		}
		response := http.Response{
			StatusCode: a.status, ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{"Server": {"lab"}, "Content-Type": {a.contentType}},
			Body:   io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)),
			Close: true,
		}
		if response.Write(conn) == nil {
			linger(conn)
		}
	}
}

// always is a page that gives every request the same answer.
func always(a answer) page { return func(*http.Request) answer { return a } }

// webService is what a URL of a certificate leads to. The zero value is a port
// that nothing listens on.
type webService struct {
	// open makes what answers there; it is called once the PKI exists.
	open func(*PKI, func() time.Time) (handler, error)
}

// serving is a service that needs nothing of the PKI.
func serving(h handler) *webService {
	return &webService{open: func(*PKI, func() time.Time) (handler, error) { return h, nil }}
}

// site is a service with its address, which certificates are to name before it
// can answer.
type site struct {
	*webService
	url       string
	listeners []net.Listener
}

// reserve gives a service an address on loopback; nil gives none.
func (b *bench) reserve(s *webService, path string) (*site, error) {
	if s == nil {
		return nil, nil
	}
	var lc net.ListenConfig
	l, err := lc.Listen(b.ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening on loopback: %w", err)
	}
	b.onClose(func() { l.Close() })
	at := &site{webService: s, listeners: []net.Listener{l}}
	port := l.Addr().(*net.TCPAddr).Port
	if s.open == nil {
		b.onClose(serve(at.listeners, swallow).close)
		if port, err = b.closedPort(l.Addr()); err != nil {
			return nil, err
		}
	}
	at.url = fmt.Sprintf("http://127.0.0.1:%d/%s", port, path)
	return at, nil
}

// urls is the address, or nothing for a site that is none.
func (s *site) urls() []string {
	if s == nil {
		return nil
	}
	return []string{s.url}
}

// publish has a site answer from now on; nil is none.
func (b *bench) publish(s *site, pki *PKI) error {
	if s == nil || s.open == nil {
		return nil
	}
	h, err := s.open(pki, b.now)
	if err != nil {
		return err
	}
	b.onClose(serve(s.listeners, h).close)
	return nil
}
