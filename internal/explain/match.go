package explain

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/finding"
)

// defaultPort is MongoDB's.
const defaultPort = "27017"

// match words a candidate with the facts of the text.
func (f *facts) match(c candidate) Match {
	e, ok := finding.Lookup(c.id)
	if !ok {
		e = finding.Entry{ID: c.id, Title: string(c.id)}
	}
	why, fix := e.Told(c.producer, f.values())
	return Match{
		ID: c.id, Title: e.Title, Confidence: c.confidence, Evidence: c.evidence, Producer: c.producer,
		Codes: c.codes, Why: why, Fix: f.inSituation(fix), Next: f.next(c.id),
	}
}

// values are the facts as placeholders of the catalogue.
func (f *facts) values() map[string]string {
	v := map[string]string{"names": f.names, "file": f.file, "cafile": f.caFile, "keyfile": f.keyFile}
	if len(f.endpoints) > 0 {
		v["endpoint"] = f.endpoints[0]
		v["host"], v["port"] = cutPort(f.endpoints[0])
		v["host"] = strings.Trim(v["host"], "[]")
		v["tlsuri"] = "mongodb://" + f.endpoints[0] + "/?tls=true"
	}
	if f.name != "" {
		v["name"] = f.name
		if len(f.endpoints) == 0 {
			v["host"], v["port"] = strings.Trim(f.name, "[]"), defaultPort
			v["endpoint"] = f.targets("")[0]
			v["tlsuri"] = "mongodb://" + v["endpoint"] + "/?tls=true"
		}
	}
	if first, _, _ := strings.Cut(f.names, ","); first != "" {
		v["certname"] = strings.TrimPrefix(strings.TrimSpace(first), "*.")
	}
	if f.srv != "" {
		v["srv"], v["srvhost"] = "_mongodb._tcp."+f.srv, f.srv
		if len(f.endpoints) == 0 {
			v["endpoint"] = "mongodb+srv://" + f.srv + "/"
		}
	}
	return v
}

// maxNext bounds Match.Next.
const maxNext = 4

// next are the commands that show whether a finding is so.
func (f *facts) next(id finding.ID) []string {
	switch id {
	case "key-file-no-key", "key-file-no-certificate", "key-mismatch", "key-password-required", "key-password-wrong", "key-format", "key-encryption", "file-unreadable", "ca-file-invalid", "crl-file-invalid", "wrong-file", "ca-file-private-key", "server-misconfigured", "cert-malformed":
		return []string{"mongotls cert " + quoted(f.file, "FILE")}
	case "client-cert-expired", "client-cert-purpose":
		return []string{"mongotls cert " + quoted(f.keyFile, "client.pem") + " --as client"}
	case "purpose-client-auth":
		return []string{"mongotls cert " + quoted(f.keyFile, "member.pem") + " --as member"}
	case "x509-user-mismatch", "client-cert-cluster-member":
		return []string{"mongotls cert " + quoted(f.keyFile, "client.pem") + " server.pem"}
	}
	flags := ""
	switch id {
	case "issuer-unknown", "self-signed-root-untrusted", "self-signed-leaf", "ca-file-mismatch", "intermediate-missing", "client-rejected-certificate":
		if f.caFile != "" || !f.atlas {
			flags = " --tlsCAFile " + quoted(f.caFile, "ca.pem")
		}
	case "client-cert-required", "client-cert-rejected", "client-cert-untrusted":
		flags = " --tlsCertificateKeyFile " + quoted(f.keyFile, "client.pem")
		if f.caFile != "" {
			flags += " --tlsCAFile " + quoted(f.caFile, "")
		}
	}
	// What the server has instead is seen by asking for all.
	if id == "no-shared-cipher" || id == "dh-too-small" || id == "weak-cipher-enabled" {
		flags = " --scan"
	}
	var list []string
	for _, target := range f.targets(id) {
		if len(list) == maxNext {
			break
		}
		list = append(list, "mongotls check "+finding.ShellQuote(target)+flags)
	}
	return list
}

// targets are the servers of the text, as check takes them.
func (f *facts) targets(id finding.ID) []string {
	var list []string
	if f.srv != "" && (len(f.endpoints) == 0 || strings.HasPrefix(string(id), "srv-") || strings.HasPrefix(string(id), "dns-")) {
		list = append(list, "mongodb+srv://"+f.srv+"/")
	}
	if len(list) == 0 || !isReaching(id) {
		list = append(list, f.endpoints...)
	}
	if len(list) == 0 && f.name != "" {
		name := f.name
		if a, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil && a.Is6() {
			name = "[" + strings.Trim(name, "[]") + "]"
		}
		list = append(list, name+":"+defaultPort)
	}
	if len(list) == 0 {
		list = []string{"HOST:PORT"}
	}
	return slices.Compact(list)
}

func quoted(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return finding.ShellQuote(value)
}
