package finding

import "slices"

// Entry is one failure class: what it is called, why it produces what users
// see, and how it is repaired. check, explain and the documentation all speak
// from the same entry.
//
// Why and Fix may hold placeholders in braces, which a finding fills with what
// was observed: see placeholders. A Fix line that begins with "$ " is a command.
type Entry struct {
	ID    ID
	Title string
	// Why is the general reason, with the lines that drivers show.
	Why string
	// Fix is what to do, most likely first.
	Fix []string
	// Silences are the consequences that are not told beside this cause.
	Silences []ID
}

// Catalogue returns all entries, in the order in which causes come before their
// consequences.
func Catalogue() []Entry {
	return slices.Concat(seedLists, memberNames, reaching, answering, localFiles, configuration, handshaking, clientFiles, clientCertificates, chains, memberHostnames, hostnames, topologies, revocations, fromText, remarks)
}

// Lookup returns the entry with the identifier.
func Lookup(id ID) (Entry, bool) {
	for _, e := range Catalogue() {
		if e.ID == id {
			return e, true
		}
	}
	return Entry{}, false
}

// rank is the place of an identifier in the catalogue: causes come first.
func rank(id ID) int {
	return slices.IndexFunc(Catalogue(), func(e Entry) bool { return e.ID == id })
}
