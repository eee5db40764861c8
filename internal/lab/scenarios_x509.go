package lab

// applicationUser is the user that clientNode's certificate stands for.
const applicationUser = "CN=application,OU=clients,O=" + organization

// authentications are the endpoints that a client authenticates at with its
// certificate (MONGODB-X509).
func authentications() []Scenario {
	const group = "Authentication with MONGODB-X509"
	// authenticating is a client whose certificate the server verifies, and whose
	// user there is.
	authenticating := func(edit func(*setting)) func(*bench) error {
		return onMongod(func(s *setting) {
			s.bench.x509 = true
			s.clientCAs, s.client = []string{root}, []string{client, intermediate}
			s.server.Users = []string{applicationUser}
			edit(s)
		})
	}
	return []Scenario{
		{
			ID: "x509-authenticated", Group: group, Title: "nothing is wrong",
			Summary: "The client authenticates with its certificate, whose subject is a user of the database $external.",
			Verdict: "pass",
			build:   authenticating(func(s *setting) { s.bench.user = applicationUser }),
		},
		{
			ID: "x509-user-mismatch", Group: group, Title: "a user name in another order",
			Summary: "The connection string names the certificate's user in the order of the certificate; mongod sees it the other way round.",
			Finding: "x509-user-mismatch", Verdict: "fail",
			build: authenticating(func(s *setting) { s.bench.user = "O=" + organization + ",OU=clients,CN=application" }),
		},
		{
			ID: "x509-user-unknown", Group: group, Title: "a user that there is not",
			Summary: "mongod verifies the client's certificate, and nobody has created the user that it stands for.",
			Finding: "x509-auth-failed", Verdict: "fail",
			build: authenticating(func(s *setting) { s.server.Users = nil }),
		},
		{
			ID: "x509-no-certificate", Group: group, Title: "no certificate to authenticate with",
			Summary: "mongod lets clients in that have no certificate (allowConnectionsWithoutCertificates), and cannot authenticate this one.",
			Finding: "x509-auth-failed", Verdict: "fail",
			build: authenticating(func(s *setting) {
				s.client = nil
				s.server.AllowConnectionsWithoutCertificates = true
			}),
		},
		{
			ID: "x509-not-verified", Group: group, Title: "a certificate that was not verified",
			Summary: "mongod has allowInvalidCertificates: it lets a client in whose certificate is of a former CA, and has no verified name to authenticate it by.",
			Finding: "x509-auth-failed", Verdict: "fail",
			build: authenticating(func(s *setting) {
				formerClient(s)
				s.server.AllowInvalidCertificates = true
			}),
		},
		{
			ID: "x509-not-asked", Group: group, Title: "a certificate that nobody asked for",
			Summary: "The server has no CAFile and asks for no client certificate, so that the client's own never gets there.",
			Finding: "client-cert-not-requested", Verdict: "fail",
			build: authenticating(func(s *setting) { s.clientCAs = nil }),
		},
		{
			ID: "x509-cluster-member", Group: group, Title: "a certificate that is a member's",
			Summary: "The client's certificate has the same O and OU as the server's: mongod takes it for a member's, and clusterAuthMode keyFile lets no member authenticate with one.",
			Finding: "x509-auth-failed", Verdict: "fail",
			build: authenticating(func(s *setting) {
				s.node(client).OrganizationalUnit = "servers"
				s.server.Users = []string{"CN=application,OU=servers,O=" + organization}
			}),
		},
		{
			ID: "x509-authenticated-member", Group: group, Title: "a client that may do anything",
			Summary: "The client's certificate has the same O and OU as the server's, and clusterAuthMode is x509: it is authenticated as a member of the cluster, with all rights.",
			Finding: "client-cert-cluster-member", Verdict: "warn",
			build: authenticating(func(s *setting) {
				s.node(client).OrganizationalUnit = "servers"
				s.server.ClusterX509 = true
			}),
		},
	}
}
