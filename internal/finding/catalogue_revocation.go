package finding

// revocations: a certificate was taken back, or nobody can tell.
var revocations = []Entry{
	{
		ID:    "crl-file-invalid",
		Title: "The CRL file cannot be used",
		Why:   "Drivers that take tlsCRLFile (PyMongo, Node) read it before they connect, and stop there: \"no certificate or crl found\" (PyMongo), \"Failed to parse CRL\" (Node).",
		Fix: []string{
			"Get the CA's current CRL in PEM form and name that file with tlsCRLFile; {filehint}.",
			"$ openssl crl -inform DER -in {file} -out crl.pem",
		},
		Silences: []ID{"crl-missing-issuer"},
	},
	{
		ID:    "revoked",
		Title: "A certificate is revoked",
		Why:   "The CA took the certificate back, because its key leaked or because it was replaced. Clients that check revocation refuse it, whatever its dates: \"certificate revoked\" (OpenSSL, error 23), \"OCSP verification failed: certificate is revoked\" (Go), \"Failed OCSP verification\" (C, PHP). PyMongo without the ocsp extra, and Node, look at a CRL file only.",
		Fix: []string{
			"Issue a new certificate with a new key, put both into the file that net.tls.certificateKeyFile names, and restart the server.",
			"Ask the CA why it was revoked before anything else, if the reason is keyCompromise.",
		},
		Silences: []ID{"crl-expired", "ocsp-unknown", "ocsp-unreachable", "ocsp-invalid", "crl-unreachable"},
	},
	{
		ID:    "staple-invalid",
		Title: "The stapled OCSP response is not valid",
		Why:   "The server staples a response that does not vouch for its certificate. Clients that verify staples end the handshake: \"error validating stapled response\" (Go), \"Failed OCSP verification\" (C, PHP), \"invalid status response\" (PyMongo with the ocsp extra).",
		Fix: []string{
			"Restart the server: mongod fetches a new response at startup.",
			"If it comes back, look at what the responder answers; mongod staples what it gets:",
			"$ openssl s_client -connect {dial} {sni} -status </dev/null",
			"Where the server's certificate was replaced, see that net.tls.CAFile holds its issuer: mongod verifies its own chain with it.",
		},
	},
	{
		ID:    "staple-expired",
		Title: "The stapled OCSP response is out of date",
		Why:   "Its nextUpdate has passed by this machine's clock. Clients that verify staples end the handshake. mongod renews a response at half of its life and keeps the old one while the responder does not answer.",
		Fix: []string{
			"See that the server reaches its CA's responder; mongod logs the attempts (ids 577164, 5512201):",
			"$ openssl s_client -connect {dial} {sni} -status </dev/null",
			"Compare this machine's clock with the right time.",
		},
	},
	{
		ID:    "must-staple-missing",
		Title: "The certificate demands a stapled OCSP response, and none came",
		Why:   "Its TLS feature extension (must-staple, RFC 7633) tells clients to insist: \"server provided a certificate with the Must-Staple extension but did not provide a stapled OCSP response\" (Go), \"Failed OCSP verification\" (C, PHP). Others connect.",
		Fix: []string{
			"See why the server does not staple; mongod logs \"Could not staple OCSP response\" (ids 23232, 5512202). It staples on Linux from 4.4, needs the issuer in net.tls.CAFile, and reaches responders by plain http only.",
			"Or issue the certificate without must-staple.",
		},
	},
	{
		ID:    "crl-expired",
		Title: "The CRL is out of date",
		Why:   "Its nextUpdate has passed. OpenSSL then refuses every certificate of that CA, good ones too: \"CRL has expired\" (error 12; Node CRL_HAS_EXPIRED).",
		Fix: []string{
			"Get the CA's current CRL, put it in place of the file, and see to it that this happens again before each nextUpdate.",
			"$ openssl crl -in {crlfile} -noout -lastupdate -nextupdate",
		},
	},
	{
		ID:    "crl-missing-issuer",
		Title: "The CRL file has no CRL of the certificate's issuer",
		Why:   "With tlsCRLFile OpenSSL wants a CRL of the CA that issued the server's certificate, and refuses the certificate without one: \"unable to get certificate CRL\" (error 3).",
		Fix: []string{
			"Append that CA's CRL to the file; with intermediates it is that of {issuer}, not of the root.",
			"$ openssl crl -in {crlfile} -noout -issuer",
		},
	},
	{
		ID:    "crl-invalid",
		Title: "The CRL does not hold",
		Why:   "The CRL is not signed by the certificate's issuer, or says things that a client must understand and does not: \"CRL signature failure\" (OpenSSL, error 8), \"unhandled critical CRL extension\" (36).",
		Fix: []string{
			"Get the CRL again from the CA. If the CA was made again, its old CRLs are worth nothing.",
			"$ openssl crl -in {crlfile} -noout -issuer -CAfile {cafile}",
		},
	},
	{
		ID:    "ocsp-unreachable",
		Title: "The OCSP responder does not answer",
		Why:   "Go, C, PHP, Ruby, and PyMongo with the ocsp extra ask it when no response is stapled. It is a soft failure: they wait for it, five seconds at most, and connect.",
		Fix: []string{
			"Let clients reach {url} through the firewall or proxy.",
			"If they are not meant to, set tlsDisableOCSPEndpointCheck=true: it spares the wait, and stapled responses are still verified.",
			"Best, have the server staple: from 4.4 mongod does, if it reaches the responder itself.",
		},
	},
	{
		ID:    "ocsp-invalid",
		Title: "The OCSP responder's answer does not count",
		Why:   "It answered with something that does not vouch for the certificate. It is a soft failure: drivers that ask responders go on without.",
		Fix: []string{
			"Tell who runs the responder; what is wrong with the answer is said above.",
			"If the answer is a web page, a proxy on the way intercepts {url}.",
		},
	},
	{
		ID:    "ocsp-unknown",
		Title: "The OCSP responder does not know the certificate",
		Why:   "The answer is \"unknown\": drivers connect, stricter clients do not. The responder is another CA's, or has not heard of the certificate yet.",
		Fix: []string{
			"If the certificate is new, wait for the responder to learn of it.",
			"Else ask the CA whether it issued this certificate, and compare the responder's address in it.",
		},
	},
	{
		ID:    "crl-unreachable",
		Title: "A CRL cannot be fetched",
		Why:   "The certificate names where its CRL can be had, and it could not be had from here. Official drivers do not fetch CRLs; Java and .NET do where they are configured to.",
		Fix: []string{
			"Nothing, unless your clients are configured to fetch CRLs; then let them reach {url}.",
		},
	},
	{
		ID:    "revocation-unchecked",
		Title: "Revocation was not looked at",
		Why:   "An option leaves it out, so a revoked certificate would not be noticed.",
		Fix: []string{
			"Run the check without that option where the responders can be reached.",
		},
	},
}
