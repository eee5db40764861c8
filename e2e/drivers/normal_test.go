package drivers

import (
	"regexp"
	"strings"
	"testing"
)

// volatile are the parts of an error that differ from one run, or one machine, to
// the next, and what stands for them in the matrix.
var volatile = []struct {
	pattern     *regexp.Regexp
	replacement string
}{
	// The folder with the scenario's files.
	{regexp.MustCompile(`[^ '"(:=&?]*mongotls-lab-[0-9]+`), "DIR"},
	// Where localhost leads, which is not the same on every machine.
	{regexp.MustCompile(`\[::1\]|::1\b`), "127.0.0.1"},
	{regexp.MustCompile(`(localhost|\.(?:lab|inside)\.test\.?|mongo[0-2]|127\.0\.0\.1)(:|', |", )[0-9]+`), "${1}${2}PORT"},
	// Times: RFC 3339, and as Go and Java have them.
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`), "TIME"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC`), "TIME"},
	{regexp.MustCompile(`\w{3} \w{3} \d\d \d\d:\d\d:\d\d \w+ \d{4}`), "TIME"},
	{regexp.MustCompile(`timed out after \d+ms \(connectTimeoutMS: \d+\)`), "timed out after Nms (connectTimeoutMS: N)"},
	{regexp.MustCompile(`Timed out after \d+ ms`), "Timed out after N ms"},
	{regexp.MustCompile(`server_selection_timeout=[0-9.]+`), "server_selection_timeout=N"},
	// Lines of C, addresses in memory, and numbers that count connections and
	// requests.
	{regexp.MustCompile(`\.c:\d+`), ".c:LINE"},
	{regexp.MustCompile(`\b[0-9A-F]{12,16}:error:`), "THREAD:error:"},
	{regexp.MustCompile(`0x[0-9a-f]+`), "0xADDRESS"},
	{regexp.MustCompile(`\[-\d+\]`), "[-N]"},
	{regexp.MustCompile(`(com\.mongodb\.[\w$]+)@[0-9a-f]+`), "${1}@ADDRESS"},
	{regexp.MustCompile(`(Average RTT: |roundTripTime=)[0-9.]+`), "${1}N"},
	{regexp.MustCompile(`Server selection timed out after \d+ ms`), "Server selection timed out after N ms"},
	{regexp.MustCompile(`response id -?\d+ but expected -?\d+`), "response id N but expected N"},
}

// normal is an error without what is volatile.
func normal(text string) string {
	text = onceOnly(text)
	for _, v := range volatile {
		text = v.pattern.ReplaceAllString(text, v.replacement)
	}
	return strings.TrimSpace(text)
}

// serverErrors are those in PyMongo's view of the topology.
var serverErrors = regexp.MustCompile(`error=\w+\((?:'([^\n]*?)'|"([^\n]*?)")\)>`)

// onceOnly is an error without PyMongo's view of the topology, which has a number
// of its own: PyMongo says there what it has said before. Where a server that it
// knows of is not the one it needs, it says there alone what is wrong with others.
func onceOnly(text string) string {
	said, view, found := strings.Cut(text, ", Timeout: ")
	if !found {
		return text
	}
	if strings.Contains(said, "No replica set members match selector") {
		for _, e := range serverErrors.FindAllStringSubmatch(view, -1) {
			said += "\n" + e[1] + e[2]
		}
	}
	return said
}

func TestNormal(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"localhost:40123: [SSL] PEM lib (_ssl.c:3937), Timeout: 4.0s, Topology Description: <...>", "localhost:PORT: [SSL] PEM lib (_ssl.c:LINE)"},
		{
			`No replica set members match selector "Primary()", Timeout: 4.0s, Topology Description: <TopologyDescription id: 6, servers: [<ServerDescription ('localhost', 1) server_type: Unknown, rtt: None, error=AutoReconnect('localhost:1: [Errno 111] Connection refused')>, <ServerDescription ('localhost', 2) server_type: RSSecondary, rtt: 0.1>]>`,
			"No replica set members match selector \"Primary()\"\nlocalhost:PORT: [Errno 111] Connection refused",
		},
		{"current time 2026-11-22T01:49:42Z is after 2021-01-01T00:00:00+01:00", "current time TIME is after TIME"},
		{"nextUpdate time 2026-11-25 08:22:16 +0000 UTC is before 2026-11-27 08:23:11.535681736 +0000 UTC", "nextUpdate time TIME is before TIME"},
		{"NotAfter: Fri Jan 01 00:00:00 UTC 2021", "NotAfter: TIME"},
		{"40E7A4F1B27F0000:error:0A00042E:SSL routines:ssl3_read_bytes:x:../ssl/record/rec_layer_s3.c:1601:SSL alert number 70\n", "THREAD:error:0A00042E:SSL routines:ssl3_read_bytes:x:../ssl/record/rec_layer_s3.c:LINE:SSL alert number 70"},
		{"open '/tmp/mongotls-lab-123/ca.pem'", "open 'DIR/ca.pem'"},
		{"connect ECONNREFUSED ::1:40123", "connect ECONNREFUSED 127.0.0.1:PORT"},
		{"dial tcp [::1]:40123: connection refused", "dial tcp 127.0.0.1:PORT: connection refused"},
	} {
		if got := normal(c.text); got != c.want {
			t.Errorf("normal(%q)\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

// TestSameWords: what is the same although the words are not.
func TestSameWords(t *testing.T) {
	for _, row := range []struct {
		scenario, before, now string
		want                  bool
	}{
		{"cert-expired", "certificate has expired", "certificate has expired", true},
		{"cert-expired", "certificate has expired", "hostname mismatch", false},
		{"handshake-closed", "[connection closed calling hello on 'h']", "TLS handshake failed: Connection reset by peer", true},
		{"tcp-refused", "[connection closed calling hello on 'h']", "TLS handshake failed: Connection reset by peer", false},
		{"handshake-closed", "TLS handshake failed: Connection reset by peer", "tlsv1 alert internal error", false},
		{"handshake-closed", "read ECONNRESET", "", false},
	} {
		if got := sameWords(row.scenario, row.before, row.now); got != row.want {
			t.Errorf("%s: sameWords(%q, %q) = %t", row.scenario, row.before, row.now, got)
		}
	}
}
