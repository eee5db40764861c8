package verify

// debianLevel is the security level of OpenSSL in Debian and Ubuntu, and
// everywhere from 3.2 on.
const debianLevel = 2

// The security levels of Node.js by its OpenSSL.
const nodeLevel = 1

// Stacks are the verdicts of all stacks as the drivers set them up by default,
// in the order of the Stack constants.
func Stacks(in Input, host string) []Verdict {
	in = in.Shared()
	openssl := func(v OpenSSLVersion) Verdict {
		return OpenSSL(in, OpenSSLOptions{Version: v, SecurityLevel: debianLevel, Host: host})
	}
	return []Verdict{
		openssl(OpenSSL111), openssl(OpenSSL30), openssl(OpenSSL35), Node(in, host, NodeOptions{SecurityLevel: nodeLevel}),
		GoX509(in, host), Java(in, host), DotNet(in, host), Rustls(in, host),
	}
}
