package revocation

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
)

// maxCRL bounds a CRL that is fetched. It is not held in memory, except for its
// TBSCertList where Ed25519 signed it.
const maxCRL = 64 << 20

// searchFile looks every certificate of the path up in a CRL file, each list
// being gone through once.
func (c *Checker) searchFile(ctx context.Context, r Request) []fact.RevocationCheck {
	checks := make([]fact.RevocationCheck, len(r.Path))
	ranks := make([]int, len(r.Path))
	judges := make([]*crlJudge, len(r.Path))
	for i, cert := range r.Path {
		judges[i] = c.judge(r, i)
		checks[i] = fact.RevocationCheck{Certificate: cert.SHA256}
		fail(&checks[i], failf(fact.ProblemNoCRLForIssuer, "the file holds no CRL of the issuer %q", cert.Issuer))
	}
	for i := range r.CRLFile.lists {
		l := &r.CRLFile.lists[i]
		var want search
		found := make(map[int]*wanted)
		for n, cert := range r.Path {
			if judges[n].covers(l.crl) {
				found[n] = want.add(cert)
			}
		}
		if len(found) == 0 {
			continue
		}
		err := l.search(ctx, &want)
		for n, w := range found {
			check := fact.RevocationCheck{Certificate: r.Path[n].SHA256}
			if err != nil {
				fail(&check, streamFailure(ctx, err))
			} else if err := judges[n].judge(&check, l.crl, w.found); err != nil {
				fail(&check, failureOf(err))
			}
			// Of several lists the most telling counts, and the newest among
			// equals, as for OpenSSL.
			rank := telling(check)
			if rank > ranks[n] || rank == ranks[n] && newer(check, checks[n]) {
				checks[n], ranks[n] = check, rank
			}
		}
	}
	return checks
}

// telling ranks what a CRL came to; zero is for none.
func telling(check fact.RevocationCheck) int {
	switch check.Status {
	case fact.StatusGood, fact.StatusRevoked:
		return 5
	case fact.StatusUnknown:
		return 4
	}
	switch check.Problem {
	case fact.ProblemExpired, fact.ProblemNotYetValid:
		return 3
	case fact.ProblemDeltaOnly, fact.ProblemWrongScope, fact.ProblemWrongPartition:
		return 1
	}
	return 2
}

func newer(a, b fact.RevocationCheck) bool {
	return a.ThisUpdate != nil && (b.ThisUpdate == nil || a.ThisUpdate.After(*b.ThisUpdate))
}

// judge is the circumstances in which a CRL about the path's certificate i is
// judged.
func (c *Checker) judge(r Request, i int) *crlJudge {
	return &crlJudge{
		authorities: authorities{path: r.Path, index: i, others: r.Others},
		points:      points(r.Path[i]),
		at:          c.now(),
		tolerance:   c.tolerance(),
	}
}

// askPoint fetches the CRL of a distribution point and looks the judge's subject
// up in it while it arrives.
func (c *Checker) askPoint(ctx context.Context, client *http.Client, address string, j *crlJudge) fact.RevocationCheck {
	cert := j.subject()
	check := fact.RevocationCheck{Certificate: cert.SHA256}
	var want search
	found := want.add(cert)
	list, err := fetchCRL(ctx, client, address, &want)
	if err == nil {
		j.at = c.now()
		err = j.judge(&check, list, found.found)
	}
	if err != nil {
		fail(&check, failureOf(err))
	}
	return check
}

func fetchCRL(ctx context.Context, client *http.Client, address string, want *search) (*crl, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSpace(address), nil)
	if err != nil {
		return nil, failf(fact.ProblemURL, "this is not a URL")
	}
	answer, err := get(client, r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.ContentLength > maxCRL {
		return nil, tooLarge()
	}
	list, err := readFetched(ctx, &boundedReader{answer.Body, maxCRL}, want)
	if err != nil {
		return nil, streamFailure(ctx, err)
	}
	return list, nil
}

// readFetched reads a CRL in DER or PEM.
func readFetched(ctx context.Context, r io.Reader, want *search) (*crl, error) {
	in := bufio.NewReader(r)
	start, err := in.Peek(64)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case len(start) == 0:
		return nil, failf(fact.ProblemEmpty, "the answer is empty")
	case isDER(start):
		return readCRL(ctx, in, want)
	case looksLikePage(start):
		return nil, failf(fact.ProblemNotCRL, "the answer is a web page, not a CRL")
	}
	blocks := newPEMReader(in)
	for {
		label, err := blocks.next()
		if errors.Is(err, io.EOF) {
			return nil, failf(fact.ProblemNotCRL, "the answer is not a CRL")
		}
		if err != nil {
			return nil, err
		}
		if label == pemLabel {
			return readCRL(ctx, blocks.body(label), want)
		}
	}
}

// streamFailure is what reading a CRL came to.
func streamFailure(ctx context.Context, err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	var encoding base64.CorruptInputError
	if errors.As(err, &encoding) {
		return failf(fact.ProblemMalformed, "the PEM block is not base64")
	}
	return transportFailure(ctx, err)
}

// boundedReader fails after so many bytes.
type boundedReader struct {
	r    io.Reader
	left int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		// There may be nothing more to come.
		if n, err := b.r.Read(make([]byte, 1)); n == 0 {
			return 0, err
		}
		return 0, tooLarge()
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

func tooLarge() *failure {
	return failf(fact.ProblemTooLarge, "the answer is larger than %d MiB", maxCRL>>20)
}
