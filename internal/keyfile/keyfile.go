// Package keyfile reads the local files that TLS options name, CA bundles,
// certificate-key files and CRLs, in any container they come in, and says what is
// wrong with one in terms its owner understands. It verifies no peer.
package keyfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/mongotls/mongotls/internal/certificate"
)

// MaxSize bounds a file, in bytes. The largest public CA bundles have 300 KiB.
const MaxSize = 16 << 20

// The findings that an Error stands for.
const (
	FindingUnreadable       = "file-unreadable"
	FindingCAInvalid        = "ca-file-invalid"
	FindingNoKey            = "key-file-no-key"
	FindingNoCertificate    = "key-file-no-certificate"
	FindingMismatch         = "key-mismatch"
	FindingPasswordRequired = "key-password-required"
	FindingPasswordWrong    = "key-password-wrong"
	FindingKeyFormat        = "key-format"
	FindingKeyEncryption    = "key-encryption"
	FindingWrongFile        = "wrong-file"
	FindingCRLInvalid       = "crl-file-invalid"
)

// Error is what is wrong with a file. Its text is "FILE: detail"; no part of it
// holds anything of the file's content or a password.
type Error struct {
	// Finding is the failure class: one of the Finding constants.
	Finding string
	// Path is the file as it was named.
	Path string
	// Detail says what is wrong, Hint what to do about it; Hint may be empty.
	Detail, Hint string
	// Format is the container of a file that is none of PEM; empty otherwise.
	Format Format
	// Certificate is the one in a file of Format DER, where there is one; nil
	// otherwise.
	Certificate *certificate.Certificate
	// Later is whether the key is that of a later certificate of the file.
	Later bool
	// Err is the cause; nil if the content is at fault.
	Err error
}

func (e *Error) Error() string { return fmt.Sprintf("%q: %s", e.Path, e.Detail) }

// Unwrap gives the cause, if any.
func (e *Error) Unwrap() error { return e.Err }

// read reads a whole file of at most MaxSize bytes.
func read(path string) ([]byte, error) {
	fail := func(detail, hint string, err error) ([]byte, error) {
		return nil, &Error{Finding: FindingUnreadable, Path: path, Detail: detail, Hint: hint, Err: err}
	}
	// Opening a pipe or a device could block or never end.
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail("no such file", "check the path; a relative one starts at the current directory", err)
	case errors.Is(err, fs.ErrPermission):
		return fail("permission denied", "let the user that runs the client read the file and its directory", err)
	case err != nil:
		return fail("cannot be read: "+cause(err), "", err)
	case info.IsDir():
		return fail("is a directory", "name the file itself", nil)
	case !info.Mode().IsRegular():
		return fail("is not a regular file", "", nil)
	case info.Size() > MaxSize:
		return fail(fmt.Sprintf("is larger than %d MiB", MaxSize>>20), "this is not a certificate file", nil)
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) {
		return fail("permission denied", "let the user that runs the client read the file", err)
	}
	if err != nil {
		return fail("cannot be read: "+cause(err), "", err)
	}
	defer f.Close()
	// The file may have grown since.
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return fail("cannot be read: "+cause(err), "", err)
	}
	if len(data) > MaxSize {
		return fail(fmt.Sprintf("is larger than %d MiB", MaxSize>>20), "this is not a certificate file", nil)
	}
	return data, nil
}

// cause is the text of err without the operation and path that an os error
// repeats.
func cause(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}
