// Package files holds what is said of certificate and key files to the programs
// that write and read them: openssl and keytool make the files, and the Go driver
// and Node, which is OpenSSL, try to load them.
package files

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/keyfile"
)

// password is that of every encrypted file.
const password = "correct horse"

// material makes what the rows put together: a CA, a certificate of it with its
// key in several forms, and the same for another client and for RSA.
const material = `
req() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 "$@" 2>/dev/null; }
req -keyout ca.key -out ca.pem -subj /O=Acme/CN=CA -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
issue() {
	openssl req -new -key $1.key -out $1.csr -subj "/O=Acme/CN=$1" 2>/dev/null
	openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -days 30 -out $1.crt -extfile client.ext 2>/dev/null
}
echo extendedKeyUsage=clientAuth >client.ext
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.key 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other.key 2>/dev/null
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key 2>/dev/null
openssl genpkey -algorithm ED25519 -out ed.key
openssl genpkey -algorithm ED448 -out ed448.key
for n in ec other rsa ed ed448; do issue $n; done
openssl ec -in ec.key -out ec.sec1 2>/dev/null
openssl rsa -in rsa.key -traditional -out rsa.pkcs1 2>/dev/null
`

// prologue is what every row can call.
const prologue = `
set -e
seal() { openssl pkcs8 -topk8 -in ec.key -passout "pass:$PASSWORD" "$@"; }
sealed() { cat ec.crt; seal "$@"; }
dek() { cat ec.crt; openssl ec -in ec.key -passout "pass:$PASSWORD" "$@" 2>/dev/null; }
p12() { openssl pkcs12 -export -out /dev/stdout -passout "pass:$PASSWORD" "$@"; }
legacy="-provider legacy -provider default"
`

// seen is what of an inspection is compared.
type seen struct {
	Kind, Format string
	Certificates int
	Key          string
	// Findings are the problems, GoLimit whether the Go driver is told not to read
	// it though others do.
	Findings []string
	GoLimit  bool
}

type row struct {
	name, script string
	want         seen
	// noPassword leaves the password out.
	noPassword bool
}

// pair is a certificate-key file in PEM that is right.
func pair(key string, findings ...string) seen {
	return seen{Kind: "certificate-key", Format: "PEM", Certificates: 1, Key: key, Findings: findings}
}

// goless is a pair that the Go driver cannot read.
func goless(key string, findings ...string) seen {
	s := pair(key, findings...)
	s.GoLimit = true
	return s
}

const (
	clearEC = "ECDSA-P256 matches"
	sealEC  = "ECDSA-P256 encrypted matches"
	shut    = "encrypted"
)

var rows = []row{
	// Put together rightly, and not.
	{name: "certificate and key", script: "cat ec.crt ec.key", want: pair(clearEC)},
	{name: "key and certificate", script: "cat ec.key ec.crt", want: pair(clearEC)},
	{name: "an RSA key in PKCS#1", script: "cat rsa.crt rsa.pkcs1", want: pair("RSA-2048 matches")},
	{name: "an RSA key in PKCS#8", script: "cat rsa.crt rsa.key", want: pair("RSA-2048 matches")},
	{name: "an EC key in SEC 1", script: "cat ec.crt ec.sec1", want: pair(clearEC)},
	{name: "an EC key after its parameters", script: "cat ec.crt; openssl ecparam -name prime256v1; cat ec.sec1", want: pair(clearEC)},
	{name: "an Ed25519 key", script: "cat ed.crt ed.key", want: pair("Ed25519 matches")},
	{name: "an Ed448 key", script: "cat ed448.crt ed448.key", want: goless("Ed448")},
	{name: "PKCS#8 under the label of RSA", script: "cat rsa.crt; sed 's/PRIVATE/RSA PRIVATE/' rsa.key", want: pair("RSA-2048 matches")},
	{name: "PKCS#8 under the label of EC", script: "cat ec.crt; sed 's/PRIVATE/EC PRIVATE/' ec.key", want: pair(clearEC)},
	{name: "SEC 1 under the label of PKCS#8", script: "cat ec.crt; sed 's/EC PRIVATE/PRIVATE/' ec.sec1", want: pair("", keyfile.FindingKeyFormat)},
	{name: "SEC 1 under the label of RSA", script: "cat ec.crt; sed 's/EC PRIVATE/RSA PRIVATE/' ec.sec1", want: pair("", keyfile.FindingKeyFormat)},
	{name: "PKCS#1 under the label of PKCS#8", script: "cat rsa.crt; sed 's/RSA PRIVATE/PRIVATE/' rsa.pkcs1", want: pair("", keyfile.FindingKeyFormat)},
	{name: "an encrypted key under the label of one in clear", script: "cat ec.crt; seal | sed 's/ENCRYPTED PRIVATE/PRIVATE/'", want: pair("", keyfile.FindingKeyFormat)},
	{name: "another's key", script: "cat ec.crt other.key", want: pair("ECDSA-P256", keyfile.FindingMismatch)},
	{name: "the CA before the certificate", script: "cat ca.pem ec.crt ec.key",
		want: seen{"certificate-key", "PEM", 2, clearEC, []string{keyfile.FindingMismatch}, false}},
	{name: "a certificate without its key", script: "cat ec.crt", want: pair("", keyfile.FindingNoKey)},
	{name: "a key without its certificate", script: "cat ec.key", want: seen{"certificate-key", "PEM", 0, "ECDSA-P256", []string{keyfile.FindingNoCertificate}, false}},
	{name: "a request in place of the certificate", script: "cat ec.csr ec.key", want: seen{"certificate-key", "PEM", 0, "ECDSA-P256", []string{keyfile.FindingNoCertificate}, false}},
	{name: "a public key in place of the private one", script: "cat ec.crt; openssl pkey -in ec.key -pubout", want: pair("", keyfile.FindingNoKey)},
	{name: "OpenSSL's trusted certificate", script: "openssl x509 -in ec.crt -trustout; cat ec.key", want: goless(clearEC)},
	{name: "text of openssl x509 around", script: "openssl x509 -in ec.crt -text; cat ec.key", want: pair(clearEC)},
	{name: "openssl pkcs12 output with its attributes", script: "p12 -in ec.crt -inkey ec.key >t.p12; openssl pkcs12 -in t.p12 -passin \"pass:$PASSWORD\" -nodes", want: pair(clearEC)},

	// The text itself.
	{name: "Windows line ends", script: "cat ec.crt ec.key | sed 's/$/\\r/'", want: pair(clearEC)},
	{name: "line ends of old Macintoshes", script: "cat ec.crt ec.key | tr '\\n' '\\r'",
		want: seen{"certificate-key", "PEM", 0, "", []string{keyfile.FindingKeyFormat, keyfile.FindingKeyFormat}, false}},
	{name: "a byte order mark", script: "printf '\\357\\273\\277'; cat ec.crt ec.key", want: goless(clearEC)},
	{name: "UTF-16 with a byte order mark", script: "cat ec.crt ec.key | iconv -f ASCII -t UTF-16", want: seen{"unknown", "UTF-16", 0, "", []string{keyfile.FindingKeyFormat}, false}},
	{name: "UTF-16 without a byte order mark", script: "cat ec.crt ec.key | iconv -f ASCII -t UTF-16LE", want: seen{"unknown", "UTF-16", 0, "", []string{keyfile.FindingKeyFormat}, false}},
	{name: "blanks at line ends", script: "cat ec.crt ec.key | sed 's/$/  /'", want: pair(clearEC)},
	{name: "no newline between the blocks", script: "printf '%s' \"$(cat ec.crt)\"; cat ec.key",
		want: seen{"certificate-key", "PEM", 0, "", []string{keyfile.FindingKeyFormat, keyfile.FindingKeyFormat}, false}},
	{name: "everything on one line", script: "cat ec.crt ec.key | tr -d '\\n'",
		want: seen{"certificate-key", "PEM", 0, "", []string{keyfile.FindingKeyFormat, keyfile.FindingKeyFormat}, false}},
	{name: "line ends written as backslash n", script: "cat ec.crt ec.key | awk '{printf \"%s\\\\n\", $0}'",
		want: seen{"certificate-key", "PEM", 0, "", []string{keyfile.FindingKeyFormat, keyfile.FindingKeyFormat}, false}},
	{name: "indented, as in YAML", script: "cat ec.crt ec.key | sed 's/^/  /'",
		want: seen{"certificate-key", "PEM", 0, "", []string{keyfile.FindingKeyFormat, keyfile.FindingKeyFormat}, false}},
	{name: "blank lines in the base64 text", script: "sed 's/^\\(M.*\\)/\\1\\n/' ec.crt; cat ec.key",
		want: seen{"certificate-key", "PEM", 0, "ECDSA-P256", []string{keyfile.FindingKeyFormat}, false}},
	{name: "base64 in one long line", script: "awk '/BEGIN/{print;next}/END/{print \"\";print;next}{printf \"%s\",$0}' ec.crt; cat ec.key", want: pair(clearEC)},
	{name: "a certificate cut off", script: "head -5 ec.crt; cat ec.key",
		want: seen{"certificate-key", "PEM", 0, "ECDSA-P256", []string{keyfile.FindingKeyFormat}, false}},
	{name: "base64 without BEGIN and END", script: "grep -v -- ----- ec.crt", want: seen{"unknown", "base64", 0, "", []string{keyfile.FindingKeyFormat}, false}},

	// Encrypted keys.
	{name: "no password for an encrypted key", script: "sealed", noPassword: true, want: pair(shut, keyfile.FindingPasswordRequired)},
	{name: "no password for a key with DEK-Info", script: "dek -aes256", noPassword: true, want: pair(shut, keyfile.FindingPasswordRequired)},
	{name: "another password", script: "PASSWORD=other; sealed", want: pair(shut, keyfile.FindingPasswordWrong)},
	{name: "another password of a key with DEK-Info", script: "PASSWORD=other; dek -aes256", want: pair(shut, keyfile.FindingPasswordWrong)},
	{name: "PBES2 by default", script: "sealed", want: pair(sealEC)},
	{name: "PBES2 with HMAC-MD5", script: "sealed -v2prf hmacWithMD5", want: goless(sealEC)},
	{name: "PBES2 with HMAC-SHA1", script: "sealed -v2prf hmacWithSHA1", want: pair(sealEC)},
	{name: "PBES2 with HMAC-SHA224", script: "sealed -v2prf hmacWithSHA224", want: goless(sealEC)},
	{name: "PBES2 with HMAC-SHA256", script: "sealed -v2prf hmacWithSHA256", want: pair(sealEC)},
	{name: "PBES2 with HMAC-SHA384", script: "sealed -v2prf hmacWithSHA384", want: goless(sealEC)},
	{name: "PBES2 with HMAC-SHA512", script: "sealed -v2prf hmacWithSHA512", want: goless(sealEC)},
	{name: "PBES2 with HMAC-SHA512-224", script: "sealed -v2prf hmacWithSHA512-224", want: goless(sealEC)},
	{name: "PBES2 with HMAC-SHA512-256", script: "sealed -v2prf hmacWithSHA512-256", want: goless(sealEC)},
	{name: "PBES2 with AES-128", script: "sealed -v2 aes-128-cbc", want: pair(sealEC)},
	{name: "PBES2 with AES-192", script: "sealed -v2 aes-192-cbc", want: pair(sealEC)},
	{name: "PBES2 with triple DES", script: "sealed -v2 des3", want: pair(sealEC)},
	{name: "PBES2 with DES", script: "sealed -v2 des $legacy", want: pair(sealEC, keyfile.FindingKeyEncryption)},
	{name: "PBES2 with RC2", script: "sealed -v2 rc2 $legacy", want: pair(sealEC, keyfile.FindingKeyEncryption)},
	{name: "PBES2 with Camellia", script: "sealed -v2 camellia-256-cbc", want: goless(shut)},
	{name: "PBES2 with ARIA", script: "sealed -v2 aria-256-cbc", want: goless(shut)},
	{name: "PBES2 with SM4", script: "sealed -v2 sm4-cbc", want: goless(shut)},
	{name: "PBES2 with scrypt", script: "sealed -scrypt", want: pair(sealEC)},
	{name: "PBES2 with scrypt, another password", script: "PASSWORD=other; sealed -scrypt", want: pair(shut, keyfile.FindingPasswordWrong)},
	{name: "PBES2 of many rounds", script: "sealed -iter 100000", want: pair(sealEC)},
	{name: "PBES1 with MD5 and DES", script: "sealed -v1 PBE-MD5-DES $legacy", want: pair(sealEC, keyfile.FindingKeyEncryption)},
	{name: "PBES1 with MD5 and RC2", script: "sealed -v1 PBE-MD5-RC2-64 $legacy", want: pair(sealEC, keyfile.FindingKeyEncryption)},
	{name: "PBES1 with SHA-1 and DES", script: "sealed -v1 PBE-SHA1-DES $legacy", want: pair(sealEC, keyfile.FindingKeyEncryption)},
	{name: "PBES1 with SHA-1 and RC2", script: "sealed -v1 PBE-SHA1-RC2-64 $legacy", want: pair(sealEC, keyfile.FindingKeyEncryption)},
	{name: "PKCS#12 encryption with triple DES", script: "sealed -v1 PBE-SHA1-3DES", want: goless(sealEC)},
	{name: "PKCS#12 encryption with two-key DES", script: "sealed -v1 PBE-SHA1-2DES", want: goless(sealEC)},
	{name: "PKCS#12 encryption with RC2-128", script: "sealed -v1 PBE-SHA1-RC2-128 $legacy", want: pair(sealEC, keyfile.FindingKeyEncryption)},
	{name: "PKCS#12 encryption with RC2-40", script: "sealed -v1 PBE-SHA1-RC2-40 $legacy", want: pair(sealEC, keyfile.FindingKeyEncryption)},
	{name: "PKCS#12 encryption with RC4-128", script: "sealed -v1 PBE-SHA1-RC4-128 $legacy", want: pair(sealEC, keyfile.FindingKeyEncryption)},
	{name: "PKCS#12 encryption with RC4-40", script: "sealed -v1 PBE-SHA1-RC4-40 $legacy", want: pair(sealEC, keyfile.FindingKeyEncryption)},
	{name: "DEK-Info with AES-128", script: "dek -aes128", want: pair(sealEC)},
	{name: "DEK-Info with AES-192", script: "dek -aes192", want: pair(sealEC)},
	{name: "DEK-Info with AES-256", script: "dek -aes256", want: pair(sealEC)},
	{name: "DEK-Info with triple DES", script: "dek -des3", want: pair(sealEC)},
	{name: "DEK-Info with DES", script: "dek -des $legacy", want: pair(sealEC, keyfile.FindingKeyEncryption)},
	{name: "DEK-Info with Camellia", script: "dek -camellia256", want: goless(shut)},
	{name: "DEK-Info with SEED", script: "dek -seed $legacy", want: pair(shut, keyfile.FindingKeyEncryption)},
	{name: "DEK-Info in PKCS#1", script: "cat rsa.crt; openssl rsa -in rsa.key -traditional -aes256 -passout \"pass:$PASSWORD\" 2>/dev/null", want: pair("RSA-2048 encrypted matches")},
	{name: "an SSH key", script: "cat ec.crt; ssh-keygen -q -t ed25519 -N '' -f t.ssh; cat t.ssh", want: pair("", keyfile.FindingKeyFormat)},

	// Other containers.
	{name: "a certificate in DER", script: "openssl x509 -in ec.crt -outform DER", want: seen{"certificate-key", "DER", 1, "", []string{keyfile.FindingKeyFormat}, false}},
	{name: "a key in DER", script: "openssl pkey -in ec.key -outform DER", want: seen{"certificate-key", "DER", 0, "ECDSA-P256", []string{keyfile.FindingKeyFormat}, false}},
	{name: "an encrypted key in DER", script: "seal -outform DER", want: seen{"certificate-key", "DER", 0, shut, []string{keyfile.FindingKeyFormat}, false}},
	{name: "a CA in DER", script: "openssl x509 -in ca.pem -outform DER", want: seen{"ca", "DER", 1, "", []string{keyfile.FindingCAInvalid}, false}},
	{name: "PKCS#7", script: "openssl crl2pkcs7 -nocrl -certfile ec.crt -outform DER", want: seen{"unknown", "PKCS#7", 0, "", []string{keyfile.FindingKeyFormat}, false}},
	{name: "PKCS#12 by default", script: "p12 -in ec.crt -inkey ec.key", want: store("PKCS#12", 1, sealEC)},
	{name: "PKCS#12 with a chain", script: "p12 -in ec.crt -inkey ec.key -certfile ca.pem", want: store("PKCS#12", 2, sealEC)},
	{name: "PKCS#12 of old", script: "p12 -legacy -in ec.crt -inkey ec.key", want: store("PKCS#12", 1, sealEC)},
	{name: "PKCS#12 with RC2-40 and two-key DES", script: "p12 $legacy -certpbe PBE-SHA1-RC2-40 -keypbe PBE-SHA1-2DES -in ec.crt -inkey ec.key", want: store("PKCS#12", 1, sealEC)},
	{name: "PKCS#12 with RC4", script: "p12 $legacy -certpbe PBE-SHA1-RC4-128 -keypbe PBE-SHA1-RC4-40 -in ec.crt -inkey ec.key", want: store("PKCS#12", 1, sealEC)},
	{name: "PKCS#12 without encryption", script: "p12 -certpbe NONE -keypbe NONE -in ec.crt -inkey ec.key", want: store("PKCS#12", 1, clearEC)},
	{name: "PKCS#12 without a MAC", script: "p12 -nomac -in ec.crt -inkey ec.key", want: store("PKCS#12", 1, sealEC)},
	{name: "PKCS#12 without a key", script: "p12 -nokeys -in ec.crt", want: store("PKCS#12", 1, "")},
	{name: "PKCS#12 without a certificate", script: "p12 -nocerts -inkey ec.key -in ec.crt", want: store("PKCS#12", 0, "ECDSA-P256 encrypted")},
	{name: "PKCS#12 of a CA alone", script: "p12 -nokeys -in ca.pem", want: seen{"ca", "PKCS#12", 1, "", []string{keyfile.FindingCAInvalid}, true}},
	{name: "PKCS#12 with a MAC of SHA-512", script: "p12 -macalg sha512 -in ec.crt -inkey ec.key", want: store("PKCS#12", 1, sealEC)},
	{name: "PKCS#12 with a MAC of SHA-1 and one round", script: "p12 -macalg sha1 -nomaciter -noiter -in ec.crt -inkey ec.key", want: store("PKCS#12", 1, sealEC)},
	{name: "PKCS#12 with an empty password", script: "PASSWORD=; p12 -in ec.crt -inkey ec.key", noPassword: true, want: store("PKCS#12", 1, sealEC)},
	{name: "PKCS#12 with another password", script: "PASSWORD=other; p12 -in ec.crt -inkey ec.key", want: shutStore(keyfile.FindingPasswordWrong)},
	{name: "PKCS#12 without a MAC and with another password", script: "PASSWORD=other; p12 -nomac -in ec.crt -inkey ec.key", want: store("PKCS#12", 1, shut, keyfile.FindingPasswordWrong)},
	{name: "PKCS#12 and no password", script: "p12 -in ec.crt -inkey ec.key", noPassword: true, want: shutStore(keyfile.FindingPasswordRequired)},
	{name: "PKCS#12 with Camellia", script: "p12 -certpbe camellia-256-cbc -in ec.crt -inkey ec.key", want: shutStore(keyfile.FindingKeyEncryption)},
	{name: "PKCS#12 cut off", script: "p12 -in ec.crt -inkey ec.key | head -c 700", want: seen{"unknown", "unknown", 0, "", []string{keyfile.FindingNoCertificate}, false}},

	// Java's.
	{name: "JKS", script: "p12 -in ec.crt -inkey ec.key -certfile ca.pem >t.p12; keytool -importkeystore -srckeystore t.p12 -srcstorepass \"$PASSWORD\" -destkeystore t.jks -deststoretype JKS -deststorepass \"$PASSWORD\" 2>/dev/null; cat t.jks",
		want: store("JKS", 2, sealEC)},
	{name: "JKS and no password", script: "p12 -in ec.crt -inkey ec.key >t.p12; keytool -importkeystore -srckeystore t.p12 -srcstorepass \"$PASSWORD\" -destkeystore t.jks -deststoretype JKS -deststorepass \"$PASSWORD\" 2>/dev/null; cat t.jks",
		noPassword: true, want: store("JKS", 1, shut, keyfile.FindingPasswordRequired)},
	{name: "JKS with another password", script: "PASSWORD=another; p12 -in ec.crt -inkey ec.key >t.p12; keytool -importkeystore -srckeystore t.p12 -srcstorepass another -destkeystore t.jks -deststoretype JKS -deststorepass another 2>/dev/null; cat t.jks",
		want: store("JKS", 1, shut, keyfile.FindingPasswordWrong)},
	{name: "a JKS trust store", script: "keytool -importcert -noprompt -alias ca -file ca.pem -keystore t.jks -storetype JKS -storepass changeit 2>/dev/null; cat t.jks",
		want: seen{"ca", "JKS", 1, "", []string{keyfile.FindingCAInvalid}, true}},
	{name: "keytool's PKCS#12", script: "keytool -genkeypair -alias k -keyalg EC -groupname secp256r1 -dname CN=k -keystore t.p12 -storetype PKCS12 -storepass \"$PASSWORD\" 2>/dev/null; cat t.p12",
		want: store("PKCS#12", 1, sealEC)},
	{name: "keytool's PKCS#12 trust store", script: "keytool -importcert -noprompt -alias ca -file ca.pem -keystore t.p12 -storetype PKCS12 -storepass \"$PASSWORD\" 2>/dev/null; cat t.p12",
		want: seen{"ca", "PKCS#12", 1, "", []string{keyfile.FindingCAInvalid}, true}},
	{name: "JCEKS", script: "keytool -importcert -noprompt -alias ca -file ca.pem -keystore t.jck -storetype JCEKS -storepass \"$PASSWORD\" 2>/dev/null; cat t.jck",
		want: seen{"ca", "JCEKS", 1, "", []string{keyfile.FindingCAInvalid}, true}},
	{name: "JCEKS with a secret key", script: "keytool -genseckey -alias s -keyalg AES -keysize 128 -keystore t.jck -storetype JCEKS -storepass \"$PASSWORD\" 2>/dev/null; cat t.jck",
		want: seen{"unknown", "JCEKS", 0, "", []string{keyfile.FindingKeyFormat, keyfile.FindingKeyFormat}, true}},

	// For something else altogether.
	{name: "a CA file", script: "cat ca.pem", want: seen{"ca", "PEM", 1, "", nil, false}},
	{name: "a CA file with its key", script: "cat ca.pem ca.key", want: seen{"ca", "PEM", 1, clearEC, []string{keyfile.FindingCAPrivateKey}, false}},
	{name: "a replica set's keyFile", script: "openssl rand -base64 756", want: seen{"unknown", "keyFile", 0, "", []string{keyfile.FindingWrongFile}, false}},
	{name: "a short keyFile", script: "openssl rand -base64 32", want: seen{"unknown", "keyFile", 0, "", []string{keyfile.FindingWrongFile}, false}},
	{name: "a CRL", script: crl + "cat t.crl", want: seen{"crl", "PEM", 0, "", nil, false}},
	{name: "a CRL in DER", script: crl + "openssl crl -in t.crl -outform DER", want: seen{"crl", "DER", 0, "", nil, false}},
	{name: "a request alone", script: "cat ec.csr", want: seen{"unknown", "PEM", 0, "", []string{keyfile.FindingNoCertificate}, false}},
	{name: "nothing", script: ":", want: seen{"unknown", "empty", 0, "", []string{keyfile.FindingNoCertificate}, false}},
	{name: "a mongod.conf", script: "printf 'net:\\n  tls:\\n    mode: requireTLS\\n'", want: seen{"unknown", "unknown", 0, "", []string{keyfile.FindingNoCertificate}, false}},
}

const crl = `: >t.index; echo 01 >t.serial
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=t.index\ndefault_md=sha256\ncrlnumber=t.serial\ndefault_crl_days=7\n' >t.cnf
openssl ca -config t.cnf -gencrl -keyfile ca.key -cert ca.pem -out t.crl 2>/dev/null
`

// store is a key store with all that is in it; drivers do not read it by a URI.
func store(format string, certificates int, key string, findings ...string) seen {
	s := seen{"certificate-key", format, certificates, key, append(findings, keyfile.FindingKeyFormat), true}
	return s
}

// shutStore is one that could not be opened.
func shutStore(finding string) seen {
	return seen{"unknown", "PKCS#12", 0, "", []string{finding, keyfile.FindingKeyFormat}, true}
}

// folder makes the material, once.
func folder(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"openssl", "sh"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s makes these files and is not installed", tool)
		}
	}
	dir := t.TempDir()
	if out, err := shell(t, dir, "set -e\n"+material); err != nil {
		t.Fatalf("making keys and certificates: %v\n%s", err, out)
	}
	return dir
}

func shell(t *testing.T, dir, script string) ([]byte, error) {
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PASSWORD="+password, "LC_ALL=C")
	return cmd.Output()
}

// needs are the tools of some rows only.
var needs = []string{"keytool", "ssh-keygen", "iconv"}

func TestFiles(t *testing.T) {
	material := folder(t)
	made := map[string]bool{}
	for _, r := range rows {
		if made[r.name] {
			t.Errorf("there are two rows %q", r.name)
		}
		made[r.name] = true
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			for _, tool := range needs {
				if _, err := exec.LookPath(tool); err != nil && strings.Contains(r.script, tool) {
					t.Skipf("%s makes this file and is not installed", tool)
				}
			}
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(material)); err != nil {
				t.Fatal(err)
			}
			content, err := shell(t, dir, prologue+r.script)
			if err != nil {
				t.Fatalf("making the file: %v", err)
			}
			path := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			i := &keyfile.Inspector{Password: password}
			if r.noPassword {
				i.Password = ""
			}
			got := look(t, i, path)
			tellsNoSecret(t, i, path, dir)
			want := r.want
			want.Findings = slices.Sorted(slices.Values(want.Findings))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Inspect (-want +got):\n%s", diff)
			}
			if got.Kind != keyfile.KindCA {
				tryGoDriver(t, path, i.Password, r.name, got)
				tryNode(t, path, i.Password, r.name, got)
			}
		})
	}
}

// look inspects a file.
func look(t *testing.T, i *keyfile.Inspector, path string) seen {
	t.Helper()
	f := i.Inspect([]string{path}, nil)[0].Fact
	s := seen{Kind: f.Kind, Format: f.Format}
	for _, b := range f.Blocks {
		if b.Certificate != nil {
			s.Certificates++
		}
	}
	for _, p := range f.Problems {
		s.Findings = append(s.Findings, p.Finding)
		if strings.Contains(p.Detail, "failed to parse") {
			t.Errorf("the problem says no more than %q", p.Detail)
		}
	}
	slices.Sort(s.Findings)
	for _, l := range f.Limits {
		s.GoLimit = s.GoLimit || slices.Contains(l.Drivers, "go")
	}
	var key []string
	for _, part := range []struct {
		holds bool
		text  string
	}{{f.Key.Type != "", f.Key.Type}, {f.Key.Encrypted, "encrypted"}, {f.Key.Matches != "", "matches"}} {
		if part.holds {
			key = append(key, part.text)
		}
	}
	s.Key = strings.Join(key, " ")
	return s
}

// tellsNoSecret looks for the password, and for the text of the keys that the file
// may have been made of, in all that is told of the file.
func tellsNoSecret(t *testing.T, i *keyfile.Inspector, path, dir string) {
	t.Helper()
	told := fmt.Sprintf("%+v", i.Inspect([]string{path}, nil)[0].Fact)
	if _, err := keyfile.LoadCertificateKey(path, "", i.Password); err != nil {
		told += err.Error()
	}
	if _, err := keyfile.LoadCAs(path); err != nil {
		told += err.Error()
	}
	secrets := []string{password}
	keys, err := filepath.Glob(filepath.Join(dir, "*.key"))
	if err != nil || len(keys) == 0 {
		t.Fatalf("%d keys in %s, error %v", len(keys), dir, err)
	}
	for _, key := range append(keys, filepath.Join(dir, "ec.sec1"), filepath.Join(dir, "rsa.pkcs1")) {
		text, err := os.ReadFile(key)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "-----") && len(line) >= 20 {
				secrets = append(secrets, line)
			}
		}
	}
	for _, secret := range secrets {
		if strings.Contains(told, secret) {
			t.Errorf("%q is told", secret)
		}
	}
}
