// Package symptom holds the texts by which TLS libraries, drivers, tools and
// mongod show each failure class. check predicts from them what a driver would
// show, and explain recognises pasted text by them, so that the two cannot drift
// apart.
//
// A text is literal but for placeholders in braces, which stand for what belongs
// to the case: {host}, {name}, {time}, {n}, {hex}. The package is data: it
// imports nothing of this module and does no I/O.
package symptom

import (
	"slices"
	"strings"
)

// Producer is who words a text.
type Producer string

// The producers: TLS libraries, the runtimes that word their errors anew, drivers
// and tools, and the server.
const (
	OpenSSL   Producer = "openssl"
	Python    Producer = "python"
	Python311 Producer = "python-3.11"
	PyOpenSSL Producer = "pyopenssl"
	// ServiceIdentity18 is service-identity before 23.1.
	ServiceIdentity18 Producer = "service-identity-18"
	NodeJS            Producer = "node"
	// NodeJS24 is Node.js on OpenSSL 3.2 and later, which calls alerts of SSL 3.0
	// otherwise.
	NodeJS24        Producer = "node-24"
	Go              Producer = "go"
	JSSE            Producer = "jsse"
	DotNet          Producer = "dotnet"
	Rustls          Producer = "rustls"
	SChannel        Producer = "schannel"
	SecureTransport Producer = "securetransport"
	RubyOpenSSL     Producer = "ruby-openssl"

	PyMongo     Producer = "pymongo"
	NodeDriver  Producer = "node-driver"
	GoDriver    Producer = "go-driver"
	JavaDriver  Producer = "java-driver"
	Libmongoc   Producer = "libmongoc"
	CSharp      Producer = "csharp"
	RustDriver  Producer = "rust-driver"
	RubyDriver  Producer = "ruby-driver"
	PyMongo3    Producer = "pymongo-3"
	RubyDriver2 Producer = "ruby-driver-2.5"
	OperatingOS Producer = "os"
	Mongod      Producer = "mongod"
)

// Symptom is one text by which one producer shows one failure class.
type Symptom struct {
	// IDs are the findings that the text may stand for, most likely first. A
	// table leaves it out where Event has them.
	IDs []string
	// Producer is who words it.
	Producer Producer
	// Event is what befell the client, by which a prediction looks the text up;
	// empty for a text that is only recognised.
	Event Event
	// Text is the text, with placeholders.
	Text string
	// Whole is whether the driver writes nothing around it that it writes around
	// others.
	Whole bool
	// Code is the name or number shown beside it, where there is one:
	// CERT_HAS_EXPIRED, an X509_V_ERR number, the id of a mongod log line.
	Code string
}

// Unknown stands in a rendered text for what is not known of the case.
const Unknown = "…"

// All returns every symptom, by producer in no order that means anything.
func All() []Symptom { return slices.Clone(all) }

// all is made once: the tables are constant.
var all = collect()

func collect() []Symptom {
	list := slices.Concat(
		openssl, opensslAlerts, python, python311, serviceIdentity18, pyOpenSSL, openssl32, node, node24, golang, jsse, dotnet, rustls, schannel, secureTransport,
		pymongo, pymongo3, nodeDriver, goDriver, javaDriver, libmongoc, csharp, rustDriver, rubyOpenSSL, rubyDriver, rubyDriver2,
		operatingSystem, mongod,
	)
	for i := range list {
		if list[i].IDs == nil {
			list[i].IDs = list[i].Event.IDs()
		}
	}
	return list
}

// Find returns the first symptom by which one of the producers shows an event;
// the producers are asked in their order.
func Find(event Event, producers ...Producer) (Symptom, bool) {
	for _, p := range producers {
		for _, s := range all {
			if s.Producer == p && s.Event == event {
				return s, true
			}
		}
	}
	return Symptom{}, false
}

// Recognise returns the symptom of the producer that matches most of the text.
func Recognise(producer Producer, text string) (Symptom, bool) {
	var best Symptom
	found := false
	for _, s := range all {
		if s.Producer != producer || found && len(s.Text) <= len(best.Text) {
			continue
		}
		if _, ok := s.Match(text); ok {
			best, found = s, true
		}
	}
	return best, found
}

// Render fills the placeholders in; those without a value become Unknown.
func (s Symptom) Render(values map[string]string) string {
	return Fill(s.Text, values)
}

// Fill puts values in place of the placeholders of a template, and Unknown where
// there is no value. What a value holds is not looked at again.
func Fill(template string, values map[string]string) string {
	var b strings.Builder
	for _, part := range split(template) {
		b.WriteString(part.literal)
		if part.name == "" {
			continue
		}
		value, ok := values[part.name]
		if !ok {
			value = Unknown
		}
		b.WriteString(value)
	}
	return b.String()
}

// part is literal text and the placeholder behind it.
type part struct {
	literal, name string
}

// split takes a template apart. Braces that hold anything but small letters are
// literal, as Java's and Go's are.
func split(template string) []part {
	var parts []part
	literal := 0
	for at := 0; at < len(template); at++ {
		if template[at] != '{' {
			continue
		}
		end := strings.IndexByte(template[at:], '}')
		if end < 2 || strings.ContainsFunc(template[at+1:at+end], func(r rune) bool { return r < 'a' || r > 'z' }) {
			continue
		}
		parts = append(parts, part{template[literal:at], template[at+1 : at+end]})
		at += end
		literal = at + 1
	}
	return append(parts, part{literal: template[literal:]})
}
