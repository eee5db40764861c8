package keyfile

import (
	"bytes"
	"crypto/sha1"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os/exec"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// jks builds a Java key store.
type jks struct{ bytes.Buffer }

func newJKS(entries uint32) *jks {
	b := &jks{}
	b.number(0xfeedfeed)
	b.number(2)
	b.number(entries)
	return b
}

func (b *jks) number(n uint32) { b.Write(binary.BigEndian.AppendUint32(nil, n)) }
func (b *jks) text(s string)   { b.Write(append([]byte{byte(len(s) >> 8), byte(len(s))}, s...)) }
func (b *jks) entry(tag uint32) {
	b.number(tag)
	b.text("alias")
	b.Write(make([]byte, 8))
}
func (b *jks) certificate(der []byte) {
	b.text("X.509")
	b.number(uint32(len(der)))
	b.Write(der)
}

// seal ends the store with its digest, which is not looked at.
func (b *jks) seal() []byte { return append(b.Bytes(), make([]byte, sha1.Size)...) }

// protect is the key protector of the JDK.
func protect(t testing.TB, der []byte, password string) []byte {
	t.Helper()
	var secret []byte
	for _, unit := range utf16.Encode([]rune(password)) {
		secret = append(secret, byte(unit>>8), byte(unit))
	}
	out := bytes.Repeat([]byte{7}, sha1.Size)
	stream := out
	for i, b := range der {
		if i%sha1.Size == 0 {
			sum := sha1.Sum(append(bytes.Clone(secret), stream...))
			stream = sum[:]
		}
		out = append(out, b^stream[i%sha1.Size])
	}
	sum := sha1.Sum(append(bytes.Clone(secret), der...))
	out = append(out, sum[:]...)
	sealed, err := asn1.Marshal(struct {
		Algorithm struct{ OID asn1.ObjectIdentifier }
		Data      []byte
	}{struct{ OID asn1.ObjectIdentifier }{oidJavaKeyProtector}, out})
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestJKS(t *testing.T) {
	a := makeCertificate(t, "a")
	key := pkcs8DER(t, a)
	withKey := func(sealed []byte, chain uint32) *jks {
		b := newJKS(1)
		b.entry(1)
		b.number(uint32(len(sealed)))
		b.Write(sealed)
		b.number(chain)
		return b
	}
	full := withKey(protect(t, key, password), 1)
	full.certificate(a.der)
	trust := newJKS(2)
	for range 2 {
		trust.entry(2)
		trust.certificate(a.der)
	}
	long := newJKS(1)
	long.entry(2)
	long.text("X.509")
	long.number(1 << 31)
	secret := newJKS(2)
	secret.entry(2)
	secret.certificate(a.der)
	secret.entry(3)
	type result struct {
		Certificates, Keys int
		Problem, KeyError  error
	}
	tests := []struct {
		name     string
		data     []byte
		password string
		want     result
	}{
		{"a key and its certificate", full.seal(), password, result{1, 1, nil, nil}},
		{"a key, no password", full.seal(), "", result{1, 1, nil, errPasswordRequired}},
		{"a key, another password", full.seal(), "x", result{1, 1, nil, errPasswordWrong}},
		{"two trusted certificates", trust.seal(), "", result{2, 0, nil, nil}},
		{"a secret key of JCEKS behind a certificate", secret.seal(), "", result{1, 0, errStore, nil}},
		{"a length beyond the end", long.seal(), "", result{0, 0, errStore, nil}},
		{"a chain beyond the end", withKey(protect(t, key, password), 1<<31).seal(), password, result{0, 1, errStore, nil}},
		{"more entries than there can be", newJKS(maxEntries + 1).seal(), "", result{0, 0, errStore, nil}},
		{"fewer entries than it says", newJKS(1).seal(), "", result{0, 0, errStore, nil}},
		{"a key that is none", withKey([]byte("junk"), 0).seal(), password, result{0, 1, nil, errNotKey}},
		{"nothing but its magic", []byte("\xfe\xed\xfe\xed"), "", result{0, 0, errStore, nil}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := parseJKS(test.data)
			got := result{Certificates: len(s.certificates), Keys: len(s.keys), Problem: s.problem}
			if len(s.keys) > 0 {
				_, got.KeyError = s.keys[0].open(test.password)
			}
			same := cmp.Comparer(func(a, b error) bool { return errors.Is(a, b) })
			if diff := cmp.Diff(test.want, got, same); diff != "" {
				t.Errorf("parseJKS (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRC2(t *testing.T) {
	// The vectors of RFC 2268 section 5 whose effective key length is that of the
	// key.
	tests := []struct{ key, plain, sealed string }{
		{"ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"},
		{"3000000000000000", "1000000000000001", "30649edf9be7d2c2"},
		{"88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6"},
	}
	for _, test := range tests {
		t.Run(test.key, func(t *testing.T) {
			unhex := func(s string) []byte {
				b, err := hex.DecodeString(s)
				if err != nil {
					t.Fatal(err)
				}
				return b
			}
			c, err := newRC2(unhex(test.key))
			if err != nil {
				t.Fatal(err)
			}
			var got [2][8]byte
			c.Encrypt(got[0][:], unhex(test.plain))
			c.Decrypt(got[1][:], unhex(test.sealed))
			want := [2][8]byte{[8]byte(unhex(test.sealed)), [8]byte(unhex(test.plain))}
			if got != want {
				t.Errorf("Encrypt and Decrypt = %x, want %x", got, want)
			}
		})
	}
}

func TestToDER(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"a definite length", "30030101ff", "30030101ff"},
		{"an indefinite length", "30800101ff0000", "30030101ff"},
		{"nested indefinite lengths", "3080308002010500000000", "30053003020105"},
		{"a string in segments", "24800401610401620000", "04026162"},
		{"a string in segments of definite length", "2406040161040162", "04026162"},
		{"segments within segments", "24802480040161000004016200 00", "04026162"},
		{"a length in too many bytes", "308200030101ff", "30030101ff"},
		{"a long value", "0481ff" + string(bytes.Repeat([]byte("00"), 255)), "0481ff" + string(bytes.Repeat([]byte("00"), 255))},
		{"no end of contents", "30800101ff", ""},
		{"something behind it", "30030101ff00", ""},
		{"a length beyond the end", "30040101ff", ""},
		{"a primitive of indefinite length", "04800000", ""},
		{"a number in a segmented string", "24800201050000", ""},
		{"a tag in several bytes", "1f8101", ""},
		{"nothing", "", ""},
		{"nested without end", string(bytes.Repeat([]byte("3080"), 40)), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, err := hex.DecodeString(string(bytes.ReplaceAll([]byte(test.in), []byte(" "), nil)))
			if err != nil {
				t.Fatal(err)
			}
			got, err := toDER(in)
			if (err != nil) != (test.want == "") || hex.EncodeToString(got) != test.want {
				t.Errorf("toDER = %x, %v, want %s", got, err, test.want)
			}
		})
	}
}

func pkcs8DER(t testing.TB, m material) []byte {
	t.Helper()
	b := blocks([]byte(m.pkcs8Key(t)))
	return b[0].der
}

// hostilePKCS12 asks for so many rounds of key derivation in its MAC.
func hostilePKCS12(t testing.TB, rounds int) []byte {
	t.Helper()
	type content struct {
		Type asn1.ObjectIdentifier
		Data []byte `asn1:"tag:0,explicit"`
	}
	type algorithm struct{ OID asn1.ObjectIdentifier }
	type digestInfo struct {
		Algorithm algorithm
		Digest    []byte
	}
	type mac struct {
		Info   digestInfo
		Salt   []byte
		Rounds int
	}
	der, err := asn1.Marshal(struct {
		Version int
		Safe    content
		MAC     mac
	}{3, content{oidData, []byte{0x30, 0}}, mac{digestInfo{algorithm{asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}}, make([]byte, 20)}, []byte{1}, rounds}})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestHostilePKCS12(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"a MAC of too many rounds", hostilePKCS12(t, maxIterations+1), "it is encrypted in a way that is not supported here: too many rounds of key derivation"},
		{"a MAC that is wrong", hostilePKCS12(t, 1), "password is wrong"},
		{"a MAC of no rounds", hostilePKCS12(t, 0), errPKCS12.Error()},
		{"a file cut off", hostilePKCS12(t, 1)[:30], errPKCS12.Error()},
		{"a version and nothing else", []byte{0x30, 3, 2, 1, 3}, errPKCS12.Error()},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := parsePKCS12(test.data, password).problem; got == nil || got.Error() != test.want {
				t.Errorf("problem = %v, want %q", got, test.want)
			}
		})
	}
}

func FuzzInspectData(f *testing.F) {
	a := makeCertificate(f, "a")
	full := newJKS(1)
	full.entry(2)
	full.certificate(a.der)
	for _, seed := range [][]byte{
		[]byte(a.cert + a.pkcs8Key(f)), a.der, full.seal(), hostilePKCS12(f, 1), makeCRL(f, 1),
		[]byte(utf16LE(a.cert)), []byte("- abcD1234\n- x"), append([]byte(a.cert), encryptedBlock(f, a)...),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		i := (&Inspector{}).InspectData("file", data)
		if i.Fact.Kind == "" || i.Fact.Format == "" {
			t.Errorf("kind %q, format %q", i.Fact.Kind, i.Fact.Format)
		}
		if i.Fact.Kind == KindUnknown && len(i.Fact.Problems) == 0 {
			t.Error("a file of no use has no problem")
		}
		if _, err := PartsOf([]*Inspection{i}); err != nil && i.key.Signer != nil {
			t.Errorf("a key that was read cannot be written: %v", err)
		}
	})
}

func FuzzPKCS12(f *testing.F) {
	f.Add(hostilePKCS12(f, 1), "")
	if _, err := exec.LookPath("openssl"); err == nil {
		a := makeCertificate(f, "a")
		f.Add(pkcs12Of(f, a, "-iter", "1", "-nomaciter"), password)
		f.Add(pkcs12Of(f, a, "-nomac", "-keypbe", "NONE", "-certpbe", "NONE"), "")
	}
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		p := &pfx{password: password, budget: 1000}
		if err := p.read(data); err != nil && err.Error() == "" {
			t.Error("an error without a text")
		}
	})
}

func FuzzJKS(f *testing.F) {
	a := makeCertificate(f, "a")
	b := newJKS(1)
	b.entry(1)
	sealed := protect(f, pkcs8DER(f, a), password)
	b.number(uint32(len(sealed)))
	b.Write(sealed)
	b.number(1)
	b.certificate(a.der)
	f.Add(b.seal())
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, k := range parseJKS(data).keys {
			if key, err := k.open(password); (key.Signer == nil) == (err == nil) {
				t.Errorf("key %q beside error %v", key.algorithm, err)
			}
		}
	})
}
