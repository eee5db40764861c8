package explain

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// facts are what a text says of the case beside the failure.
type facts struct {
	// endpoints are the servers named, host:port, in their order; a name without a
	// port has the default one.
	endpoints []string
	// srv is the name of a mongodb+srv connection string, or of the SRV record.
	srv string
	// atlas is whether a server of MongoDB Atlas is named, or Atlas itself; docdb is
	// that of Amazon DocumentDB.
	atlas, docdb bool
	// names are what the certificate is for, name what the client dialled.
	names, name string
	// file is the file that the text speaks of.
	file string
	// caFile and keyFile are those of a connection string.
	caFile, keyFile string
	// java is the version of the JDK, "11.0.2" or "1.8.0_201"; empty where not named.
	java string
	// mac and container are where the client runs, pypy whether it is PyPy.
	mac, container, pypy bool
}

const maxEndpoints = 8

// expressions are what names a server, a file or a version. They are Go's, which
// take linear time, and are made when the first text is looked at.
type expressions struct {
	connectionURI, srvRecord, hostAndPort, hostTuple, nodeAddress, hostName, atlasName, javaVersion, pemFile *regexp.Regexp
}

var theExpressions = sync.OnceValue(func() *expressions {
	return &expressions{
		connectionURI: regexp.MustCompile(`mongodb(\+srv)?://(?:\*\*\*:\*\*\*@)?([^\s/?"'<>` + "`" + `|]+)(?:/([^\s"'<>` + "`" + `|]*))?`),
		srvRecord:     regexp.MustCompile(`_mongodb\._tcp\.([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)`),
		hostAndPort:   regexp.MustCompile(`(?i)(?:^|[\s'"(\[/=@,>:])((?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z]\.?|localhost|[a-z][a-z0-9-]*|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[[0-9a-f:.]+\]):(\d{2,5})\b`),
		hostTuple:     regexp.MustCompile(`\(u?'([^'\s]{1,253})', (\d{2,5})\)`),
		nodeAddress:   regexp.MustCompile(`address: '([0-9a-fA-F.:]+)',\s+port: (\d{2,5})`),
		hostName:      regexp.MustCompile(`(?i)(?:getaddrinfo ENOTFOUND|getaddrinfo EAI_AGAIN|UnknownHostException:|lookup|resolve|hostname:|address for) '?((?:[a-z0-9_-]+\.)+[a-z0-9-]*[a-z]|localhost)\b`),
		atlasName:     regexp.MustCompile(`(?i)\b([a-z0-9-]+(?:\.[a-z0-9-]+)*\.mongodb\.net)\b`),
		javaVersion:   regexp.MustCompile(`(?i)\b(?:jdk|jre|java|openjdk|java\.version)[-_ /=:"]{1,3}(?:version )?"?((?:1\.[678]\.0_\d+|(?:9|1\d|2\d)(?:\.\d+){1,3}))`),
		pemFile:       regexp.MustCompile(`(?i)'([^'"]{1,200}\.(?:pem|crt|cer|key|p12|pfx|jks|crl))'|"([^'"]{1,200}\.(?:pem|crt|cer|key|p12|pfx|jks|crl))"|[( :=]((?:[a-z]:\\|\.{0,2}/)?[^\s'"():,;<>|=&]{1,200}\.(?:pem|crt|cer|key|p12|pfx|jks|crl))\b`),
	}
})

// gather collects the facts of a text, which is normalised.
func gather(text string) *facts {
	f := &facts{}
	f.connectionStrings(text)
	// What an expression needs is looked for first: that is a hundred times faster.
	if strings.Contains(text, "_mongodb._tcp.") {
		if m := theExpressions().srvRecord.FindStringSubmatch(text); m != nil && f.srv == "" {
			f.srv = m[1]
		}
	}
	if strings.Contains(text, "('") || strings.Contains(text, "(u'") {
		for _, m := range theExpressions().hostTuple.FindAllStringSubmatch(text, maxEndpoints) {
			f.add(m[1], m[2])
		}
	}
	f.hostsAndPorts(text)
	if strings.Contains(text, "address: '") {
		for _, m := range theExpressions().nodeAddress.FindAllStringSubmatch(text, maxEndpoints) {
			f.add(m[1], m[2])
		}
	}
	if len(f.endpoints) == 0 {
		for _, m := range theExpressions().hostName.FindAllStringSubmatch(text, maxEndpoints) {
			if !strings.HasPrefix(m[1], "_mongodb") {
				f.add(m[1], defaultPort)
			}
		}
	}
	if len(f.endpoints) == 0 && f.srv == "" && strings.Contains(text, ".mongodb.net") {
		if m := theExpressions().atlasName.FindStringSubmatch(text); m != nil {
			if strings.Contains(m[1], "-shard-") || strings.Contains(m[1], "-lb.") {
				f.add(m[1], defaultPort)
			} else {
				f.srv = m[1]
			}
		}
	}
	f.surroundings(text)
	return f
}

// connectionStrings reads the connection strings of the text.
func (f *facts) connectionStrings(text string) {
	if !strings.Contains(text, "mongodb") {
		return
	}
	for _, m := range theExpressions().connectionURI.FindAllStringSubmatch(text, maxEndpoints) {
		if m[1] != "" {
			if f.srv == "" {
				f.srv = strings.TrimRight(m[2], ".,;:)")
			}
		} else {
			for _, host := range strings.Split(m[2], ",") {
				name, port := cutPort(strings.TrimRight(host, ".,;)"))
				f.add(name, port)
			}
		}
		_, query, _ := strings.Cut(m[3], "?")
		for option := range strings.SplitSeq(query, "&") {
			key, value, _ := strings.Cut(option, "=")
			if unescaped, err := url.QueryUnescape(value); err == nil {
				value = unescaped
			}
			switch strings.ToLower(key) {
			case "tlscafile", "ssl_ca_certs", "sslcertificateauthorityfile":
				f.caFile = value
			case "tlscertificatekeyfile", "ssl_certfile", "sslclientcertificatekeyfile":
				f.keyFile = value
			}
		}
	}
}

// hostsAndPorts reads host:port wherever it stands, but for the client's side of a
// connection and for lines of source files.
func (f *facts) hostsAndPorts(text string) {
	for _, m := range theExpressions().hostAndPort.FindAllStringSubmatchIndex(text, 64) {
		before, host, port, after := text[:m[2]], text[m[2]:m[3]], text[m[4]:m[5]], text[m[5]:]
		if isSource(host) || isClientSide(before, after) || strings.HasPrefix(after, ":") && !strings.HasPrefix(after, ": ") {
			continue
		}
		if !strings.ContainsAny(host, ".[") && host != "localhost" && !isServerName(before, port) {
			continue
		}
		f.add(host, port)
	}
}

// isSource reports whether a name is that of a source file: _ssl.c:1056.
func isSource(name string) bool {
	i := strings.LastIndexByte(name, '.')
	return i >= 0 && slices.Contains(strings.Fields("js mjs cjs ts jsx tsx c cc cpp h java kt scala go py pyc pyx rb rs cs php erl ex exs pl pm lua swift m html json log yml yaml conf so dll"), strings.ToLower(name[i+1:]))
}

// isClientSide reports whether an address is that of who connected.
func isClientSide(before, after string) bool {
	before = strings.ToLower(strings.TrimRight(before[max(0, len(before)-24):], ` "':([`))
	for _, word := range []string{" from", "remote", "client", "end connection", "read tcp", "write tcp", "accepted from", "error from", "peer"} {
		if strings.HasSuffix(before, word) {
			return !strings.HasSuffix(before, "tcp") || strings.HasPrefix(after, "->")
		}
	}
	return strings.HasPrefix(after, "->")
}

// isServerName reports whether a single word before a port can be a host's name:
// by the port, or by what is said before it.
func isServerName(before, port string) bool {
	if len(port) == 5 && strings.HasPrefix(port, "270") {
		return true
	}
	before = strings.TrimRight(before, " '\"[")
	for _, word := range []string{"address=", "to", "on", "server", "Addr:", "Address:", "failed:", "connect", "ECONNREFUSED"} {
		if strings.HasSuffix(before, word) {
			return true
		}
	}
	return false
}

// add takes a server down once.
func (f *facts) add(host, port string) {
	host = strings.TrimSuffix(strings.Trim(host, "[]"), ".")
	n, err := strconv.Atoi(port)
	if host == "" || strings.Contains(host, "*") || err != nil || n < 1 || n > 65535 || len(f.endpoints) == maxEndpoints || host == "0.0.0.0" && len(f.endpoints) > 0 {
		return
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	f.endpoints = appendNew(f.endpoints, host+":"+port)
}

// isHostName reports whether a word can be the name or the address of a host. What
// a text calls so can be anything.
func isHostName(s string) bool {
	return s != "" && len(s) <= 253 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:") == "" && strings.Trim(s, ".-_:") != ""
}

func cutPort(s string) (host, port string) {
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		return s[:i], s[i+1:]
	}
	return s, defaultPort
}

// surroundings reads where the client runs and what it connects to.
func (f *facts) surroundings(text string) {
	lower := strings.ToLower(text)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(lower, w) })
	}
	f.atlas = has(".mongodb.net", "atlas")
	f.docdb = has("docdb.amazonaws.com", "docdb-elastic", "documentdb")
	f.mac = has("/library/frameworks/python.framework", "/users/", "darwin", "macos", "/opt/homebrew", "/applications/")
	f.container = has("/usr/src/app", "/app/", "docker", "container", "kubernetes", "alpine", "/usr/local/lib/python", "svc.cluster.local", "pod/", "k8s")
	f.pypy = has("pypy", "_cffi_ssl")
	if has("java", "jdk", "jre") {
		if m := theExpressions().javaVersion.FindStringSubmatch(text); m != nil {
			f.java = m[1]
		}
	}
	if has(".pem", ".crt", ".cer", ".key", ".p12", ".pfx", ".jks", ".crl") {
		if m := theExpressions().pemFile.FindStringSubmatch(text); m != nil {
			f.file = m[1] + m[2] + m[3]
		}
	}
}

// learn takes over what the placeholders of a recognised text stand for.
func (f *facts) learn(values map[string]string) {
	if v := strings.Trim(strings.TrimSuffix(values["host"], "."), "[]"); f.name == "" && isHostName(v) {
		f.name = v
		if host, port := cutPort(v); !strings.Contains(host, ":") && strings.Contains(v, ":") && port != "" {
			f.name = host
		}
	}
	if v := values["names"]; v != "" && f.names == "" {
		f.names = strings.NewReplacer("DNS:", "", "IP Address:", "", "'", "", "[", "", "]", "", "(", "", ")", "").Replace(v)
	}
	if v := values["file"]; v != "" && f.file == "" {
		f.file = v
	}
}
