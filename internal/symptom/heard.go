package symptom

import (
	"slices"
	"strings"
)

// The producers that no prediction is made for, and whose texts are only
// recognised.
const (
	MongoShell Producer = "mongo-shell"
	Mongoose   Producer = "mongoose"
	Erlang     Producer = "erlang"
	BoringSSL  Producer = "boringssl"
	GnuTLS     Producer = "gnutls"
	PHP        Producer = "php"
	Perl       Producer = "perl"
	// Anyone words it so: several producers, or who is not known.
	Anyone Producer = "unknown"
)

// Heard returns the texts that are only recognised: those of older versions, of
// tools and libraries that nothing is predicted of, and what is around a cause.
// They are compared without regard to case, and "_" and "-" are as good as a
// space in them. Where All has the same text, what Heard makes of it counts:
// a prediction knows the case, a reader does not.
func Heard() []Symptom { return heardTexts() }

func heardTexts() []Symptom {
	return slices.Concat(
		heardVerify(), heardReasons(), heardAlerts(),
		heardPython(), heardNode(), heardJava(), heardDotNet(), heardGo(), heardRust(), heardErlang(), heardOthers(),
		heardWindows(), heardApple(),
		heardServer(), heardStartup(), heardShell(),
		heardNames(), heardNetwork(), heardTranslated(), heardClosed(), heardTimeouts(), heardReplies(), heardOpaque(),
		heardFiles(), heardOptions(), heardDependencies(),
		heardElse(),
	)
}

// heard makes symptoms of texts that stand for the same findings, which are
// separated by spaces, most likely first.
func heard(p Producer, ids string, texts ...string) []Symptom {
	list := make([]Symptom, len(texts))
	split := strings.Fields(ids)
	for i, text := range texts {
		list[i] = Symptom{Producer: p, IDs: split, Text: text}
	}
	return list
}

// Part is literal text of a symptom and the name of the placeholder behind it,
// which the last has not.
type Part struct{ Literal, Name string }

// Parts takes a symptom's text apart.
func Parts(text string) []Part {
	var list []Part
	for _, p := range split(text) {
		list = append(list, Part{p.literal, p.name})
	}
	return list
}
