package symptom

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTables holds every symptom to what users of the package rely on.
func TestTables(t *testing.T) {
	type key struct {
		producer Producer
		text     string
		event    Event
	}
	seen := map[key]bool{}
	for _, s := range All() {
		if len(s.IDs) == 0 || s.Producer == "" {
			t.Errorf("%+v names no finding or no producer", s)
		}
		k := key{s.Producer, s.Text, s.Event}
		if seen[k] {
			t.Errorf("%+v is there twice", k)
		}
		seen[k] = true
		if split(s.Text)[0].literal == "" && s.Text != "{error}" {
			t.Errorf("%q begins with a placeholder: nothing can be looked for", s.Text)
		}
		for _, name := range []string{"alert", "error"} {
			if strings.Contains(s.Text, "{"+name+"}") {
				t.Errorf("%q has the placeholder %s of a table", s.Text, name)
			}
		}
	}
}

// TestRoundTrip finds every text, with values, in the middle of another.
func TestRoundTrip(t *testing.T) {
	for _, s := range All() {
		values := map[string]string{}
		for _, p := range split(s.Text) {
			if p.name != "" {
				values[p.name] = "a value of " + p.name
			}
		}
		text := "before: " + s.Render(values) + "\nbehind"
		got, ok := s.Match(text)
		if diff := cmp.Diff(values, got); !ok || diff != "" {
			t.Errorf("%q in %q: %v (-want +got):\n%s", s.Text, text, ok, diff)
		}
	}
}

func TestMatch(t *testing.T) {
	s := Symptom{Text: "lookup {host} on {name}: no such host"}
	tests := []struct {
		name, text string
		want       map[string]string
	}{
		{"plain", "dial tcp: lookup db.example.com on 127.0.0.11:53: no such host", map[string]string{"host": "db.example.com", "name": "127.0.0.11:53"}},
		{"second occurrence of the beginning", "lookup \nlookup a on b: no such host", map[string]string{"host": "a", "name": "b"}},
		{"over two lines", "lookup a\n on b: no such host", nil},
		{"empty value", "lookup  on b: no such host", nil},
		{"too long", "lookup " + strings.Repeat("a", maxValue+1) + " on b: no such host", nil},
		{"cut off", "lookup a on b: no such", nil},
		{"empty", "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := s.Match(test.text)
			if diff := cmp.Diff(test.want, got); ok != (test.want != nil) || diff != "" {
				t.Errorf("Match = %v (-want +got):\n%s", ok, diff)
			}
		})
	}
}

// TestMatchTime: a text that repeats the beginning must not cost its square.
func TestMatchTime(t *testing.T) {
	s := Symptom{Text: "a {x} b {y} c"}
	start := time.Now()
	if _, ok := s.Match(strings.Repeat("a x b y ", 1<<17)); ok {
		t.Error("found what is not there")
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %v for a megabyte", took)
	}
}

func TestFill(t *testing.T) {
	got := Fill("[{host}]:{port}: {a.b} {} {error} {HOST}", map[string]string{"host": "{port}", "error": "{host}"})
	if want := "[{port}]:…: {a.b} {} {host} {HOST}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWithin(t *testing.T) {
	tests := []struct {
		rendered, observed string
		want               bool
	}{
		{"certificate has expired (_ssl.c:…)", "x certificate has expired (_ssl.c:1006) y", true},
		{"a … b", "a b", false},
		{"a…b…c", "a1b2c", true},
		{"a…b…c", "a1c2b", false},
	}
	for _, test := range tests {
		if got := Within(test.rendered, test.observed); got != test.want {
			t.Errorf("Within(%q, %q) = %v", test.rendered, test.observed, got)
		}
	}
}

func TestWrap(t *testing.T) {
	values := map[string]string{"host": "db1", "port": "27017"}
	tests := []struct {
		producer Producer
		stage    Stage
		want     string
	}{
		{PyMongo, StageHandshake, "SSL handshake failed: db1:27017: E"},
		{JavaDriver, StageReply, "com.mongodb.MongoSocketReadException: Exception receiving message}, caused by {E}"},
		{RubyDriver, StageVerify, "Error checking db1:27017: Mongo::Error::SocketError: OpenSSL::SSL::SSLError: SSL_connect …: E"},
		{Mongod, StageReply, "E"},
	}
	for _, test := range tests {
		if got := Wrap(test.producer, test.stage, "E", values); got != test.want {
			t.Errorf("%s at %s: got %q, want %q", test.producer, test.stage, got, test.want)
		}
	}
}

// TestFind: a prediction finds the words of each library, and what is recognised
// is the longest.
func TestFind(t *testing.T) {
	tests := []struct {
		producer Producer
		event    Event
		want     string
	}{
		{Python, Alert(40), "[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure (_ssl.c:{n})"},
		{NodeJS, Alert(80), ":error:0A000438:SSL routines:{function}:tlsv1 alert internal error:{path}:{n}:SSL alert number 80"},
		{Libmongoc, Verify(10), "TLS handshake failed: certificate verify failed (10): certificate has expired"},
		{Libmongoc, NotTLS, "TLS handshake failed: error:0A00010B:SSL routines::wrong version number"},
		{RubyOpenSSL, Verify(62), "certificate verify failed (hostname mismatch)"},
	}
	for _, test := range tests {
		got, ok := Find(test.event, test.producer)
		if !ok || got.Text != test.want {
			t.Errorf("%s of %s: %q, want %q", test.event, test.producer, got.Text, test.want)
		}
	}
	got, ok := Recognise(OpenSSL, "error 19: self-signed certificate in certificate chain")
	if want := []string{"self-signed-root-untrusted", "ca-file-mismatch"}; !ok || !cmp.Equal(got.IDs, want) {
		t.Errorf("recognised %+v", got)
	}
}
