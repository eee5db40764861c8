package finding

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
)

// cloud is a service that others run, with what is different there.
type cloud struct {
	name string
	// domains are those of its endpoints, issuers what the names of its own CAs
	// have in them; setName is what its servers call their set, if that tells.
	domains []string
	issuers []string
	setName string
	// connect is the page that tells how to connect.
	connect string
	// advice comes before a finding's own fix.
	advice map[ID][]string
}

// The pages that the advice leads to.
const (
	atlasAccess    = "https://www.mongodb.com/docs/atlas/security/ip-access-list/"
	atlasTLS       = "https://www.mongodb.com/docs/atlas/reference/faq/security/"
	atlasTrouble   = "https://www.mongodb.com/docs/atlas/troubleshoot-connection/"
	documentdbTLS  = "https://docs.aws.amazon.com/documentdb/latest/developerguide/security.encryption.ssl.html"
	documentdbCAs  = "https://docs.aws.amazon.com/documentdb/latest/developerguide/ca_cert_rotation.html"
	documentdbVPC  = "https://docs.aws.amazon.com/documentdb/latest/developerguide/connect-from-outside-a-vpc.html"
	cosmosConnect  = "https://learn.microsoft.com/azure/cosmos-db/mongodb/connect-account"
	cosmosMinimum  = "https://learn.microsoft.com/azure/cosmos-db/self-serve-minimum-tls-enforcement"
	cosmosFirewall = "https://learn.microsoft.com/azure/cosmos-db/how-to-configure-firewall"
)

// The advice that several findings share.
var (
	atlasRoots = []string{
		"Leave tlsCAFile out: Atlas presents certificates of Let's Encrypt (ISRG Root X1) and of Google Trust Services (GTS Root R1 to R4), which the system's store has. A CA file of one's own must hold the roots of both, since either may be served after the next renewal: " + atlasTLS,
	}
	atlasTurnsAway = []string{
		"At Atlas, look at Network Access first: an address that is not on the IP access list is turned away, with alert 80, by closing, or by silence: " + atlasAccess,
		"Then look whether the cluster is paused, and whether outgoing connections to ports 27015 to 27017 are allowed here: " + atlasTrouble,
	}
	documentdbRoots = []string{
		"The certificates of Amazon DocumentDB are of Amazon's own CAs, which no system's store has. Fetch their bundle and name it as tlsCAFile: " + documentdbTLS,
		"$ curl -sSO https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
		"An older file, such as rds-combined-ca-bundle.pem, lacks the CAs in use since 2024: " + documentdbCAs,
	}
	documentdbReach = []string{
		"An Amazon DocumentDB cluster is reached from within its VPC only: from outside, through an SSH tunnel or a VPN: " + documentdbVPC,
	}
	cosmosReach = []string{
		"At Azure Cosmos DB for MongoDB the port is 10255 (request units); a vCore cluster is reached by mongodb+srv. Copy the connection string from the portal: " + cosmosConnect,
		"If the port is right, look at the account's firewall: " + cosmosFirewall,
	}
)

// clouds are the services that are recognised.
var clouds = []*cloud{
	{
		name: "MongoDB Atlas", domains: atlasDomains, connect: atlasTrouble,
		advice: map[ID][]string{
			"issuer-unknown": atlasRoots, "ca-file-mismatch": atlasRoots, "self-signed-root-untrusted": atlasRoots,
			"tcp-timeout": atlasTurnsAway, "tcp-refused": atlasTurnsAway, "member-unreachable": atlasTurnsAway,
			"alert-internal-error": atlasTurnsAway,
			"sni-required": {
				"Shared and Flex clusters of Atlas tell clusters apart by the server name, and answer a client without one with error 8000: connect by the name that Atlas shows, with a driver that sends it: " + atlasTrouble,
			},
			"protocol-version": {"Atlas accepts TLS 1.2 and 1.3 only, since July 2025 on every cluster: " + atlasTLS},
		},
	},
	{
		name: "Amazon DocumentDB", domains: []string{".docdb.amazonaws.com", ".docdb-elastic.amazonaws.com"},
		issuers: []string{"Amazon RDS"}, connect: documentdbTLS,
		advice: map[ID][]string{
			"issuer-unknown": documentdbRoots, "ca-file-mismatch": documentdbRoots,
			"self-signed-root-untrusted": documentdbRoots, "intermediate-missing": documentdbRoots,
			"tcp-timeout": documentdbReach, "member-unreachable": documentdbReach, "tcp-unreachable": documentdbReach,
			"hostname-mismatch":      {"Through an SSH tunnel to Amazon DocumentDB the name is the tunnel's, and the certificate has the cluster's: keep the cluster's name in the connection string, and directConnection=true. " + documentdbVPC},
			"hostname-ip-not-in-san": {"Through an SSH tunnel to Amazon DocumentDB the name is the tunnel's, and the certificate has the cluster's: keep the cluster's name in the connection string, and directConnection=true. " + documentdbVPC},
		},
	},
	{
		name: "Azure Cosmos DB", domains: []string{".cosmos.azure.com"}, setName: "globaldb", connect: cosmosConnect,
		advice: map[ID][]string{
			"tcp-timeout": cosmosReach, "tcp-refused": cosmosReach, "handshake-timeout": cosmosReach, "dns-not-found": cosmosReach,
			"weak-protocol-enabled": {
				"At Azure Cosmos DB the minimum version is enforced above the handshake: what is accepted there says nothing, requests below the account's minimum are refused. Set it to 1.2 or later: " + cosmosMinimum,
			},
		},
	},
}

// cloudNamed is the cloud that a host name belongs to; nil for others.
func cloudNamed(name string) *cloud {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	for _, c := range clouds {
		if slices.ContainsFunc(c.domains, func(d string) bool { return strings.HasSuffix(name, d) }) {
			return c
		}
	}
	return nil
}

// managed reports whether the endpoint's name is one of a service whose members
// nobody but the provider configures.
func (j *judge) managed() bool { return cloudNamed(j.endpoint.ServerName) != nil }

// cloudOf is the cloud that the endpoint belongs to, and what shows it; nil for
// none. A tunnel hides the name, and leaves the certificate and the members.
func cloudOf(e *fact.Endpoint) (c *cloud, by string) {
	if c := cloudNamed(e.ServerName); c != nil {
		return c, "its name"
	}
	if len(e.Certificates) > 0 {
		for _, name := range e.Certificates[0].DNSNames {
			if c := cloudNamed(name); c != nil {
				return c, "a name of its certificate, " + name
			}
		}
		for _, cert := range e.Certificates {
			for _, c := range clouds {
				if slices.ContainsFunc(c.issuers, func(part string) bool { return strings.Contains(cert.Issuer, part) }) {
					return c, "the issuer of its certificate, " + cert.Issuer
				}
			}
		}
	}
	if e.Server == nil {
		return nil, ""
	}
	for _, h := range e.Server.Hosts {
		host, _ := splitHostPort(h)
		if c := cloudNamed(host); c != nil {
			return c, "a member that it names, " + h
		}
	}
	for _, c := range clouds {
		if c.setName != "" && e.Server.SetName == c.setName {
			return c, "the name of its set, " + c.setName
		}
	}
	return nil, ""
}

// judgeCloud puts before the fix of each finding what is different where the
// server is run by a cloud.
func judgeCloud(j *judge) {
	c, by := cloudOf(j.endpoint)
	if c == nil {
		return
	}
	for i := range j.found {
		f := &j.found[i]
		lines := c.advice[f.ID]
		if len(lines) == 0 {
			continue
		}
		f.Evidence["cloud"], f.Evidence["cloudBy"] = c.name, by
		f.Fix = append(fillAll(lines, j.values), forCustomers(f.Fix)...)
	}
}

// providers are the beginnings of the lines of fixes that are the provider's to
// do: to give the server another certificate or configuration, and to start it.
var providers = []string{
	"$ openssl req ", "Or issue a certificate ", "Set net.tls.", "Check that mongod runs ", "If it runs, look at net.bindIp", "Check the way to it: ",
	"Or advertise the member ", "$ mongosh --tls --host ",
}

// forCustomers leaves out what a provider's customers cannot do.
func forCustomers(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		return slices.ContainsFunc(providers, func(prefix string) bool { return strings.HasPrefix(line, prefix) })
	})
}
