package chains

import "encoding/asn1"

// The contents of nameConstraints.
func permitted(names ...[]byte) []byte { return tlv(0xa0, subtrees(names)) }
func excluded(names ...[]byte) []byte  { return tlv(0xa1, subtrees(names)) }

func subtrees(names [][]byte) []byte {
	var all []byte
	for _, n := range names {
		all = append(all, seq(n)...)
	}
	return all
}

// constrain puts nameConstraints on some CA.
func (w *world) constrain(contents ...[]byte) { w.someCA().set(oidNames, true, seq(contents...)) }

// dns, mail, uri and ip are GeneralNames.
func dns(s string) []byte  { return tlv(0x82, []byte(s)) }
func mail(s string) []byte { return tlv(0x81, []byte(s)) }
func uri(s string) []byte  { return tlv(0x86, []byte(s)) }
func ip(b ...byte) []byte  { return tlv(0x87, b) }

var nameDefects = []change{
	{"a DNS name outside what is permitted", func(w *world) {
		w.constrain(permitted(dns(pick(w.Rand, "example.org", "db.example.net", "a.db.example.com"))))
	}},
	{"a DNS name inside what is permitted", func(w *world) {
		w.constrain(permitted(dns("example.org"), dns(pick(w.Rand, "example.com", ".example.com", "", "DB.example.com"))))
	}},
	{"a DNS name that is excluded", func(w *world) { w.constrain(permitted(dns("example.com")), excluded(dns("db.EXAMPLE.com"))) }},
	{"an address outside what is permitted", func(w *world) { w.constrain(permitted(ip(10, 0, 0, 0, 255, 0, 0, 0))) }},
	{"an address inside what is permitted", func(w *world) { w.constrain(permitted(ip(192, 0, 2, 0, 255, 255, 255, 0))) }},
	{"an address that is excluded", func(w *world) { w.constrain(excluded(ip(192, 0, 2, 9, 255, 255, 255, 0))) }},
	{"an address range of an odd length", func(w *world) { w.constrain(permitted(ip(192, 0, 2))) }},
	{"a directory name outside what is permitted", func(w *world) { w.constrain(permitted(tlv(0xa4, name("nobody")))) }},
	{"a directory name that is excluded", func(w *world) { w.constrain(excluded(tlv(0xa4, nameOf(0x13, "LEAF")))) }},
	{"a constraint with a minimum", func(w *world) {
		w.constrain(tlv(0xa0, seq(dns("example.com"), []byte{0x80, 1, byte(w.IntN(2))})))
	}},
	{"a constraint on registered identifiers", func(w *world) {
		w.constrain(excluded(tlv(0x88, []byte{0x2a, 3})))
		w.leaf().set(oidSAN, false, seq(dns("db.example.com"), tlv(0x88, []byte{0x2a, 3})))
	}},
	{"mailboxes under a constraint", func(w *world) {
		w.constrain(permitted(mail(pick(w.Rand, "example.com", ".example.com", "dba@example.com", "other@example.com", "@example.com"))))
		w.leaf().set(oidSAN, false, seq(dns("db.example.com"), mail(pick(w.Rand, "dba@example.com", "dba@EXAMPLE.com", "dba@x.example.com", "dba", "DBA@example.com"))))
	}},
	{"mailboxes that are excluded", func(w *world) {
		w.constrain(excluded(mail(pick(w.Rand, "example.com", ".example.com", "dba@example.com"))))
		w.leaf().set(oidSAN, false, seq(mail("dba@example.com"), dns("db.example.com")))
	}},
	{"a mailbox in the subject under a constraint", func(w *world) {
		w.constrain(permitted(mail("example.org")))
		email := seq(must(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}), tlv(pick[byte](w.Rand, 0x16, 0x0c), []byte("dba@example.com")))
		w.leaf().subject = seq(tlv(0x31, email))
	}},
	{"URIs under a constraint", func(w *world) {
		w.constrain(permitted(uri(pick(w.Rand, "example.com", ".example.com", "spiffe.example.com"))))
		w.leaf().set(oidSAN, false, seq(dns("db.example.com"),
			uri(pick(w.Rand, "spiffe://example.com/db", "https://spiffe.example.com:8443/x", "urn:x", "a://", "a:///x", "nothing"))))
	}},
	{"a common name under a constraint", func(w *world) {
		w.constrain(permitted(dns("example.org")))
		w.leaf().drop(oidSAN)
		w.leaf().subject = name(pick(w.Rand, "db.example.com", "db.example.org", "db", "db example com", "-db.example.com", "d_b.example.com"))
	}},
	{"a common name with a NUL under a constraint", func(w *world) {
		w.constrain(permitted(dns("example.org")))
		w.leaf().drop(oidSAN)
		w.leaf().subject = name(pick(w.Rand, "db.example.org\x00.example.com", "db.example.org\x00"))
	}},
	{"another host", func(w *world) {
		w.options.Host = pick(w.Rand, "db.example.org", "example.com", "a.db.example.com", "db.example.com.", "DB")
	}},
	{"another address", func(w *world) { w.options.Host = pick(w.Rand, "192.0.2.2", "2001:db8::1") }},
	{"an address as a DNS name", func(w *world) {
		w.leaf().set(oidSAN, false, seq(dns("192.0.2.1")))
		w.options.Host = "192.0.2.1"
	}},
	{"a wildcard", func(w *world) {
		w.leaf().set(oidSAN, false, seq(dns(pick(w.Rand, "*.example.com", "*.com", "*", "*.*.example.com", "db.*.com", "*.example.com.", "*.ex_ample.com", "*.-example.com"))))
		w.options.Host = pick(w.Rand, "db.example.com", "a.db.example.com", "example.com", "my_db.example.com", "*.example.com", "xn--db-1.example.com", "db.ex_ample.com", ".example.com")
	}},
	{"a wildcard within a label", func(w *world) {
		w.leaf().set(oidSAN, false, seq(dns(pick(w.Rand, "d*.example.com", "*b.example.com", "d*b.example.com", "db*.example.com", "xn--d*.example.com", "d-*.example.com", "*-b.example.com", "*xn--b.example.com"))))
		w.options.Host = pick(w.Rand, "db.example.com", "d.example.com", "xn--db.example.com", "d-b.example.com", "d*.example.com", "d.b.example.com")
		w.options.PartialWildcards = true
	}},
	{"a common name and no subjectAltName", func(w *world) {
		w.leaf().drop(oidSAN)
		w.leaf().subject = name(pick(w.Rand, "db.example.com", "*.example.com", "DB.example.com", "192.0.2.1"))
		w.options.Host = pick(w.Rand, "db.example.com", "192.0.2.1")
	}},
	{"a common name beside addresses only", func(w *world) {
		w.leaf().set(oidSAN, false, seq(ip(192, 0, 2, 1), mail("dba@example.com")))
		w.leaf().subject = name("db.example.com")
		w.options.Host = pick(w.Rand, "db.example.com", "db.example.org")
	}},
	{"a common name beside other DNS names", func(w *world) {
		w.leaf().set(oidSAN, false, seq(dns("other.example.com")))
		w.leaf().subject = name("db.example.com")
		w.options.Host = "db.example.com"
	}},
	{"an address of five bytes", func(w *world) {
		w.leaf().set(oidSAN, false, seq(ip(192, 0, 2, 1, 0), dns("db.example.com")))
		if w.IntN(2) == 0 {
			w.constrain(permitted(ip(192, 0, 2, 0, 255, 255, 255, 0)))
		}
	}},
}
