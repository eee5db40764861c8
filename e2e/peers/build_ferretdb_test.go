package peers

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// ferretdbProgram is FerretDB as a program: a replica set's name is a flag, which
// the embeddable FerretDB has no option for. Its sources come from the module that
// the other tests embed; only a file is added that its release process makes.
var ferretdbProgram = sync.OnceValues(func() (path string, err error) {
	dir := filepath.Join(filepath.Dir(mongotls), "ferretdb")
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}} {{.Version}}", "github.com/FerretDB/FerretDB").Output()
	if err != nil {
		return "", err
	}
	source, version, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "build", "version", "version.txt"), []byte(version), 0o600); err != nil {
		return "", err
	}
	// With the versions of this module, what it has compiled serves here too.
	edit := []string{"mod", "edit"}
	versions, err := exec.Command("go", "list", "-m", "-f", "{{if not (or .Main .Replace)}}{{.Path}}@{{.Version}}{{end}}", "all").Output()
	if err != nil {
		return "", err
	}
	for m := range strings.FieldsSeq(string(versions)) {
		if !strings.HasPrefix(m, "github.com/FerretDB/FerretDB@") {
			edit = append(edit, "-require="+m)
		}
	}
	sums, err := os.ReadFile(filepath.Join("..", "go.sum"))
	if err != nil {
		return "", err
	}
	theirs, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), append(theirs, sums...), 0o600); err != nil {
		return "", err
	}
	path = filepath.Join(filepath.Dir(mongotls), "ferretdb-program")
	for _, args := range [][]string{edit, {"build", "-mod=mod", "-o", path, "./cmd/ferretdb"}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Run(); err != nil {
			return "", &buildError{said.String(), err}
		}
	}
	return path, nil
})

// buildError is what the compiler said.
type buildError struct {
	said string
	err  error
}

func (e *buildError) Error() string { return e.err.Error() + "\n" + e.said }

// startFerretDBSet runs a FerretDB as a replica set of one, with a listener in
// clear, by whose address it names itself, and one with TLS.
func startFerretDBSet(t *testing.T, plain, tls, certificate, key string) {
	t.Helper()
	program, err := ferretdbProgram()
	if err != nil {
		t.Fatalf("building FerretDB: %v", err)
	}
	dir := t.TempDir()
	cmd := exec.Command(program, "--handler=sqlite", "--sqlite-url=file:"+dir+"/", "--state-dir="+dir, "--repl-set-name=rs0",
		"--listen-addr="+plain, "--listen-tls="+tls, "--listen-tls-cert-file="+certificate, "--listen-tls-key-file="+key,
		"--debug-addr=-", "--telemetry=disable", "--log-level=error")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting FerretDB: %v", err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Errorf("ending FerretDB: %v\n%s", err, &said)
			return
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("FerretDB: %v\n%s", err, &said)
		}
	})
	await(t, plain)
	await(t, tls)
}
