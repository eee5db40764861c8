package verify

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// dotnetFlags are the X509ChainStatusFlags that OpenSSL's errors become, in the
// order of their values, by which .NET lists them (OpenSslX509ChainProcessor.cs,
// MapVerifyErrorToChainStatus).
var dotnetFlags = []struct {
	name  string
	codes []int
}{
	{"NotTimeValid", []int{errCertNotYetValid, errCertHasExpired}},
	{"NotSignatureValid", []int{errUnableToDecodeIssuerKey, errCertSignatureFailure}},
	{dotnetWrongUsage, []int{errInvalidPurpose}},
	{"UntrustedRoot", []int{errDepthZeroSelfSignedCert, errSelfSignedCertInChain}},
	{"InvalidExtension", []int{errInvalidExtension}},
	{"InvalidBasicConstraints", []int{errPathLengthExceeded, errKeyUsageNoCertSign, errInvalidCA}},
	{"InvalidNameConstraints", []int{errUnsupportedNameSyntax}},
	{"HasNotSupportedNameConstraint", []int{errSubtreeMinMax}},
	{"HasNotPermittedNameConstraint", []int{errPermittedViolation}},
	{"HasExcludedNameConstraint", []int{errExcludedViolation}},
	{"PartialChain", []int{errUnableToGetIssuerCert, errUnableToGetIssuerCertLocally, errUnableToVerifyLeafSignature}},
	{"HasNotSupportedCriticalExtension", []int{errUnhandledCriticalExtension}},
}

// dotnetWrongUsage is the flag of extended key usages, which .NET checks itself.
const dotnetWrongUsage = "NotValidForUsage"

// DotNet is the verdict of SslStream in .NET on Linux with its default policy.
// It has OpenSSL build the chain without a purpose or a security level, collects
// every error, and looks at extended key usages and the host itself. An
// intermediate that is missing it downloads from where authorityInfoAccess
// points to; to see that verdict, have it among in.Presented.
func DotNet(in Input, host string) Verdict {
	v := Verdict{Stack: StackDotNet, Basis: BasisSource}
	const prefix = "The remote certificate is invalid "
	if i, unreadable := firstUnreadable(in); unreadable {
		v.Depth, v.Name = i, "SslException"
		v.Text = "SSL Handshake failed with OpenSSL error - SSL_ERROR_SSL."
		return v
	}
	run := verifyOpenSSL(in, OpenSSLOptions{Purpose: PurposeAny, KeepGoing: true})
	v.Path = run.chain
	flags := make(map[string]bool)
	for _, f := range run.faults {
		mapped := false
		for _, flag := range dotnetFlags {
			if slices.Contains(flag.codes, f.code) {
				flags[flag.name], mapped = true, true
			}
		}
		if !mapped {
			v.Code, v.Depth, v.Name = f.code, f.depth, "CryptographicException"
			v.Text = "Error occurred during a cryptographic operation."
			return v
		}
	}
	if !dotnetUsage(run.chain) {
		flags[dotnetWrongUsage] = true
	}
	var names []string
	for _, flag := range dotnetFlags {
		if flags[flag.name] {
			names = append(names, flag.name)
		}
	}
	mismatch := host != "" && !MatchHost(NamesDotNet, in.Presented[0], host)
	switch {
	case len(names) == 0 && !mismatch:
		v.OK = true
		return v
	case !mismatch:
		v.Name = strings.Join(names, ", ")
		v.Text = prefix + "because of errors in the certificate chain: " + v.Name
	case len(names) == 0:
		v.Name = "RemoteCertificateNameMismatch"
		v.Text = prefix + "according to the validation procedure: " + v.Name
	default:
		v.Name = "RemoteCertificateNameMismatch, RemoteCertificateChainErrors"
		v.Text = prefix + "according to the validation procedure: " + v.Name
	}
	if len(run.faults) > 0 {
		v.Depth = run.faults[0].depth
	}
	return v
}

// dotnetUsage reports whether every certificate of a chain that has extended key
// usages has serverAuth or anyExtendedKeyUsage among them.
func dotnetUsage(chain []*certificate.Certificate) bool {
	return !slices.ContainsFunc(chain, func(c *certificate.Certificate) bool {
		return c.EKUPresent && !c.AnyEKU && !slices.Contains(c.EKUs, certificate.EKUServerAuth)
	})
}
