package finding

import (
	"fmt"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/verify"
)

// place says which certificate of the path is meant.
func place(c *certificate.Certificate, depth int) string {
	switch {
	case depth == 0:
		return "The server's certificate"
	case c.Error != "":
		return fmt.Sprintf("Certificate %d of those sent", depth+1)
	case c.SelfIssued():
		return "The root " + c.Subject
	}
	return "The intermediate " + c.Subject
}

// chainWords are the title of a fault, where the catalogue's can be said more
// exactly, and what was seen.
func chainWords(j *judge, f verify.Fault) (title, detail string) {
	c := f.Cert
	which := place(c, f.Depth)
	switch f.Kind {
	case verify.KindExpired, verify.KindIntermediateExpired, verify.KindRootExpired:
		ago := span(j.at.Sub(c.NotAfter))
		return fmt.Sprintf("%s expired %s ago", shortPlace(f), ago), fmt.Sprintf("%s was valid until %s, %s ago.", which, stamp(c.NotAfter), ago)
	case verify.KindNotYetValid:
		in := span(c.NotBefore.Sub(j.at))
		return fmt.Sprintf("%s is not valid for another %s", shortPlace(f), in), fmt.Sprintf("%s is valid from %s, in %s.", which, stamp(c.NotBefore), in)
	case verify.KindExpiring:
		left := span(c.NotAfter.Sub(j.at))
		return fmt.Sprintf("%s expires in %s", shortPlace(f), left), fmt.Sprintf("%s is valid until %s, %s from now.", which, stamp(c.NotAfter), left)
	case verify.KindCAFileMismatch:
		return caFileWords(j, f)
	case verify.KindIntermediateMissing:
		detail = fmt.Sprintf("The chain ends in %s, whose issuer %s was not sent.", c.Subject, c.Issuer)
		switch f.Reason {
		case verify.ReasonWrongIntermediate:
			detail += " A certificate of that name was sent, with another key: it is an older or newer one."
		case verify.ReasonRelatedRoot:
			detail += fmt.Sprintf(" The trust store has %s, which may have issued it.", f.Other.Subject)
		case verify.ReasonIssuerURL:
			detail += fmt.Sprintf(" The certificate says where it can be had: %s.", joined(f.Details))
		}
		return "", detail
	case verify.KindIssuerUnknown:
		return issuerWords(j, which, f)
	case verify.KindSelfSignedLeaf:
		return "", fmt.Sprintf("%s is its own issuer, %s, and is not in the trust store.", which, c.Subject)
	case verify.KindSelfSignedRoot:
		return "", fmt.Sprintf("The chain ends in the root %s, which the server sent and the trust store does not have.", c.Subject) + j.elsewhere()
	case verify.KindMalformed:
		return malformedWords(which, f)
	case verify.KindIssuerNotCA:
		return "", fmt.Sprintf("%s issued another certificate and may not: %s.", which, map[verify.Reason]string{
			verify.ReasonNotCA:              "its basicConstraints say CA:FALSE",
			verify.ReasonNoBasicConstraints: "it has no basicConstraints",
			verify.ReasonNoCertSign:         "its keyUsage lacks keyCertSign",
		}[f.Reason])
	case verify.KindPathLength:
		return "", fmt.Sprintf("%s has pathlen %d; the number of intermediates below it is %d.", which, f.Limit, f.Value)
	case verify.KindNameConstraint:
		detail = fmt.Sprintf("The names %s are not among those that %s may certify.", joined(f.Details), otherSubject(f))
		switch f.Reason {
		case verify.ReasonNotEvaluated:
			detail = fmt.Sprintf("%s has name constraints that were not evaluated here: %s.", otherSubject(f), joined(f.Details))
		case verify.ReasonExcluded:
			detail = fmt.Sprintf("The names %s are among those that %s must not certify.", joined(f.Details), otherSubject(f))
		}
		return "", detail
	case verify.KindCriticalExtension:
		return "", fmt.Sprintf("%s has %s.", which, joined(f.Details))
	case verify.KindPurposeServer:
		return "", fmt.Sprintf("%s is limited to other purposes than serverAuth: %s.", which, purposeWords(f))
	case verify.KindPurposeClient:
		return "", fmt.Sprintf("%s is limited to purposes without clientAuth: %s.", which, purposeWords(f))
	case verify.KindKeyTooSmall:
		return "", fmt.Sprintf("%s has a key of %d bits (%s); %d are the least.", which, f.Value, c.KeyType, f.Limit)
	case verify.KindSignatureWeak:
		return "", fmt.Sprintf("%s is signed with %s.", which, c.SignatureAlgorithm)
	case verify.KindMisordered:
		if f.Reason == verify.ReasonLeafNotFirst {
			return "The first certificate sent is a CA's", fmt.Sprintf("%s is sent as the server's own, and %s comes later.", c.Subject, otherSubject(f))
		}
		return "", fmt.Sprintf("%s is not followed by its issuer, which was sent elsewhere.", which)
	case verify.KindExtra:
		return extraWords(f)
	case verify.KindLifetime:
		return "", fmt.Sprintf("%s is valid for %d days; Apple's systems accept %d.", which, f.Value, f.Limit)
	case verify.KindKeyIdentifierMissing:
		switch f.Reason {
		case verify.ReasonAmbiguousIssuer:
			return "OpenSSL takes the wrong one of two CA certificates", fmt.Sprintf("%s does not say by which key it was signed, and there are two certificates of %s. OpenSSL takes one that did not sign it, and does not try the other.", which, c.Issuer)
		case verify.ReasonSubjectKey:
			return "", fmt.Sprintf("%s has no subjectKeyIdentifier.", which)
		}
		return "", fmt.Sprintf("%s has no authorityKeyIdentifier.", which)
	case verify.KindNotStrict:
		return "", fmt.Sprintf("%s: %s.", which, joined(f.Details))
	}
	return "", which + "."
}

// issuerWords tells of an issuer that is not in the trust store, or that OpenSSL
// does not come to.
func issuerWords(j *judge, which string, f verify.Fault) (title, detail string) {
	c := f.Cert
	switch {
	case f.Reason == verify.ReasonNotTried && f.Other != nil:
		return "OpenSSL does not find the path to a trusted root", fmt.Sprintf("There is a path to a trusted root, and OpenSSL leaves it at %s: it looks up each issuer once and does not go back.", f.Other.Subject)
	case f.Reason == verify.ReasonOtherKey && f.Other != nil:
		detail = fmt.Sprintf("%s was issued by %s. The trust store has a certificate of that name, with another key.", which, c.Issuer)
	case c.SelfIssued() && f.Other != nil:
		detail = fmt.Sprintf("The chain ends in %s, which is not in the trust store. It has %s, which is no root; OpenSSL-based drivers want the root.", c.Subject, f.Other.Subject)
	default:
		detail = fmt.Sprintf("%s was issued by %s, which is not in the trust store.", which, c.Issuer)
	}
	return "", detail + j.elsewhere()
}

// shortPlace is place for a title.
func shortPlace(f verify.Fault) string {
	switch {
	case f.Depth == 0:
		return "The server's certificate"
	case f.Cert.SelfIssued():
		return "The root certificate"
	}
	return "An intermediate certificate"
}

// elsewhere tells which other store would trust the chain.
func (j *judge) elsewhere() string {
	if j.trustedBy(verify.StoreMozilla) && !j.trustedBy(verify.StoreSystem) {
		return " Mozilla's roots trust it, this machine's do not: they are outdated."
	}
	return ""
}

func caFileWords(j *judge, f verify.Fault) (title, detail string) {
	file := j.target.Options.TLSCAFile
	switch f.Reason {
	case verify.ReasonOtherKey:
		title = "The CA file holds an older or newer certificate of this CA"
		detail = fmt.Sprintf("%s has a certificate of %s, with another key than the one that signed this chain: the CA was made again.", file, otherSubject(f))
	case verify.ReasonKeyIdentifier:
		detail = fmt.Sprintf("%s has a certificate of %s with the right key, but the chain names another authority key identifier.", file, otherSubject(f))
	case verify.ReasonBadSignature:
		detail = fmt.Sprintf("%s has a certificate of %s with the right name and key identifier, and the signature is not its own.", file, otherSubject(f))
	case verify.ReasonPartial:
		title = "The CA file holds an intermediate and not its root"
		detail = fmt.Sprintf("%s holds %s, which is no root. Go, Java and mongosh accept that as the end of a path; OpenSSL-based drivers want the self-signed root: \"unable to get issuer certificate\".", file, otherSubject(f))
	case verify.ReasonLeafOnly:
		title = "The CA file holds the server's certificate and not its CA"
		detail = fmt.Sprintf("%s holds the server's own certificate, which was issued by %s. Go and Java accept that; OpenSSL-based drivers want the CA.", file, f.Cert.Issuer)
	default:
		detail = fmt.Sprintf("The chain ends in %s, issued by %s. %s holds no certificate of that name.", f.Cert.Subject, f.Cert.Issuer, file)
	}
	if len(j.chain.TrustedBy) > 0 {
		detail += fmt.Sprintf(" Without tlsCAFile it would be trusted (%s).", joined(j.chain.TrustedBy))
	}
	for _, local := range j.target.Files {
		if local.Option == "tlsCAFile" && len(local.Subjects) > 0 && f.Reason == verify.ReasonUnrelated {
			detail += fmt.Sprintf(" It holds: %s.", listed(local.Subjects))
		}
	}
	return title, detail
}

func malformedWords(which string, f verify.Fault) (title, detail string) {
	switch f.Reason {
	case verify.ReasonUnreadable:
		return "", fmt.Sprintf("%s cannot be read at all: %s.", which, f.Cert.Error)
	case verify.ReasonExplicitCurve:
		return "", fmt.Sprintf("%s has an elliptic curve key with explicit parameters, which OpenSSL 3 and Go refuse.", which)
	case verify.ReasonKey:
		return "", fmt.Sprintf("%s has a public key that OpenSSL does not take: %s.", which, joined(f.Details))
	case verify.ReasonGoRefuses:
		return "A certificate that the Go driver and the database tools refuse to read",
			fmt.Sprintf("%s is read by OpenSSL and refused by Go: %s.", which, joined(f.Details))
	}
	return "", fmt.Sprintf("%s has an extension that cannot be decoded: %s.", which, joined(f.Details))
}

func extraWords(f verify.Fault) (title, detail string) {
	switch f.Reason {
	case verify.ReasonRootIncluded:
		return "The server sends its root certificate too", fmt.Sprintf("The root %s is sent; clients use their own copy.", f.Cert.Subject)
	case verify.ReasonDuplicate:
		return "", fmt.Sprintf("%s is sent twice.", f.Cert.Subject)
	}
	return "", fmt.Sprintf("%s is sent and is not part of the path.", f.Cert.Subject)
}

func otherSubject(f verify.Fault) string {
	if f.Other == nil {
		return "another certificate"
	}
	return f.Other.Subject
}

// ekuNames are the names of common extended key usages (RFC 5280 section
// 4.2.1.12).
var ekuNames = map[string]string{
	"1.3.6.1.5.5.7.3.1": "serverAuth",
	"1.3.6.1.5.5.7.3.2": "clientAuth",
	"1.3.6.1.5.5.7.3.3": "codeSigning",
	"1.3.6.1.5.5.7.3.4": "emailProtection",
	"1.3.6.1.5.5.7.3.8": "timeStamping",
	"1.3.6.1.5.5.7.3.9": "OCSPSigning",
}

func purposeWords(f verify.Fault) string {
	switch {
	case f.Reason == verify.ReasonKeyUsage && f.Kind == verify.KindPurposeClient:
		return "its keyUsage has neither digitalSignature nor keyAgreement"
	case f.Reason == verify.ReasonKeyUsage:
		return "its keyUsage has none of digitalSignature, keyEncipherment and keyAgreement"
	case f.Reason == verify.ReasonNetscapeCertType:
		return "its nsCertType says so"
	}
	var names []string
	for _, oid := range f.Details {
		if name, ok := ekuNames[oid]; ok {
			oid = name
		}
		names = append(names, oid)
	}
	return "extendedKeyUsage " + joined(names)
}

// breakWords are the few words beside a certificate in the drawn chain.
func breakWords(j *judge, f verify.Fault) string {
	switch f.Kind {
	case verify.KindExpired, verify.KindIntermediateExpired, verify.KindRootExpired:
		return "expired " + span(j.at.Sub(f.Cert.NotAfter)) + " ago"
	case verify.KindNotYetValid:
		return "not valid yet"
	case verify.KindExpiring:
		return "expires in " + span(f.Cert.NotAfter.Sub(j.at))
	case verify.KindIntermediateMissing:
		return "its issuer was not sent"
	case verify.KindIssuerUnknown, verify.KindCAFileMismatch:
		return "its issuer is not trusted"
	case verify.KindSelfSignedLeaf, verify.KindSelfSignedRoot:
		return "self-signed and not trusted"
	case verify.KindIssuerNotCA:
		return "may not issue certificates"
	case verify.KindPathLength:
		return "allows a shorter path only"
	case verify.KindNameConstraint:
		return "has a name outside its CA's constraints"
	case verify.KindCriticalExtension:
		return "critical extension not understood"
	case verify.KindPurposeServer:
		return "not for servers"
	case verify.KindKeyTooSmall:
		return "key too small"
	case verify.KindSignatureWeak:
		return "signed with " + f.Cert.SignatureAlgorithm
	case verify.KindMalformed:
		return "malformed"
	case verify.KindMisordered:
		return "out of order"
	case verify.KindLifetime:
		return fmt.Sprintf("valid for %d days", f.Value)
	}
	return string(f.Kind)
}
