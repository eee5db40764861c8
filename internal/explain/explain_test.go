package explain

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/finding"
)

// told is what a text is told as, one line each: identifier and confidence.
func told(x *Explanation) []string {
	var list []string
	for _, m := range x.Matches {
		list = append(list, string(m.ID)+" "+string(m.Confidence))
	}
	return list
}

// TestChoices: what a text leaves open is told in the order of likelihood, given
// all else in it.
func TestChoices(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{
			"alert 80 of a server that is not named",
			"tlsv1 alert internal error",
			[]string{"alert-internal-error likely", "atlas-access-list possible", "sni-required possible"},
		},
		{
			"alert 80 of Atlas",
			"cluster0-shard-00-00.abcde.mongodb.net:27017: tlsv1 alert internal error",
			[]string{"atlas-access-list likely", "alert-internal-error possible", "sni-required possible"},
		},
		{
			"alert 80 of another server",
			"db.example.com:27017: tlsv1 alert internal error",
			[]string{"alert-internal-error likely", "sni-required possible"},
		},
		{
			"alert 80 of Atlas to an old Java",
			"java.version 11.0.2 cluster0.abcde.mongodb.net: javax.net.ssl.SSLException: Received fatal alert: internal_error",
			[]string{"atlas-access-list likely", "alert-internal-error possible", "client-runtime-outdated possible", "sni-required possible"},
		},
		{
			"a connection that Atlas closed",
			"connection 3 to cluster0-shard-00-00.abcde.mongodb.net:27017 closed",
			[]string{"atlas-access-list likely", "handshake-closed possible", "plaintext-client possible", "client-cert-rejected possible", "tcp-reset possible", "no-shared-cipher possible", "not-mongodb possible"},
		},
		{
			"a certificate with no reason",
			"certificate verify failed",
			[]string{"verify-failed certain", "issuer-unknown possible", "intermediate-missing possible", "self-signed-root-untrusted possible", "hostname-mismatch possible", "cert-expired possible", "self-signed-leaf possible", "ca-file-mismatch possible", "trust-store-missing possible"},
		},
		{
			"a certificate with no reason, to PyPy",
			"_cffi_ssl._stdssl.error.SSLCertVerificationError: certificate verify failed: ok",
			[]string{"verify-failed certain", "trust-store-missing possible", "issuer-unknown possible", "intermediate-missing possible", "self-signed-root-untrusted possible", "hostname-mismatch possible", "cert-expired possible", "self-signed-leaf possible", "ca-file-mismatch possible"},
		},
		{
			"nothing but a timeout, of Atlas",
			"MongoServerSelectionError: Server selection timed out after 30000 ms, hosts ac-x-shard-00-00.abcde.mongodb.net:27017",
			[]string{"undetermined certain", "atlas-access-list possible", "tcp-timeout possible", "tcp-refused possible", "dns-not-found possible", "plaintext-client possible", "issuer-unknown possible", "hostname-mismatch possible"},
		},
		{
			"a member, of a set that is known",
			"server selection error: context deadline exceeded, current topology: { Type: ReplicaSetNoPrimary, Servers: [{ Addr: db0.example.com:27017, Type: Unknown, Last error: dial tcp 192.0.2.1:27017: connect: connection refused }, { Addr: db1.example.com:27017, Type: RSSecondary, Average RTT: 1 }, ] }",
			[]string{"tcp-refused certain", "member-unreachable possible"},
		},
		{
			"a cause beside its wrappers",
			"MongoServerSelectionError: Server selection timed out; SSL handshake failed; certificate verify failed; certificate revoked; connection closed",
			[]string{"revoked certain"},
		},
		{
			"two failures",
			"a.example.com:27017: certificate has expired, b.example.com:27017: [Errno 111] Connection refused",
			[]string{"cert-expired likely", "tcp-refused certain", "intermediate-expired possible", "root-expired possible", "clock-skew possible"},
		},
		{
			"the client's certificate, at the server",
			"2026-01-01T00:00:00.000+0000 E  NETWORK  [conn5] SSL peer certificate validation failed: unable to get local issuer certificate",
			[]string{"client-cert-untrusted certain"},
		},
		{
			"the server's certificate, at the shell",
			"2026-01-01T00:00:00.000+0000 E  NETWORK  [js] SSL peer certificate validation failed: unable to get local issuer certificate",
			[]string{"issuer-unknown likely", "intermediate-missing possible", "ca-file-mismatch possible", "trust-store-missing possible", "ca-file-invalid possible"},
		},
		{
			"the driver's guess beside the cause",
			"MongooseServerSelectionError: Could not connect to any servers in your MongoDB Atlas cluster. Make sure your current IP address is on your Atlas cluster's IP whitelist. reason: certificate has expired",
			[]string{"cert-expired likely", "intermediate-expired possible", "root-expired possible", "clock-skew possible"},
		},
		{
			"words alone",
			"the widget says that this certificate looks very much expired to it",
			[]string{"cert-expired possible", "intermediate-expired possible", "clock-skew possible"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := told(read(t, test.text))
			if test.want[0] == "verify-failed certain" {
				// All that a certificate can be refused for follows; these are the
				// likelier ones.
				if len(got) < 20 {
					t.Errorf("%d of all that it can be", len(got))
				}
				got = got[:len(test.want)]
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestFacts: the answer speaks of the hosts, names and files of the text.
func TestFacts(t *testing.T) {
	tests := []struct {
		name, text string
		next       []string
	}{
		{"a host and a port", "db1.example.com:27018: certificate has expired", []string{"mongotls check db1.example.com:27018"}},
		{"several, each once", "a.example.com:27017,b.example.com:27017,a.example.com:27017 certificate has expired", []string{"mongotls check a.example.com:27017", "mongotls check b.example.com:27017"}},
		{"PyMongo's tuples", "<ServerDescription ('db1.example.com', 27017) certificate has expired", []string{"mongotls check db1.example.com:27017"}},
		{"a container's name", "servers=[{address=mongo:27017, certificate has expired", []string{"mongotls check mongo:27017"}},
		{".NET's end points", `EndPoint: "Unspecified/db1.example.com:27017" NotTimeValid`, []string{"mongotls check db1.example.com:27017"}},
		{"IPv6", "connect ECONNREFUSED [2001:db8::1]:27017", []string{"mongotls check '[2001:db8::1]:27017'"}},
		{"Node's fields", "ECONNREFUSED\n  errno: -111,\n  address: '192.0.2.1',\n  port: 27017", []string{"mongotls check 192.0.2.1:27017"}},
		{"a connection string", "mongodb://app:pw@db1.example.com,db2.example.com:27018/?tls=true&tlsCAFile=%2Fetc%2Fca.pem unable to get local issuer certificate", []string{"mongotls check db1.example.com:27017 --tlsCAFile /etc/ca.pem", "mongotls check db2.example.com:27018 --tlsCAFile /etc/ca.pem"}},
		{"a connection string with SRV", "mongodb+srv://app:pw@cluster0.abcde.mongodb.net/test certificate has expired", []string{"mongotls check mongodb+srv://cluster0.abcde.mongodb.net/"}},
		{"an SRV record", "querySrv ENOTFOUND _mongodb._tcp.cluster0.abcde.mongodb.net", []string{"mongotls check mongodb+srv://cluster0.abcde.mongodb.net/"}},
		{"a name without a port", "x509: certificate is valid for a.example.com, not b.example.com", []string{"mongotls check b.example.com:27017"}},
		{"an address without a port", "IP address mismatch, certificate is not valid for '192.0.2.7'", []string{"mongotls check 192.0.2.7:27017"}},
		{"a file", "open /etc/ssl/client.pem: no such file or directory", []string{"mongotls cert /etc/ssl/client.pem"}},
		{"nothing", "certificate has expired", []string{"mongotls check HOST:PORT"}},
		{"source files and clients are no servers", "certificate has expired (_ssl.c:1056) at topology.js:773:16 HostnameChecker.java:231 read tcp 10.0.0.1:40000->10.0.0.2:27017", []string{"mongotls check 10.0.0.2:27017"}},
		{"the log's clients are none either", "Error receiving request from client: SSLHandshakeFailed: x. Ending connection from 10.0.0.1:40000", []string{"mongotls check HOST:PORT"}},
		{"hostile names", "certificate is not valid for 'a;reboot'", []string{"mongotls check HOST:PORT"}},
		{"hostile files", "No such file or directory: '/x $(reboot).pem'", []string{"mongotls cert '/x $(reboot).pem'"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := read(t, test.text)
			if len(x.Matches) == 0 {
				t.Fatal("nothing")
			}
			if diff := cmp.Diff(test.next, x.Matches[0].Next); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestFixIsFilled: the steps name the case, those of the producer first.
func TestFixIsFilled(t *testing.T) {
	x := read(t, "com.mongodb.MongoSocketWriteException: x {address=db1.example.com:27017} No subject alternative DNS name matching db1.example.com found")
	m := x.Matches[0]
	if m.ID != "hostname-mismatch" || m.Producer != "java" || !strings.Contains(m.Fix[0], "underscore") {
		t.Errorf("%s by %s: %q", m.ID, m.Producer, m.Fix)
	}
	if !slices.ContainsFunc(m.Fix, func(line string) bool { return strings.Contains(line, "subjectAltName=DNS:db1.example.com") }) {
		t.Errorf("the steps do not name the host: %q", m.Fix)
	}
}

// TestCodes: the numbers of a failure are told with it.
func TestCodes(t *testing.T) {
	for text, want := range map[string][]string{
		"tlsv1 alert internal error:SSL alert number 80":           {"alert 80"},
		"certificate has expired":                                  {"X509_V_ERR 10"},
		"Verify return code: 20 (x)":                               {"X509_V_ERR 20"},
		"error:1408F10B:x":                                         {"error:1408F10B"},
		"SEC_E_UNTRUSTED_ROOT":                                     {"0x80090325"},
		"errSSLXCertChainInvalid":                                  {"OSStatus -9807"},
		"no SSL certificate provided by peer; connection rejected": {"log id 23255"},
		"Prematurely reached end of stream":                        nil,
	} {
		if diff := cmp.Diff(want, read(t, text).Matches[0].Codes); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// TestSituation: what the text says of the client and the server decides what comes
// first, and what is left out.
func TestSituation(t *testing.T) {
	const failure = " [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1129)"
	begins := func(prefix string) func(string) bool {
		return func(line string) bool { return strings.HasPrefix(line, prefix) }
	}
	for text, want := range map[string]string{
		"db.example.com:27017:" + failure: "Private CA",
		"/Library/Frameworks/Python.framework/Versions/3.9/lib/python3.9/ssl.py cluster0-shard-00-00.abcde.mongodb.net:27017:" + failure: "macOS with Python from python.org",
		"/usr/src/app/x.py db.example.com:27017:" + failure:              "Container without roots",
		"docdb.cluster-x.eu-west-1.docdb.amazonaws.com:27017:" + failure: "Amazon DocumentDB has CAs",
		"_cffi_ssl db.example.com:27017:" + failure:                      "PyPy",
	} {
		fix := read(t, text).Matches[0].Fix
		if !strings.HasPrefix(fix[0], want) {
			t.Errorf("%q begins with %q, want %s", text, fix[0], want)
		}
		if private := slices.ContainsFunc(fix, begins("Private CA")); private == strings.Contains(text, "mongodb.net") {
			t.Errorf("%q: a private CA is told of: %v", text, private)
		}
	}
}

func TestProducers(t *testing.T) {
	for text, want := range map[string]string{
		"certificate has expired": "unknown",
		"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1129)":               "pymongo",
		"MongoServerSelectionError: certificate has expired":                                                              "node",
		"CERT_HAS_EXPIRED at TLSSocket.onConnectSecure (node:_tls_wrap:1550:34)":                                          "node",
		"x509: certificate has expired or is not yet valid":                                                               "go",
		"java.security.cert.CertificateExpiredException: NotAfter: x":                                                     "java",
		"No suitable servers found: [TLS handshake failed: certificate verify failed (10): certificate has expired":       "c",
		"MongoDB\\Driver\\Exception\\ConnectionTimeoutException: No suitable servers found: [certificate has expired":     "php",
		"OpenSSL::SSL::SSLError: certificate verify failed (certificate has expired)":                                     "ruby",
		"System.Security.Authentication.AuthenticationException: the chain: NotTimeValid":                                 "csharp",
		"Kind: I/O error: invalid peer certificate: Expired, labels: {}":                                                  "rust",
		"mongosh 2.1: certificate has expired":                                                                            "mongosh",
		"2026-01-01T00:00:00.000+0000 E NETWORK  [conn5] SSL peer certificate validation failed: certificate has expired": "mongod",
		"curl: (60) SSL certificate problem: certificate has expired":                                                     "curl",
		"Verify return code: 10 (certificate has expired)":                                                                "openssl",
	} {
		if x := read(t, text); len(x.Matches) == 0 || x.Matches[0].Producer != want {
			t.Errorf("%q: %+v, want %s", text, x.Matches, want)
		}
	}
}

func moment(s string) *time.Time {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	at = at.UTC()
	return &at
}

// TestLog: a log is summed up by failure and client; lines of one connection count
// once, whichever of them names the client.
func TestLog(t *testing.T) {
	const structured = `{"t":{"$date":"2026-03-28T11:00:00.000+01:00"},"s":"I",  "c":"NETWORK",  "id":22943,   "ctx":"listener","msg":"Connection accepted","attr":{"remote":"10.0.0.7:40000","connectionId":1,"connectionCount":1}}
{"t":{"$date":"2026-03-28T11:00:01.000+01:00"},"s":"E",  "c":"NETWORK",  "id":23255,   "ctx":"conn1","msg":"No SSL certificate provided by peer; connection rejected"}
{"t":{"$date":"2026-03-28T11:00:01.001+01:00"},"s":"I",  "c":"NETWORK",  "id":22988,   "ctx":"conn1","msg":"Error receiving request from client. Ending connection from remote","attr":{"error":{"code":141,"codeName":"SSLHandshakeFailed","errmsg":"no SSL certificate provided by peer; connection rejected"},"remote":"10.0.0.7:40000","connectionId":1}}
{"t":{"$date":"2026-03-28T11:00:02.000+01:00"},"s":"I",  "c":"NETWORK",  "id":22988,   "ctx":"conn2","msg":"Error receiving request from client. Ending connection from remote","attr":{"error":{"code":141,"codeName":"SSLHandshakeFailed","errmsg":"no SSL certificate provided by peer; connection rejected"},"remote":"[2001:db8::7]:40000","connectionId":2}}
{"t":{"$date":"2026-03-28T11:00:03.000+01:00"},"s":"I",  "c":"NETWORK",  "id":22988,   "ctx":"conn3","msg":"Error receiving request from client. Ending connection from remote","attr":{"error":{"code":141,"codeName":"SSLHandshakeFailed","errmsg":"SSL handshake failed, as client requested disabled protocol"},"remote":"10.0.0.7:40001","connectionId":3}}
{"t":{"$date":"2026-03-28T11:00:04.000+01:00"},"s":"I",  "c":"COMMAND",  "id":51803,   "ctx":"conn4","msg":"Slow query","attr":{"ns":"a.b","command":{"find":"SSL certificate has expired"}}}
`
	x := read(t, structured)
	want := []*Seen{
		{2, moment("2026-03-28T10:00:01Z"), moment("2026-03-28T10:00:02Z"), []Client{{"10.0.0.7", 1}, {"2001:db8::7", 1}}, 0},
		{1, moment("2026-03-28T10:00:03Z"), moment("2026-03-28T10:00:03Z"), []Client{{"10.0.0.7", 1}}, 0},
	}
	var got []*Seen
	for _, m := range x.Matches {
		got = append(got, m.Seen)
	}
	if diff := cmp.Diff([]string{"client-cert-required certain", "protocol-version certain"}, told(x)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&Log{6, moment("2026-03-28T10:00:00Z"), moment("2026-03-28T10:00:04Z")}, x.Log); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

func TestLogInText(t *testing.T) {
	const text = `2020-09-02T16:16:51.746+0000 I  NETWORK  [listener] connection accepted from 10.244.1.17:35139 #3036 (7 connections now open)
2020-09-02T16:16:51.748+0000 I  NETWORK  [conn3036] Error receiving request from client: SSLHandshakeFailed: The server is configured to only allow SSL connections. Ending connection from 10.244.1.17:35139 (connection id: 3036)
2020-09-02T16:16:51.748+0000 I  NETWORK  [conn3036] end connection 10.244.1.17:35139 (6 connections now open)
`
	x := read(t, text)
	at := moment("2020-09-02T16:16:51.748Z")
	want := []Match{{ID: "plaintext-client", Confidence: Certain, Producer: "mongod", Codes: []string{"log id 22988"}, Seen: &Seen{1, at, at, []Client{{"10.244.1.17", 1}}, 0}}}
	ignore := cmp.FilterPath(func(p cmp.Path) bool {
		return slices.Contains([]string{"Title", "Evidence", "Why", "Fix", "Next"}, strings.TrimPrefix(p.Last().String(), "."))
	}, cmp.Ignore())
	if diff := cmp.Diff(want, x.Matches, ignore); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLongLog: what is longer than is looked at as a whole amounts to the same,
// wherever it is cut.
func TestLongLog(t *testing.T) {
	text := serverLog(8000, 4)
	if len(text) < 4*headSize {
		t.Fatalf("%d bytes", len(text))
	}
	x := read(t, text)
	if len(x.Matches) != 1 || x.Matches[0].ID != "plaintext-client" || x.Matches[0].Seen.Count != 2000 || x.Log.Lines != 8000 {
		t.Errorf("%v: %+v %+v", told(x), x.Matches[0].Seen, x.Log)
	}
	total := x.Matches[0].Seen.FurtherClients
	for _, c := range x.Matches[0].Seen.Clients {
		total += c.Count
	}
	if total != 2000 || len(x.Matches[0].Seen.Clients) != shownClients {
		t.Errorf("%d of 2000 are of an address; %d addresses are told", total, len(x.Matches[0].Seen.Clients))
	}
	// Without a line break at its end, and with a line that is too long.
	x = read(t, strings.Repeat("x", 3*headSize)+"\n"+strings.TrimSuffix(text, "\n"))
	if len(x.Matches) != 1 || x.Matches[0].Seen.Count != 2000 || x.Log.Lines != 8001 {
		t.Errorf("%v %+v", told(x), x.Log)
	}
}

func TestLongOtherLog(t *testing.T) {
	text := strings.Repeat("2026-01-01 INFO nothing to see\n", headSize/20) + "2026-01-01 ERROR MongoServerSelectionError: certificate has expired\n"
	if got := told(read(t, text)); len(got) == 0 || got[0] != "cert-expired likely" {
		t.Errorf("%v", got)
	}
}

func TestEntry(t *testing.T) {
	x, ok := Entry("cert-expired")
	if !ok || len(x.Matches) != 1 || x.Matches[0].ID != "cert-expired" || len(x.Matches[0].Texts) < 10 {
		t.Errorf("%+v", x)
	}
	if _, ok := Entry("no-such-entry"); ok {
		t.Error("there is an entry for what has none")
	}
	entries := Entries().Matches
	if len(entries) != len(finding.Catalogue()) {
		t.Errorf("%d of %d entries", len(entries), len(finding.Catalogue()))
	}
	if !slices.IsSortedFunc(entries, func(a, b Match) int { return strings.Compare(string(a.ID), string(b.ID)) }) {
		t.Error("entries are not in order")
	}
}

// TestNothingToTell: what is no failure is not told as one, though it has the words.
func TestNothingToTell(t *testing.T) {
	for _, text := range []string{
		"Connecting to: mongodb://127.0.0.1:27017/?directConnection=true&serverSelectionTimeoutMS=2000&appName=mongosh+2.1.1",
		"mongodb://u:p@h1:27017,h2:27017/db?tls=true&tlsCAFile=/etc/ssl/ca.pem&tlsCertificateKeyFile=/etc/ssl/client.pem&tlsAllowInvalidCertificates=true&replicaSet=rs0",
		"mongodb+srv://u:p@cluster0.abcde.mongodb.net/test?retryWrites=true&w=majority&ssl=true&connectTimeoutMS=3000",
		"mongodb://h/?authMechanism=MONGODB-X509&authSource=$external&tlsInsecure=true&tlsDisableOCSPEndpointCheck=true",
		"org.mongodb.driver.client - MongoClient with metadata {} created with settings MongoClientSettings{sslSettings=SslSettings{enabled=true, invalidHostNameAllowed=false, context=null}, connectTimeoutMS=10000}",
		"org.mongodb.driver.cluster - Cluster created with settings {hosts=[localhost:27017], mode=SINGLE, requiredClusterType=UNKNOWN, serverSelectionTimeout='30000 ms'}",
		"Certificate will not expire",
		"Automatically disabling TLS 1.0, to force-enable TLS 1.0 specify --sslDisabledProtocols 'none'",
		"Using MongoDB: 7.0.5",
		"MongoDB shell version v4.4.1",
		"mongosh \"mongodb://localhost:27017\" --tls --tlsCAFile ca.pem",
		"2019-01-01T00:00:00.000+0000 I NETWORK  [listener] connection accepted from 10.0.0.1:5511 #12 (1 connection now open)",
		"INFO: application started on port 8080, TLS enabled, certificate loaded from /etc/ssl/app.pem",
		"const client = new MongoClient(uri, { tls: true, tlsCAFile: '/app/ca.pem' })",
		"Successfully connected to MongoDB with TLS 1.3",
		"    at TLSSocket.<anonymous> (/app/node_modules/mongodb/lib/cmap/connect.js:370:20)",
		"  File \"/usr/lib/python3.11/ssl.py\", line 1108, in do_handshake",
		"net:\n  tls:\n    mode: requireTLS\n    certificateKeyFile: /etc/ssl/mongodb.pem\n    CAFile: /etc/ssl/ca.pem",
	} {
		if x := read(t, text); len(x.Matches) > 0 {
			t.Errorf("%q is told as %s", text, x.Matches[0].ID)
		}
	}
}
