package drivers

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pageFile is the page of the documentation that is made from the matrix.
var pageFile = filepath.Join("..", "..", "docs", "drivers.md")

// TestPage holds the page of the documentation to the matrix.
func TestPage(t *testing.T) {
	m, err := readMatrix()
	if err != nil {
		t.Fatal(err)
	}
	want := m.page()
	if *update {
		if err := os.MkdirAll(filepath.Dir(pageFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(pageFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(pageFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is out of date: run the test with -update (-want +got):\n%s", pageFile, diff)
	}
}

// page is the matrix for readers, in Markdown.
func (m matrix) page() []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	var apart []row
	for _, r := range m.Scenarios {
		if m.disagree(r) {
			apart = append(apart, r)
		}
	}
	line("# What each driver does")
	line("")
	line("<!-- Made from e2e/drivers/matrix.json by `go test ./drivers -run TestPage -update` in e2e. -->")
	line("")
	line("Real drivers, each before every endpoint of the lab that other clients can reach: %d scenarios, which are", len(m.Scenarios))
	line("what is wrong with an endpoint, or with the options and files of its client. In %d of them", len(apart))
	line("the drivers, as they come, do not agree whether to connect. Nothing here is taken from documentation: it is what they did.")
	line("`mongotls lab serve SCENARIO` runs the endpoint of a row for a client of yours; those of the last two groups")
	line("are in [e2e/drivers](../e2e/drivers).")
	line("")
	line("| driver | measured |")
	line("| --- | --- |")
	for _, d := range m.Measured {
		line("| %s | %s |", d.Title, d.Version)
	}
	line("")
	line("- Connects means that a `ping` came back, with the connection string of the scenario.")
	line("- PyMongo checks OCSP, and compares names in another way, where what its extra `ocsp` installs can be")
	line("  imported: it takes PyOpenSSL then, in place of Python's `ssl`. Its asynchronous client never does.")
	line("- The Java driver has no options for files: it was given a trust store and a key store made of the same.")
	line("  The second is the first with the system property `com.sun.net.ssl.checkRevocation`.")
	line("- The releases of the Java and Ruby drivers that Debian has take their TLS options in code. What is")
	line("  about the connection string itself was not measured of them.")
	line("- Of a deployment with several servers the connection string names one or two; the others a driver learns from")
	line("  these. It connects if it finds a server that takes writes.")
	line("- Debian's release of the Java driver is older than `loadBalanced`: those scenarios were not measured of it.")
	line("- The PHP driver of that release hangs where members are named by what does not resolve.")
	line("- The PHP driver takes the CRL file as its driver option `crl_file`.")
	line("- Where a scenario has no CA file, a driver trusts what it trusts by itself: the store of Debian, that of")
	line("  Java or the one compiled into Node.js. None has the lab's CA.")
	line("")
	line("## Where they disagree")
	m.table(line, apart)
	line("")
	line("## Every scenario")
	for start := 0; start < len(m.Scenarios); {
		end := start
		for end < len(m.Scenarios) && m.Scenarios[end].Group == m.Scenarios[start].Group {
			end++
		}
		line("")
		line("### %s", m.Scenarios[start].Group)
		m.table(line, m.Scenarios[start:end])
		start = end
	}
	line("")
	line("## What they show")
	line("")
	line("The reason that each gives where it does not connect, without what every error of the driver has around it.")
	line("Ports, times and folders are left out.")
	for _, r := range m.Scenarios {
		m.texts(line, r)
	}
	return b.Bytes()
}

// disagree reports whether some drivers, as they come, connect and others do not.
func (m matrix) disagree(r row) bool {
	connect, fail := false, false
	for _, d := range m.Measured {
		if c, ok := r.of(d.Driver); ok && !d.Setting {
			connect, fail = connect || c.Connects, fail || !c.Connects
		}
	}
	return connect && fail
}

// table has a line for each scenario and a column for each driver.
func (m matrix) table(line func(string, ...any), rows []row) {
	head, rule := "| scenario |", "| --- |"
	for _, d := range m.Measured {
		head += " " + d.Short + " |"
		rule += " --- |"
	}
	line("")
	line("%s", head)
	line("%s", rule)
	for _, r := range rows {
		text := fmt.Sprintf("| `%s` %s |", r.ID, r.Title)
		for _, d := range m.Measured {
			switch c, ok := r.of(d.Driver); {
			case !ok:
				text += " not measured |"
			case c.Connects:
				text += " yes |"
			default:
				text += " **no** |"
			}
		}
		line("%s", text)
	}
}

// texts lists what drivers show, those with one text together.
func (m matrix) texts(line func(string, ...any), r row) {
	var order []string
	by := map[string][]string{}
	for _, d := range m.Measured {
		c, ok := r.of(d.Driver)
		if !ok || c.Connects {
			continue
		}
		text := reason(c.Error)
		if by[text] == nil {
			order = append(order, text)
		}
		by[text] = append(by[text], d.Title)
	}
	if len(order) == 0 {
		return
	}
	line("")
	line("### `%s`", r.ID)
	line("")
	for _, text := range order {
		line("- %s: %s", strings.Join(by[text], ", "), code(text))
	}
}

// code is text in a Markdown code span, which may hold backquotes.
func code(text string) string {
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

// wrappers are what drivers have around the reason, each with the reason as its
// group; the first that matches is taken off.
var wrappers = []*regexp.Regexp{
	regexp.MustCompile(`^server selection error: .*Last error: (.*?) }, \] }$`),
	regexp.MustCompile(`^pymongo\.errors\.\w+: (?:SSL handshake failed: )?(?:[\w.]+:PORT: )?(.*)$`),
	regexp.MustCompile("^MongoDB\\\\Driver\\\\Exception\\\\\\w+: No suitable servers found \\(`serverSelectionTryOnce` set\\): (.*)$"),
	regexp.MustCompile(`^com\.mongodb\.MongoTimeoutException: .*caused by \{([^{}]*)\}\}\]$`),
	regexp.MustCompile(`^com\.mongodb\.MongoTimeoutException: .*exception=\{(.*)\}\}\]$`),
	regexp.MustCompile(`^Mongo(?:ServerSelection|Network|NetworkTimeout)Error: (.*)$`),
}

// reason is what an error says once the driver's own words around it are off: of
// several lines the first, of the Ruby driver the last, which is its log's.
func reason(text string) string {
	lines := strings.Split(text, "\n")
	if strings.HasPrefix(text, "Mongo::Error::NoServerAvailable") {
		return strings.TrimPrefix(lines[len(lines)-1], "MONGODB | ")
	}
	for _, w := range wrappers {
		if found := w.FindStringSubmatch(lines[0]); found != nil {
			return found[1]
		}
	}
	return lines[0]
}

func TestReason(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"server selection error: context deadline exceeded, current topology: { Type: Unknown, Servers: [{ Addr: localhost:PORT, Type: Unknown, Last error: OCSP verification failed: certificate is revoked }, ] }", "OCSP verification failed: certificate is revoked"},
		{"pymongo.errors.ServerSelectionTimeoutError: localhost:PORT: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:LINE)", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:LINE)"},
		{"MongoDB\\Driver\\Exception\\ConnectionTimeoutException: No suitable servers found (`serverSelectionTryOnce` set): [connection closed calling hello on 'localhost:PORT']", "[connection closed calling hello on 'localhost:PORT']"},
		{"MongoServerSelectionError: certificate has expired\ncaused by MongoNetworkError: certificate has expired", "certificate has expired"},
		{"com.mongodb.MongoTimeoutException: Timed out after N ms while waiting to connect. Client view of cluster state is {type=UNKNOWN, servers=[{address=localhost:PORT, type=UNKNOWN, state=CONNECTING, exception={com.mongodb.MongoSocketWriteException: Exception sending message}, caused by {javax.net.ssl.SSLHandshakeException: one}, caused by {java.security.cert.CertificateException: two}}]", "java.security.cert.CertificateException: two"},
		{"Mongo::Error::NoServerAvailable: No server\nMONGODB | execution expired", "execution expired"},
		{"MongoParseError: option sslca is not supported", "MongoParseError: option sslca is not supported"},
	} {
		if got := reason(c.text); got != c.want {
			t.Errorf("reason(%q)\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}
