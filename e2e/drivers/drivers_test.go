package drivers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// driver is an official driver that can be run here.
type driver struct {
	// name and variant are those of `mongotls check`.
	name, variant string
	// title is its name for readers, short that at the head of a column.
	title, short string
	// setting is whether it is measured with a setting that it does not come with.
	setting bool
	// command runs the runner. With the flag --version that prints the release of
	// the driver, and of what it runs on, or fails where it is not installed.
	command []string
	// env are environment variables of the runner.
	env []string
	// byFile has the runner take cases from a file, and write answers to one.
	byFile bool
	// ownHosts is whether a library that is loaded before it does not change how it
	// finds names: PHP binds its extensions to the C library (RTLD_DEEPBIND). It is
	// given a hosts file in a namespace of its own.
	ownHosts bool
	// inCode is whether the release that is here takes its TLS options in code, so
	// that connection strings as such tell nothing of it.
	inCode bool
	// noLoadBalancer is whether the release that is here was made before
	// loadBalanced, which the releases know that are judged under its name.
	noLoadBalancer bool
	// hangs are the scenarios in which the release that is here never returns, so
	// that there is nothing to compare.
	hangs []string
	// processes is how many share the cases, for one that connects with one case
	// after the other; zero means one.
	processes int
}

// id names it in the matrix.
func (d driver) id() string {
	if d.variant == "" {
		return d.name
	}
	return d.name + " " + d.variant
}

// Where other software of the same name may stand before Debian's.
const python = "/usr/bin/python3"

func runner(name string) string { return filepath.Join("runners", name) }

// nodeJS is the Node.js of this major release that npm installed: Debian's own is
// another, and differs in its OpenSSL.
func nodeJS(major string) string {
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return runner(filepath.Join("node_modules", "node"+major+"-"+arch, "bin", "node"))
}

// drivers are all that are measured, in the order of the matrix.
func drivers() []driver {
	self, err := os.Executable()
	if err != nil {
		// Without it the entry of the Go driver fails, and says so.
		self = ""
	}
	java := func(flags ...string) []string {
		return slices.Concat([]string{"java", "-cp", "/usr/share/java/mongo-java-driver.jar"}, flags, []string{runner("Java.java")})
	}
	return []driver{
		{name: "pymongo", variant: "3.x", title: "PyMongo", short: "PyMongo", command: []string{python, runner("pymongo_client.py"), "--without-pyopenssl"}},
		{name: "pymongo", variant: "3.x ocsp", title: "PyMongo with its extra ocsp", short: "PyMongo ocsp", command: []string{python, runner("pymongo_client.py")}},
		{name: "node", title: "Node.js driver", short: "Node", command: []string{nodeJS("20"), runner("node.mjs")}},
		{name: "node", variant: "node22", title: "Node.js driver on Node.js 22", short: "Node 22", command: []string{nodeJS("22"), runner("node.mjs")}},
		{name: "node", variant: "node>=24", title: "Node.js driver on Node.js 24", short: "Node 24", command: []string{nodeJS("24"), runner("node.mjs")}},
		{
			name: "mongosh", title: "mongosh", short: "mongosh", byFile: true, processes: 8,
			command: []string{nodeJS("20"), runner("node_modules/mongosh/bin/mongosh.js"), "--nodb", "--quiet", "--norc", "--file", runner("mongosh.js")},
		},
		{name: "go", title: "Go driver", short: "Go", command: []string{self}, env: []string{goRunner + "=1"}},
		{name: "java", title: "Java driver", short: "Java", inCode: true, noLoadBalancer: true, command: java()},
		{name: "java", variant: "checkRevocation", title: "Java driver with checkRevocation", short: "Java checking", setting: true, inCode: true, noLoadBalancer: true, command: java("-Dcom.sun.net.ssl.checkRevocation=true")},
		{name: "php", title: "PHP driver", short: "PHP", ownHosts: true, hangs: []string{"member-unresolvable", "split-horizon-tunnel"}, command: []string{"php", runner("php.php")}, processes: 4},
		{name: "ruby", variant: "<2.14", title: "Ruby driver", short: "Ruby", inCode: true, command: []string{"ruby", runner("ruby.rb")}},
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
