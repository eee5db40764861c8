package registry

import "slices"

// Group is a key exchange group.
type Group struct {
	ID   uint16
	Name string
}

// groups are those of the IANA TLS Supported Groups registry, those in use first.
// The explicit curves, by which none is named, are left out.
var groups = []Group{
	{4588, "X25519MLKEM768"},
	{4587, "SecP256r1MLKEM768"},
	{4589, "SecP384r1MLKEM1024"},
	{29, "x25519"},
	{23, "secp256r1"},
	{30, "x448"},
	{24, "secp384r1"},
	{25, "secp521r1"},
	{256, "ffdhe2048"},
	{257, "ffdhe3072"},
	{258, "ffdhe4096"},
	{259, "ffdhe6144"},
	{260, "ffdhe8192"},
	{31, "brainpoolP256r1tls13"},
	{32, "brainpoolP384r1tls13"},
	{33, "brainpoolP512r1tls13"},
	{26, "brainpoolP256r1"},
	{27, "brainpoolP384r1"},
	{28, "brainpoolP512r1"},
	{512, "MLKEM512"},
	{513, "MLKEM768"},
	{514, "MLKEM1024"},
	{4590, "curveSM2MLKEM768"},
	{41, "curveSM2"},
	{34, "GC256A"},
	{35, "GC256B"},
	{36, "GC256C"},
	{37, "GC256D"},
	{38, "GC512A"},
	{39, "GC512B"},
	{40, "GC512C"},
	{22, "secp256k1"},
	{21, "secp224r1"},
	{20, "secp224k1"},
	{19, "secp192r1"},
	{18, "secp192k1"},
	{17, "secp160r2"},
	{16, "secp160r1"},
	{15, "secp160k1"},
	{14, "sect571r1"},
	{13, "sect571k1"},
	{12, "sect409r1"},
	{11, "sect409k1"},
	{10, "sect283r1"},
	{9, "sect283k1"},
	{8, "sect239k1"},
	{7, "sect233r1"},
	{6, "sect233k1"},
	{5, "sect193r2"},
	{4, "sect193r1"},
	{3, "sect163r2"},
	{2, "sect163r1"},
	{1, "sect163k1"},
	// Drafts that were deployed before ML-KEM was final.
	{25497, "X25519Kyber768Draft00"},
	{25498, "SecP256r1Kyber768Draft00"},
}

// Groups returns every group, those in use first.
func Groups() []Group { return append([]Group(nil), groups...) }

// IsHybrid reports whether a group is one of ML-KEM or of its drafts, which only
// TLS 1.3 has.
func IsHybrid(id uint16) bool {
	return id >= 512 && id <= 514 || id >= 4587 && id <= 4590 || id >= 25497 && id <= 25498
}

// IsHybridName is IsHybrid by the registry's name.
func IsHybridName(name string) bool {
	return slices.ContainsFunc(groups, func(g Group) bool { return g.Name == name && IsHybrid(g.ID) })
}

// IsFiniteField reports whether a group is a prime field of RFC 7919.
func IsFiniteField(id uint16) bool { return id >= 256 && id < 512 }

// ClassicalGroups are those with which a ClientHello stays small; every server
// that does elliptic curves knows one.
var ClassicalGroups = []uint16{29, 23, 24, 25, 30, 256, 257, 258}

// GroupName is the registry's name, or the number where there is none; zero has
// no name.
func GroupName(id uint16) string {
	if id == 0 {
		return ""
	}
	for _, g := range groups {
		if g.ID == id {
			return g.Name
		}
	}
	return nameOf(nil, id)
}
