package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/registry"
)

// scan tells what a server accepts, by version.
func (t *text) scan(s *fact.Scan) {
	if s == nil {
		return
	}
	if s.Skipped != "" {
		t.row("scan", plain("not done: "+s.Skipped))
		return
	}
	t.row("scan", plain(fmt.Sprintf("%s, %s; %s in %s", count(len(s.Suites), "suite", "suites"), count(len(s.Groups), "group", "groups"),
		count(s.Connections, "connection", "connections"), milliseconds(s.Ms))))
	previous := ""
	for _, v := range s.Versions {
		t.suites(v.Version, previous, s.Suites)
		previous = v.Version
	}
	groups := 0
	for _, v := range s.Versions {
		if names := groupsOf(s, v.Version); len(names) > 0 {
			t.row(first(groups, "groups"), plain(v.Version+": "+strings.Join(names, ", ")))
			groups++
		}
	}
	if dh := diffieHellman(s.DH); dh != "" {
		t.row("DHE", plain(dh))
	}
	t.row("preference", plain(preference(s)))
	if offers := offersTaken(s); len(offers) > 0 {
		t.row("offers", plain(strings.Join(offers, ", ")))
	}
	if without, other := sniWords[s.SNI.Without], sniWords[s.SNI.Other]; without != "" || other != "" {
		t.row("names", plain("without SNI: "+orElse(without, "not known")+"; a strange name: "+orElse(other, "not known")))
	}
	for i, schemes := range s.SignatureSchemes {
		t.row(first(i, "signatures"), plain("of client certificates, "+schemes.Version+": "+some(schemes.Schemes, t.limit())))
	}
	for i, size := range s.Sizes {
		t.row(first(i, "hello size"), plain(fmt.Sprintf("%d bytes (%s): %s", size.Bytes, size.Kind, outcomeText(size.Outcome, size.Alert))))
	}
}

// suites is a table of the suites of a version, one line for each way to exchange
// and authenticate keys; weak ones stand out.
func (t *text) suites(version, previous string, all []fact.ScannedSuite) {
	names := suitesOf(all, version)
	if previous != "" && len(names) > 0 && slices.Equal(names, suitesOf(all, previous)) {
		t.row(Clean(version), plain("as "+previous))
		return
	}
	var kinds []string
	rows := map[string][]span{}
	for _, name := range names {
		kind, cipher := divided(name)
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
			if kind != "" {
				rows[kind] = []span{t.dim(kind + "  ")}
			}
		} else {
			rows[kind] = append(rows[kind], plain(", "))
		}
		one := plain(cipher)
		if registry.Weakness(name) != "" {
			one.paint = t.theme.Warn
		}
		rows[kind] = append(rows[kind], one)
	}
	for i, kind := range kinds {
		t.row(first(i, Clean(version)), rows[kind]...)
	}
}

func suitesOf(all []fact.ScannedSuite, version string) []string {
	var names []string
	for _, s := range all {
		if s.Version == version {
			names = append(names, s.Name)
		}
	}
	return names
}

// divided cuts a suite's name into how keys are exchanged and what encrypts. With
// TLS 1.3, and for names of another form, the first is empty.
func divided(name string) (kind, cipher string) {
	kind, cipher, ok := strings.Cut(strings.TrimPrefix(name, "TLS_"), "_WITH_")
	if !ok || strings.HasPrefix(name, "SSL_CK_") {
		return "", name
	}
	return kind, cipher
}

func groupsOf(s *fact.Scan, version string) []string {
	var names []string
	for _, g := range s.Groups {
		if g.Version == version {
			names = append(names, g.Name)
		}
	}
	return names
}

// diffieHellman names the finite-field groups that were seen, each once.
func diffieHellman(list []fact.ScannedDH) string {
	var texts []string
	for _, d := range list {
		text := fmt.Sprintf("%d bits", d.Bits)
		if d.Group != "" {
			text += " (" + d.Group + ")"
		}
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, ", ")
}

var orderWords = map[string]string{
	"server": "the server's order of suites decides",
	"client": "the client's order of suites decides",
}

// preference tells whose order decides, version by version where they differ.
func preference(s *fact.Scan) string {
	if words := orderWords[s.Order]; words != "" || len(s.Orders) == 0 {
		return orElse(words, "not known")
	}
	var parts []string
	for _, o := range s.Orders {
		parts = append(parts, o.Version+": "+orElse(orderWords[o.Order], "not known"))
	}
	return strings.Join(parts, "; ")
}

// offersTaken tells which offers up to TLS 1.2 the server takes up.
func offersTaken(s *fact.Scan) []string {
	var list []string
	for _, o := range []struct {
		name string
		is   *bool
	}{
		{"secure renegotiation", s.SecureRenegotiation}, {"extended master secret", s.ExtendedMasterSecret},
		{"session tickets", s.SessionTickets}, {"compression", s.Compression},
	} {
		switch {
		case o.is == nil:
		case *o.is:
			list = append(list, o.name)
		default:
			list = append(list, "no "+o.name)
		}
	}
	return list
}

var sniWords = map[string]string{
	"same": "same certificate", "other": "another certificate", "answered": "answered", "refused": "refused",
}

// notScanned lists what a scan left open.
func notScanned(s *fact.Scan) []string {
	var list []string
	if s == nil {
		return nil
	}
	for _, v := range s.Versions {
		switch {
		case v.Supported == nil || !*v.Supported || v.Reason == "":
		case !v.SuitesComplete:
			list = append(list, "more suites of "+v.Version+reasonAfter(v.Reason))
		case !v.GroupsComplete:
			list = append(list, "more groups of "+v.Version+reasonAfter(v.Reason))
		}
	}
	return list
}
