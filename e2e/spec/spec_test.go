// Package spec holds package target to the test vectors of the MongoDB
// specifications. They are not part of this project: they are read, at test
// time, from the module of the Go driver that carries them.
package spec

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	// The module whose test data holds the vectors.
	_ "go.mongodb.org/mongo-driver/version"

	"github.com/mongotls/mongotls/internal/target"
)

// skipped are the vectors that are not held to, with the reason.
var skipped = map[string]string{
	"connection-string/invalid-uris.json: Missing delimiting slash between hosts and options": `the specification made the slash optional on 2023-08-02, and these vectors are older; Parse takes it with a warning`,

	// Of authentication only MONGODB-X509 is used, and so only its rules are held to.
	"auth/connection-string.json: should throw an exception if authSource is invalid (GSSAPI)":         otherMechanism,
	"auth/connection-string.json: should throw an exception if no username (GSSAPI)":                   otherMechanism,
	"auth/connection-string.json: should throw an exception if no username is supplied (MONGODB-CR)":   otherMechanism,
	"auth/connection-string.json: should throw an exception if no username (PLAIN)":                    otherMechanism,
	"auth/connection-string.json: should throw an exception if no username (SCRAM-SHA-1)":              otherMechanism,
	"auth/connection-string.json: should throw an exception if no username (SCRAM-SHA-256)":            otherMechanism,
	"auth/connection-string.json: should throw an exception if username and no password (MONGODB-AWS)": otherMechanism,
}

const otherMechanism = "it is about the credentials of a mechanism that is never used: they are neither sent nor kept"

// ownRemarks are the problems that go beyond what the vectors ask of a driver,
// with the reason. They count neither as a warning nor as an error there.
var ownRemarks = map[string]string{
	target.TLSImplied:     "the specification leaves it to drivers whether an option turns TLS on; that they differ is what there is to tell",
	target.X509Incomplete: "a driver learns of a missing client certificate from the server",
	target.UnixSocket:     "a driver connects over Unix domain sockets, without TLS",
}

// notKept are options of the vectors that a Target does not keep: they bear
// neither on TLS nor on the seed list. That they are valid is held to.
var notKept = map[string]bool{
	"appname": true, "authmechanismproperties": true, "compressors": true, "heartbeatfrequencyms": true,
	"journal": true, "localthresholdms": true, "maxidletimems": true, "maxstalenessseconds": true,
	"readconcernlevel": true, "readpreference": true, "readpreferencetags": true, "retrywrites": true,
	"servermonitoringmode": true, "serverselectiontryonce": true, "sockettimeoutms": true, "w": true,
	"wtimeoutms": true, "zlibcompressionlevel": true,
}

// testdata returns the folder of the vectors.
func testdata(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "go.mongodb.org/mongo-driver").Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		t.Fatalf("locating the module of the vectors: %v", err)
	}
	return filepath.Join(dir, "testdata")
}

// files returns the JSON files that match, relative to the folder. None is a
// failure: the vectors have moved.
func files(t *testing.T, dir, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no vectors match %q (%v)", pattern, err)
	}
	for i := range found {
		rel, err := filepath.Rel(dir, found[i])
		if err != nil {
			t.Fatal(err)
		}
		found[i] = filepath.ToSlash(rel)
	}
	return found
}

// read decodes a file of vectors. A key that is not known here is a failure: it
// would be an expectation that nothing holds to.
func read(t *testing.T, dir, name string, v any) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("reading the vectors of %s: %v", name, err)
	}
}

// drop removes our own remarks from the problems.
func drop(problems []target.Problem) []target.Problem {
	var rest []target.Problem
	for _, p := range problems {
		if _, ok := ownRemarks[p.ID]; !ok {
			rest = append(rest, p)
		}
	}
	return rest
}

// hasWarning reports whether one of the problems is a warning.
func hasWarning(problems []target.Problem) bool {
	for _, p := range problems {
		if p.Severity == target.Warning {
			return true
		}
	}
	return false
}

// keptOptions returns the options that are set, by lower-case name: the fields
// of Options are named as the specification names them.
func keptOptions(o target.Options) map[string]any {
	set := map[string]any{}
	v := reflect.ValueOf(o)
	for i := range v.NumField() {
		if v.Field(i).FieldByName("Origin").String() == "" {
			continue
		}
		name := strings.ToLower(v.Type().Field(i).Name)
		switch value := v.Field(i).FieldByName("Value"); value.Kind() {
		case reflect.Bool:
			set[name] = value.Bool()
		case reflect.Int64:
			set[name] = float64(value.Int()) // as JSON decodes numbers
		default:
			set[name] = value.String()
		}
	}
	return set
}

// checkOptions compares the options that a vector names; if only those may be
// set, because the vector is about one that is to be ignored, it says so.
func checkOptions(t *testing.T, got target.Options, want map[string]any, only bool) {
	t.Helper()
	kept := keptOptions(got)
	wanted := map[string]any{}
	for name, value := range want {
		if low := strings.ToLower(name); !notKept[low] {
			wanted[low] = value
		}
	}
	for name := range kept {
		if _, ok := wanted[name]; !ok && !only {
			delete(kept, name)
		}
	}
	if diff := cmp.Diff(wanted, kept); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
}
