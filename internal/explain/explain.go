// Package explain recognises failures in text that a user has: an error message, a
// stack trace, a server's log. What it answers with is the catalogue of package
// finding; what it recognises by is that of package symptom. It is pure: it reads
// what it is given, and contacts nothing.
package explain

import (
	"time"

	"github.com/mongotls/mongotls/internal/finding"
)

// Schema identifies the JSON of an Explanation.
const Schema = "mongotls.explanation/v1"

// Confidence says how sure a match is.
type Confidence string

// The confidences. Certain: the text says so. Likely: the text says what this most
// often is. Possible: one of several that the text does not tell apart.
const (
	Certain  Confidence = "certain"
	Likely   Confidence = "likely"
	Possible Confidence = "possible"
)

// Explanation is what a text was recognised as.
type Explanation struct {
	Schema string `json:"schema"`
	// Matches are ordered, the most telling first; empty when nothing was
	// recognised.
	Matches []Match `json:"matches"`
	// Log sums up a text that was read as a log; nil for any other.
	Log *Log `json:"log,omitempty"`
}

// Match is a failure class that the text shows, or may show.
type Match struct {
	ID         finding.ID `json:"id"`
	Title      string     `json:"title"`
	Confidence Confidence `json:"confidence"`
	// Evidence is the part of the text that says so, in one line. A candidate has
	// that of what it may have caused.
	Evidence string `json:"evidence"`
	// Producer is who worded the text: a driver, a tool, the server or a library;
	// "unknown" where the text does not say.
	Producer string `json:"producer"`
	// Codes are the numbers that the text names the failure by, or that its words
	// have: "alert 80", "X509_V_ERR 20", "log id 22988"; nil where it has none.
	Codes []string `json:"codes,omitempty"`
	Why   string   `json:"why"`
	// Fix is what to do, most likely first, for the producer before what holds for
	// all. A line that begins with "$ " is a command.
	Fix []string `json:"fix"`
	// Next are commands that confirm it, or decide between candidates. What they
	// hold of the text is quoted for a POSIX shell.
	Next []string `json:"next"`
	// Seen is how often, when and to whom it happened; nil but for a log.
	Seen *Seen `json:"seen,omitempty"`
	// Texts are how it is worded, for an entry that is asked for.
	Texts []Wording `json:"texts,omitempty"`
	// Fixes are what to do in each driver, beside what holds for all, for an entry
	// that is asked for.
	Fixes []ProducerFix `json:"fixes,omitempty"`
}

// Log is what was read of a log.
type Log struct {
	// Lines counts all lines of the text.
	Lines int `json:"lines"`
	// First and Last are the times of the first and the last line that has one; nil
	// where none has.
	First *time.Time `json:"first"`
	Last  *time.Time `json:"last"`
}

// Seen sums up the lines of a log that show one failure class.
type Seen struct {
	// Count counts the failures: lines of one connection that say the same count
	// once.
	Count int        `json:"count"`
	First *time.Time `json:"first"`
	Last  *time.Time `json:"last"`
	// Clients are the addresses that it happened to, those with the most first.
	Clients []Client `json:"clients"`
	// FurtherClients counts failures of addresses that are not listed, because
	// there are too many.
	FurtherClients int `json:"furtherClients"`
}

// Client is an address and how often it was seen.
type Client struct {
	Address string `json:"address"`
	Count   int    `json:"count"`
}

// maxMatches bounds what is told of one text, and maxCandidates how many of it are
// only possible.
const (
	maxMatches    = 40
	maxCandidates = 10
	// maxOpen is how many are told where the text gives no hint at all.
	maxOpen = 32
)

// Text explains a text that is held in memory. It is for what a user pastes; Read
// is for any size.
func Text(text string) *Explanation {
	normal := normalise(text)
	s := recognise(normal)
	if s.best() > rankVague {
		// Words may be broken at the ends of lines.
		if whole := joined(text); whole != "" {
			if t := recognise(whole); t.best() < s.best() {
				s, normal = t, whole
			}
		}
	}
	return s.explanation(gather(normal), normal)
}
