package revocation

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/keyfile"
)

// FindingCRLInvalid is the finding of a file that is not a CRL that one can
// read; see keyfile.Error.
const FindingCRLInvalid = "crl-file-invalid"

const (
	// maxFile bounds a CRL file. A million entries take 40 to 60 MB.
	maxFile = 256 << 20
	// maxLists bounds the CRLs of one file.
	maxLists = 1000
)

// CRLFile is the CRLs of a local file. It may be searched concurrently.
type CRLFile struct {
	Path string
	// DER is whether the file is in DER; OpenSSL loads one of these only where
	// a program asks for it, which PyMongo and Node.js do not.
	DER bool
	// Lists describes the CRLs, in the file's order, at least one.
	Lists []CRLInfo

	lists []list
}

// CRLInfo describes a CRL. Nothing of it is verified.
type CRLInfo struct {
	// Issuer is the issuer's name as certificate.Certificate has it.
	Issuer string
	// Version is 1 or 2.
	Version int
	// Number is the cRLNumber, hexadecimal in lower case; empty without one.
	Number     string
	ThisUpdate time.Time
	// NextUpdate is nil when there is none, which RFC 5280 does not allow.
	NextUpdate         *time.Time
	SignatureAlgorithm string
	// Entries counts the revoked certificates.
	Entries int
	// Delta is whether it is a delta CRL, Indirect whether it may tell of other
	// issuers' certificates, Partial whether it is limited to one distribution
	// point, to some kinds of certificates or to some reasons.
	Delta, Indirect, Partial bool
}

// list is one CRL in memory.
type list struct {
	der []byte
	crl *crl
}

// LoadCRLs reads a file of CRLs: one in DER, or any number in PEM, told apart by
// their content. The error is a *keyfile.Error with FindingUnreadable or
// FindingCRLInvalid. A file with one CRL that cannot be read is an error, as it
// is to OpenSSL. The file is held in memory, in DER.
func LoadCRLs(path string) (*CRLFile, error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	file, err := readLists(path, f, size)
	var bad *keyfile.Error
	switch {
	case err == nil:
		return file, nil
	case errors.As(err, &bad):
		return nil, bad
	}
	return nil, &keyfile.Error{Finding: keyfile.FindingUnreadable, Path: path, Detail: "cannot be read: " + cause(err), Err: err}
}

// open opens a regular file of bounded size.
func open(path string) (*os.File, int64, error) {
	fail := func(detail, hint string, err error) (*os.File, int64, error) {
		return nil, 0, &keyfile.Error{Finding: keyfile.FindingUnreadable, Path: path, Detail: detail, Hint: hint, Err: err}
	}
	// Opening a pipe or a device could block or never end.
	info, err := os.Stat(path)
	var f *os.File
	if err == nil && info.Mode().IsRegular() {
		f, err = os.Open(path)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail("no such file", "check the path; a relative one starts at the current directory", err)
	case errors.Is(err, fs.ErrPermission):
		return fail("permission denied", "let the user that runs the client read the file and its directory", err)
	case err != nil:
		return fail("cannot be read: "+cause(err), "", err)
	case info.IsDir():
		return fail("is a directory", "name the file itself", nil)
	case f == nil:
		return fail("is not a regular file", "", nil)
	case info.Size() > maxFile:
		f.Close()
		return fail(fmt.Sprintf("is larger than %d MiB", maxFile>>20), "", nil)
	}
	return f, info.Size(), nil
}

// cause is the text of err without the operation and path that it repeats.
func cause(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

// readLists reads the CRLs of a file of about size bytes.
func readLists(path string, r io.Reader, size int64) (*CRLFile, error) {
	invalid := func(detail, hint string) (*CRLFile, error) {
		return nil, &keyfile.Error{Finding: FindingCRLInvalid, Path: path, Detail: detail, Hint: hint}
	}
	file := &CRLFile{Path: path}
	in := bufio.NewReader(io.LimitReader(r, maxFile+1))
	start, err := in.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(start) == 0 {
		return invalid("is empty", "put the CA's CRL there, in PEM")
	}
	if file.DER = isDER(start); file.DER {
		data, err := appendAll(make([]byte, 0, size+1), in)
		if err != nil {
			return nil, err
		}
		if err := file.add(data); err != nil {
			if _, e := certificate.Parse(data); e == nil {
				return invalid("is a certificate, not a CRL", "name the CRL that the CA publishes")
			}
			return invalid("is no readable CRL: "+err.Error(), "export the CRL again")
		}
		return file, nil
	}
	blocks, seen, err := readBlocks(in, size)
	var bad *badBlock
	if errors.As(err, &bad) {
		return invalid(bad.Error(), "export the CRL again")
	}
	if err != nil {
		return nil, err
	}
	for _, b := range blocks {
		if err := file.add(b.der); err != nil {
			return invalid(fmt.Sprintf("the CRL at line %d is not readable: %s", b.line, err), "export the CRL again")
		}
	}
	switch {
	case len(blocks) > 0:
		return file, nil
	case seen != "":
		return invalid(fmt.Sprintf("holds no CRL, but a PEM block of type %q", seen), "name the CRL that the CA publishes")
	}
	return invalid("holds no CRL", "a CRL file in PEM has lines that say BEGIN X509 CRL and END X509 CRL")
}

// block is the DER of a CRL and the line at which its PEM begins.
type block struct {
	der  []byte
	line int
}

// badBlock is a PEM block that cannot be decoded.
type badBlock struct {
	line int
	text string
}

func (b *badBlock) Error() string {
	return fmt.Sprintf("the PEM block at line %d is not readable: %s", b.line, b.text)
}

// readBlocks decodes the CRLs of a PEM file of about size bytes, all into one
// piece of memory. seen is the label of a block that is no CRL, if there is one.
func readBlocks(r io.Reader, size int64) (blocks []block, seen string, err error) {
	in := newPEMReader(r)
	// Base64 makes four bytes of three, so this is enough unless the file grows.
	memory := make([]byte, 0, size/4*3+3)
	var ends []int
	for {
		label, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "", err
		}
		if label != pemLabel {
			if len(label) <= 64 {
				seen = label
			}
			continue
		}
		line := in.line
		if memory, err = appendAll(memory, in.body(label)); err != nil {
			var f *failure
			var encoding base64.CorruptInputError
			switch {
			case errors.As(err, &encoding), errors.Is(err, io.ErrUnexpectedEOF):
				return nil, "", &badBlock{line, "it is not base64"}
			case errors.As(err, &f):
				return nil, "", &badBlock{line, f.text}
			}
			return nil, "", err
		}
		if len(ends) >= maxLists {
			return nil, "", &badBlock{line, fmt.Sprintf("there are more than %d CRLs", maxLists)}
		}
		blocks, ends = append(blocks, block{line: line}), append(ends, len(memory))
	}
	start := 0
	for i, end := range ends {
		blocks[i].der = memory[start:end:end]
		start = end
	}
	return blocks, seen, nil
}

// appendAll appends what is left of r to b, which is large enough as a rule.
func appendAll(b []byte, r io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if len(b) > maxFile {
			return nil, fmt.Errorf("larger than %d MiB", maxFile>>20)
		}
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// add reads one CRL.
func (f *CRLFile) add(der []byte) error {
	c, err := readCRL(context.Background(), bytes.NewReader(der), nil)
	if err != nil {
		return err
	}
	f.lists = append(f.lists, list{der, c})
	f.Lists = append(f.Lists, c.info())
	return nil
}

func (c *crl) info() CRLInfo {
	info := CRLInfo{
		Issuer:             certificate.Name(c.rawIssuer),
		Version:            c.version,
		ThisUpdate:         c.thisUpdate,
		NextUpdate:         c.nextUpdate,
		SignatureAlgorithm: c.algorithm.name,
		Entries:            c.entries,
		Delta:              c.delta,
	}
	if c.number != nil {
		info.Number = c.number.Text(16)
	}
	if s := c.scope; s != nil {
		info.Indirect = s.indirect
		info.Partial = s.present() || s.onlyUser || s.onlyCA || s.onlyAttribute || s.someReasons
	}
	return info
}

// search looks for entries of the list.
func (l *list) search(ctx context.Context, want *search) error {
	d := newStream(bytes.NewReader(l.der[l.crl.entriesStart:l.crl.entriesEnd]))
	d.end = l.crl.entriesEnd - l.crl.entriesStart
	reader := entryReader{want: want, issuer: l.crl.issuer}
	return reader.readAll(ctx, d)
}
