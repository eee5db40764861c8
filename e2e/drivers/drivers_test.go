package drivers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// driver is an official driver that can be run here.
type driver struct {
	// id names it in the matrix: the driver as `mongotls check` has it, and the
	// variant behind a plus sign where it is not the usual one.
	id string
	// title is its name for readers.
	title string
	// command runs the runner. With the flag --version that prints the release of
	// the driver, and of what it runs on, or fails where it is not installed.
	command []string
	// env are environment variables of the runner.
	env []string
	// byFile has the runner take cases from a file, and write answers to one.
	byFile bool
	// processes is how many share the cases, for one that connects with one case
	// after the other; zero means one.
	processes int
}

// The programs, where other software of the same name may stand before them.
const (
	python = "/usr/bin/python3"
	jars   = "/usr/share/java/mongo-java-driver.jar"
)

func runner(name string) string { return filepath.Join("runners", name) }

// drivers are all that are measured, in the order of the matrix.
func drivers() []driver {
	self, err := os.Executable()
	if err != nil {
		// Without it the entry of the Go driver fails, and says so.
		self = ""
	}
	return []driver{
		{id: "pymongo", title: "PyMongo", command: []string{python, runner("pymongo_client.py"), "--without-pyopenssl"}},
		{id: "pymongo+ocsp", title: "PyMongo with its extra ocsp", command: []string{python, runner("pymongo_client.py")}},
		{id: "node", title: "Node.js", command: []string{"node", runner("node.mjs")}},
		{
			id: "mongosh", title: "mongosh", byFile: true, processes: 6,
			command: []string{runner("node_modules/.bin/mongosh"), "--nodb", "--quiet", "--norc", "--file", runner("mongosh.js")},
		},
		{id: "go", title: "Go", command: []string{self}, env: []string{goRunner + "=1"}},
		{id: "java", title: "Java", command: []string{"java", "-cp", jars, runner("Java.java")}},
		{id: "php", title: "PHP", command: []string{"php", runner("php.php")}, processes: 4},
		{id: "ruby", title: "Ruby", command: []string{"ruby", runner("ruby.rb")}},
	}
}

// version is the release of the driver and of what it runs on; the error says why
// it cannot be measured.
func (d driver) version(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, d.command[0], d.command[1:]...)
	if !d.byFile {
		cmd.Args = append(cmd.Args, "--version")
	}
	cmd.Env = append(os.Environ(), d.env...)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		lines := strings.Split(strings.TrimSpace(string(exit.Stderr)), "\n")
		return "", fmt.Errorf("%w: %s", err, lines[len(lines)-1])
	}
	return strings.TrimSpace(string(out)), err
}
