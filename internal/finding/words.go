package finding

import (
	"fmt"
	"maps"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/fact"
)

// general are the placeholders where nothing was observed, as a reader of the
// catalogue sees them.
var general = map[string]string{
	"endpoint": "HOST:PORT", "host": "HOST", "port": "PORT", "name": "NAME", "certname": "NAME",
	"dial": "HOST:PORT", "dialhost": "HOST", "dialport": "PORT",
	"srv": "_mongodb._tcp.HOST", "srvhost": "HOST", "tlsuri": "mongodb://HOST:PORT/?tls=true",
	"options": "tlsInsecure", "names": "see the certificate", "issuer": "its issuer",
	"cafile": "ca.pem", "file": "FILE", "url": "the responder", "crlfile": "crl.pem", "keyfile": "client.pem",
	"filehint": "convert other forms first.", "encodeduser": "CN%3Dapp%2CO%3DAcme",
	"seedhost": "HOST", "seedport": "PORT", "santype": "DNS", "otheruri": "mongodb+srv://HOST/",
}

// placeholders are those that every finding of an endpoint can fill.
func placeholders(t *fact.Target, e *fact.Endpoint) map[string]string {
	port := strconv.Itoa(e.Port)
	endpoint := fact.HostPort(e.Host, e.Port)
	dial, dialhost, dialport := endpoint, e.Host, port
	if t.Options.Connect != "" {
		dial = t.Options.Connect
		dialhost, dialport = splitHostPort(dial)
	}
	v := map[string]string{
		"endpoint": endpoint, "host": e.Host, "port": port, "name": e.ServerName,
		"dial": dial, "dialhost": dialhost, "dialport": dialport,
		"tlsuri": "mongodb://" + endpoint + "/?tls=true",
	}
	if isIP(e.ServerName) {
		v["santype"] = "IP"
	}
	if len(t.Endpoints) > 0 {
		v["seedhost"], v["seedport"] = t.Endpoints[0].Host, strconv.Itoa(t.Endpoints[0].Port)
	}
	if f := t.Options.TLSCAFile; f != "" {
		v["cafile"] = f
	}
	if f := t.Options.TLSCertificateKeyFile; f != "" {
		v["keyfile"] = f
	}
	return v
}

func merged(a, b map[string]string) map[string]string {
	m := maps.Clone(a)
	if m == nil {
		m = map[string]string{}
	}
	maps.Copy(m, b)
	return m
}

// fill puts values into the placeholders of a text. In a command, which is a
// text that begins with "$ ", they are quoted for a POSIX shell: some come from
// the network, and the command is meant to be pasted.
func fill(text string, values map[string]string) string {
	command := strings.HasPrefix(text, "$ ")
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		key := text[open+1 : open+end]
		value, ok := valueOf(key, values)
		b.WriteString(text[:open])
		switch {
		case key == "sni":
			b.WriteString(sniFlag(values))
		case !ok:
			b.WriteString(text[open : open+end+1])
		case command:
			b.WriteString(shellQuote(value))
		default:
			b.WriteString(value)
		}
		text = text[open+end+1:]
	}
	b.WriteString(text)
	return b.String()
}

// valueOf is a placeholder's value, or what stands for it in general.
func valueOf(key string, values map[string]string) (string, bool) {
	if value, ok := values[key]; ok && value != "" {
		return value, true
	}
	value, ok := general[key]
	return value, ok
}

// sniFlag is how openssl s_client is told the server name, which an address is
// not (RFC 6066 section 3).
func sniFlag(values map[string]string) string {
	name, _ := valueOf("name", values)
	if isIP(name) {
		return "-noservername"
	}
	return "-servername " + shellQuote(strings.TrimSuffix(name, "."))
}

// splitHostPort takes apart what fact.HostPort makes. Without a port the port is
// empty.
func splitHostPort(s string) (host, port string) {
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		s, port = s[:i], s[i+1:]
	}
	return strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"), port
}

func fillAll(texts []string, values map[string]string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = fill(text, values)
	}
	return out
}

// shellQuote makes a word of a POSIX shell of s.
func shellQuote(s string) string {
	plain := s != "" && !strings.HasPrefix(s, "-")
	for _, r := range s {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/@%+,=-", r) {
			plain = false
		}
	}
	if plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// span words a duration by its largest unit that tells enough: "12 days".
func span(d time.Duration) string {
	d = d.Abs()
	unit := func(n int64, name string) string {
		if n == 1 {
			return "1 " + name
		}
		return fmt.Sprintf("%d %ss", n, name)
	}
	switch {
	case d < time.Minute:
		return unit(int64(d/time.Second), "second")
	case d < time.Hour:
		return unit(int64(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return unit(int64(d/time.Hour), "hour")
	}
	return unit(int64(d/(24*time.Hour)), "day")
}

// stamp writes a time as reports do.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// listed joins names for a sentence, at most eight of them.
func listed(names []string) string {
	const most = 8
	if len(names) == 0 {
		return "none"
	}
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// srvHost is the name behind the service labels of an SRV name.
func srvHost(name string) string {
	for range 2 {
		if strings.HasPrefix(name, "_") {
			_, name, _ = strings.Cut(name, ".")
		}
	}
	return name
}

// isIP reports whether a name is an address.
func isIP(name string) bool {
	_, err := netip.ParseAddr(name)
	return err == nil
}

// alertWords names an alert for a sentence.
func alertWords(a *fact.Alert) string {
	if a == nil {
		return "an alert"
	}
	return fmt.Sprintf("alert %s (%d)", a.Name, a.Code)
}
