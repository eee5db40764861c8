package explain

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mongotls/mongotls/internal/finding"
)

// candidate is a finding to tell, with what speaks for it.
type candidate struct {
	id         finding.ID
	confidence Confidence
	// evidence is as Match.Evidence.
	evidence string
	// producer is who worded it.
	producer string
	// codes are as Match.Codes.
	codes []string
}

// yields are the findings that are told only where none of the others is: what
// says little beside what says more.
var yields = []struct {
	id finding.ID
	to []finding.ID
}{
	{"file-unreadable", []finding.ID{"key-file-no-certificate", "key-file-no-key", "key-format", "key-mismatch", "key-password-wrong", "key-password-required", "key-encryption", "ca-file-invalid", "crl-file-invalid", "cert-expired", "option-unsupported"}},
	{"server-misconfigured", []finding.ID{"file-unreadable", "key-file-no-certificate", "key-file-no-key", "key-format", "key-mismatch", "key-password-wrong", "key-password-required", "key-encryption", "ca-file-invalid", "crl-file-invalid", "cert-expired", "dependency-missing"}},
	{"uri-invalid", []finding.ID{"option-unsupported", "option-conflict", "srv-not-found", "srv-domain-mismatch", "srv-txt-invalid", "dns-timeout", "dns-failure", "dependency-missing", "file-unreadable"}},
	{"dns-not-found", []finding.ID{"srv-not-found", "dns-timeout"}},
	{"dns-failure", []finding.ID{"srv-not-found", "dns-not-found", "dns-timeout"}},
	{"dns-timeout", []finding.ID{"srv-not-found"}},
	{"tcp-timeout", []finding.ID{"dns-timeout", "dns-not-found", "srv-not-found"}},
	{"tcp-refused", []finding.ID{"dns-timeout"}},
	{"issuer-unknown", []finding.ID{"self-signed-leaf", "self-signed-root-untrusted", "trust-store-missing", "signature-weak", "ca-file-mismatch", "cert-expired", "cert-not-yet-valid"}},
	{"hostname-mismatch", []finding.ID{"hostname-ip-not-in-san", "hostname-cn-only"}},
	{"key-format", []finding.ID{"key-file-no-key", "key-file-no-certificate", "key-password-wrong", "key-mismatch", "ca-file-invalid", "key-encryption"}},
	{"key-file-no-key", []finding.ID{"key-mismatch"}},
	{"not-tls", []finding.ID{"tls-disabled"}},
	{"cert-malformed", []finding.ID{"issuer-unknown", "critical-extension", "hostname-mismatch"}},
	{"option-unsupported", []finding.ID{"option-conflict"}},
	{"client-cert-rejected", []finding.ID{"client-cert-expired", "client-cert-purpose", "client-cert-untrusted", "client-cert-required", "issuer-unknown", "hostname-mismatch"}},
	{"self-signed-leaf", []finding.ID{"self-signed-root-untrusted"}},
	{"handshake-failure", []finding.ID{"verify-failed", "handshake-closed", "handshake-timeout"}},
	{"handshake-closed", []finding.ID{"verify-failed"}},
	{"handshake-timeout", []finding.ID{"verify-failed"}},
}

// weigh orders what the text may show by everything else that it says.
func weigh(leads []*lead, f *facts, by, text string) []candidate {
	leads = yielded(leads)
	for _, l := range leads {
		l.turn(f, by, text)
	}
	leads = yielded(merged(leads))
	var told []candidate
	var possible []finding.ID
	for _, l := range leads {
		ids := l.alternatives()
		c := candidate{id: l.id, confidence: Certain, evidence: evidenceOf(text, l.strongest()), codes: l.codes()}
		if len(ids) > 0 && !isVague(l.id) || rankOf(l.id) == rankVague && l.id != "verify-failed" {
			c.confidence = Likely
		}
		if l.hits[0].sketch {
			c.confidence = Possible
		}
		told = append(told, c)
		possible = appendNew(possible, ids...)
	}
	evidence := told[0].evidence
	possible = slices.DeleteFunc(possible, func(id finding.ID) bool {
		return slices.ContainsFunc(told, func(c candidate) bool { return c.id == id || silences(c.id, id) && !isVague(c.id) })
	})
	possible = inContext(told[0].id, possible, f, by)
	if f.atlas && slices.Contains(atlasSymptoms, told[0].id) {
		// Atlas refuses whoever is not listed so, and nothing else is as common.
		told = slices.Insert(told, 0, candidate{id: "atlas-access-list", confidence: Likely, evidence: evidence, codes: told[0].codes})
		rest := slices.DeleteFunc(told[1:], func(c candidate) bool { return c.id == "atlas-access-list" })
		told = told[:1+len(rest)]
		possible = slices.DeleteFunc(possible, func(id finding.ID) bool { return id == "atlas-access-list" })
		told[1].confidence = Possible
	}
	if !f.atlas {
		// There nobody else has named the members.
		possible = amongMembers(told[0].id, possible, text)
	}
	most := maxCandidates
	if told[0].id == "verify-failed" || len(possible) > maxOpen/2 {
		most = maxOpen
	}
	for i, id := range possible {
		if i == most {
			break
		}
		told = append(told, candidate{id: id, confidence: Possible, evidence: evidence})
	}
	for i := range told {
		told[i].producer = by
	}
	return told
}

// ofMembers are what a failure is called of a member, by the name that the others
// give it; a text names the host and not where its name is from. What ends in no
// server at all may be of the set as a whole.
var ofMembers = map[finding.ID][]finding.ID{
	"hostname-mismatch":      {"member-hostname-mismatch"},
	"hostname-cn-only":       {"member-hostname-mismatch"},
	"hostname-ip-not-in-san": {"member-hostname-mismatch"},
	"dns-not-found":          {"member-unreachable"},
	"tcp-refused":            {"member-unreachable"},
	"tcp-timeout":            {"member-unreachable"},
	"tcp-unreachable":        {"member-unreachable"},
	"undetermined":           {"no-primary", "set-name-mismatch", "member-unreachable"},
}

// setWords are how drivers write that they know a replica set already.
var setWords = []string{"ReplicaSetNoPrimary", "RSSecondary", "REPLICA_SET", "replica set", "replicaSet="}

// amongMembers adds what it may be of a member: first where the text tells of a
// replica set, and behind the likeliest others elsewhere.
func amongMembers(id finding.ID, possible []finding.ID, text string) []finding.ID {
	at := min(len(possible), maxCandidates-len(ofMembers[id]))
	if slices.ContainsFunc(setWords, func(w string) bool { return strings.Contains(text, w) }) {
		at = 0
	}
	var added []finding.ID
	for _, member := range ofMembers[id] {
		if !slices.Contains(possible, member) {
			added = append(added, member)
		}
	}
	return slices.Insert(possible, at, added...)
}

// atlasSymptoms are how Atlas' IP access list shows.
var atlasSymptoms = []finding.ID{"alert-internal-error", "handshake-closed", "handshake-timeout", "tcp-timeout", "tcp-reset", "handshake-failure"}

// yielded leaves out what yields to another lead.
func yielded(leads []*lead) []*lead {
	has := func(id finding.ID) bool {
		return slices.ContainsFunc(leads, func(l *lead) bool { return l.id == id })
	}
	var kept []*lead
	for _, l := range leads {
		drop := false
		for _, y := range yields {
			drop = drop || y.id == l.id && slices.ContainsFunc(y.to, has)
		}
		// Who got an alert knows more than that the connection ended.
		switch l.id {
		case "handshake-failure":
			drop = drop && !(l.isAlert() && !has("verify-failed"))
		case "handshake-closed":
			drop = drop || slices.ContainsFunc(leads, func(o *lead) bool { return o.id == "handshake-failure" && o.isAlert() })
		}
		// The driver's guess at the access list stands behind every other cause.
		if l.id == "atlas-access-list" {
			drop = slices.ContainsFunc(leads, func(o *lead) bool {
				return o != l && rankOf(o.id) == rankCause && !slices.Contains(atlasSymptoms, o.id)
			})
		}
		if !drop {
			kept = append(kept, l)
		}
	}
	return kept
}

// isAlert reports whether the text names an alert of the other side.
func (l *lead) isAlert() bool {
	return slices.ContainsFunc(l.hits, func(h *hit) bool { return strings.HasPrefix(h.rule.code(), "alert ") })
}

// merged puts leads together that have become the same.
func merged(leads []*lead) []*lead {
	var kept []*lead
	for _, l := range leads {
		at := slices.IndexFunc(kept, func(k *lead) bool { return k.id == l.id })
		if at < 0 {
			kept = append(kept, l)
			continue
		}
		kept[at].hits = append(kept[at].hits, l.hits...)
	}
	return kept
}

// strongest is the hit with most text.
func (l *lead) strongest() *hit {
	best := l.hits[0]
	for _, h := range l.hits {
		if h.length() > best.length() {
			best = h
		}
	}
	return best
}

// maxCodes bounds Match.Codes.
const maxCodes = 4

// codes are the numbers of a lead's hits.
func (l *lead) codes() []string {
	var list []string
	for _, h := range l.hits {
		if c := h.rule.code(); c != "" && len(list) < maxCodes {
			list = appendNew(list, c)
		}
	}
	return list
}

// alternatives are what the hits of a lead may stand for beside it.
func (l *lead) alternatives() []finding.ID {
	var ids []finding.ID
	for _, h := range l.hits {
		for _, id := range h.rule.ids {
			if id != l.id {
				ids = appendNew(ids, id)
			}
		}
	}
	return ids
}

// atServer is what a fault of a certificate is called where the server found it in
// a client's.
var atServer = map[finding.ID][]finding.ID{
	"cert-expired":               {"client-cert-expired"},
	"cert-not-yet-valid":         {"client-cert-expired"},
	"issuer-unknown":             {"client-cert-untrusted"},
	"self-signed-leaf":           {"client-cert-untrusted"},
	"self-signed-root-untrusted": {"client-cert-untrusted"},
	"ca-file-mismatch":           {"client-cert-untrusted"},
	"purpose-server-auth":        {"client-cert-purpose", "purpose-client-auth"},
	"revoked":                    {"client-cert-rejected"},
	"verify-failed":              {"client-cert-rejected"},
	"key-too-small":              {"client-cert-rejected"},
	"signature-weak":             {"client-cert-rejected"},
	"issuer-not-ca":              {"client-cert-untrusted"},
	"client-cert-rejected":       {"client-rejected-certificate"},
	"client-cert-untrusted":      {"client-rejected-certificate"},
	"client-cert-expired":        {"client-rejected-certificate"},
}

// turn gives a lead the name that it has from where the text was written.
func (l *lead) turn(f *facts, by, text string) {
	formed := form(text)
	if by == "mongod" && isInbound(formed) {
		if ids, ok := atServer[l.id]; ok && !(strings.HasPrefix(string(l.id), "client-") && !strings.Contains(formed, "alert")) {
			l.rename(ids)
			return
		}
	}
	if l.id == "hostname-mismatch" && isAddress(f.name) {
		l.rename([]finding.ID{"hostname-ip-not-in-san"})
	}
}

// rename gives all hits of a lead other findings.
func (l *lead) rename(ids []finding.ID) {
	l.id = ids[0]
	for i, h := range l.hits {
		r := *h.rule
		r.ids = ids
		copied := *h
		copied.rule = &r
		l.hits[i] = &copied
	}
}

// isInbound reports whether a line of the server's log is of a connection that a
// client made. What the server finds in another's certificate it logs alike.
func isInbound(formed string) bool {
	for _, word := range []string{"[conn", "'ctx':'conn", "'ctx': 'conn", "error receiving request from client", "ending connection from", "'id':23256", "'id':23255"} {
		if strings.Contains(formed, word) {
			return true
		}
	}
	return false
}

func isAddress(name string) bool {
	name = strings.Trim(name, "[]")
	return name != "" && (strings.Contains(name, ":") || strings.Trim(name, "0123456789.") == "" && strings.Count(name, ".") == 3)
}

// certificateFaults are all that a certificate can be refused for, the likelier
// first.
var certificateFaults = []finding.ID{
	"issuer-unknown", "intermediate-missing", "self-signed-root-untrusted", "hostname-mismatch", "cert-expired", "self-signed-leaf", "ca-file-mismatch", "trust-store-missing",
	"hostname-ip-not-in-san", "cert-not-yet-valid", "clock-skew", "intermediate-expired", "root-expired", "purpose-server-auth", "key-too-small", "signature-weak",
	"issuer-not-ca", "hostname-cn-only", "revoked", "crl-expired", "path-length-exceeded", "name-constraint", "critical-extension", "cert-malformed", "ca-file-invalid",
}

// inContext puts candidates in the order of likelihood given the rest of the text,
// and adds those that only the rest speaks for.
func inContext(first finding.ID, ids []finding.ID, f *facts, by string) []finding.ID {
	switch first {
	case "undetermined":
		ids = appendNew(ids, "tcp-timeout", "tcp-refused", "dns-not-found", "atlas-access-list", "plaintext-client", "issuer-unknown", "hostname-mismatch")
	case "verify-failed":
		ids = appendNew(ids, certificateFaults...)
		if f.pypy || by == "pymongo" && (f.mac || f.container) {
			ids = toFront(ids, "trust-store-missing")
		}
	}
	if f.atlas {
		if slices.Contains(ids, "atlas-access-list") {
			ids = toFront(ids, "atlas-access-list")
		}
		// Atlas always speaks TLS and asks no certificate of its clients.
		ids = without(ids, "tls-disabled", "client-cert-required")
	} else if len(f.endpoints) > 0 || f.srv != "" {
		ids = without(ids, "atlas-access-list")
	}
	if oldJava(f.java) && slices.Contains(atlasSymptoms, first) {
		ids = append([]finding.ID{"client-runtime-outdated"}, ids...)
	}
	return ids
}

// oldJava reports whether a JDK has a TLS 1.3 that fails with current servers:
// 11 before 11.0.3, 12, and those before 8u261 that have none.
func oldJava(version string) bool {
	if version == "" {
		return false
	}
	if rest, ok := strings.CutPrefix(version, "1."); ok {
		major, update, _ := strings.Cut(rest, ".0_")
		n, _ := strconv.Atoi(update)
		return major < "8" || major == "8" && n < 261
	}
	parts := strings.Split(version, ".")
	major, _ := strconv.Atoi(parts[0])
	patch := 0
	if len(parts) > 2 {
		patch, _ = strconv.Atoi(parts[2])
	}
	return major >= 9 && major < 11 || major == 11 && patch < 10 || major == 12
}

func toFront(ids []finding.ID, id finding.ID) []finding.ID {
	return append([]finding.ID{id}, without(ids, id)...)
}

func without(ids []finding.ID, drop ...finding.ID) []finding.ID {
	var kept []finding.ID
	for _, id := range ids {
		if !slices.Contains(drop, id) {
			kept = append(kept, id)
		}
	}
	return kept
}
