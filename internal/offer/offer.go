// Package offer is what the clients of MongoDB offer a server: protocol versions,
// cipher suites and key exchange groups of each driver, by the runtime that does
// TLS for it. It is data, and decides nothing.
package offer

import (
	"slices"

	"github.com/mongotls/mongotls/internal/registry"
)

// Client is a driver on a runtime.
type Client struct {
	// Driver is the name that --driver takes: "pymongo".
	Driver string
	// Name tells driver and runtime: "PyMongo on Python 3.10 and later".
	Name string
	// Old is whether the runtime is no longer maintained.
	Old bool
	// Versions are those with which it completes a handshake: "TLS1.2". It may
	// offer older ones, and refuse what comes of them.
	Versions []string
	// Suites and Groups are what it offers, in its order, as the IANA registries
	// number them.
	Suites, Groups []uint16
	// MinDHBits is the shortest prime of finite-field Diffie-Hellman that it
	// takes; zero where it has none.
	MinDHBits int
	// Measured is whether suites and groups are those of a ClientHello that was
	// seen; without, they are those of its documentation.
	Measured bool
}

// HasSuite reports whether the client offers a suite, by its name in the registry.
func (c Client) HasSuite(name string) bool {
	return slices.ContainsFunc(c.Suites, func(id uint16) bool { return registry.SuiteName(id) == name })
}

// HasGroup reports whether the client offers a key exchange group, by its name in
// the registry.
func (c Client) HasGroup(name string) bool {
	return slices.ContainsFunc(c.Groups, func(id uint16) bool { return registry.GroupName(id) == name })
}

// The protocol versions of runtimes.
var (
	since12 = []string{"TLS1.2", "TLS1.3"}
	since10 = []string{"TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"}
)

// The groups that runtimes offer.
var (
	opensslGroups    = []uint16{29, 23, 30, 25, 24, 256, 257, 258, 259, 260}
	openssl35Groups  = []uint16{4588, 29, 23, 30, 24, 25, 256, 257}
	openssl111Groups = []uint16{29, 23, 30, 25, 24}
	openssl102Groups = []uint16{23, 25, 28, 27, 24, 26, 22, 14, 13, 11, 12, 9, 10}
	javaGroups       = []uint16{29, 23, 24, 25, 30, 256, 257, 258, 259, 260}
	goGroups         = []uint16{4588, 4587, 4589, 29, 23, 24, 25}
	rustlsGroups     = []uint16{4588, 29, 23, 24}
	schannelGroups   = []uint16{29, 23, 24}
)

// The clients that models of drivers refer to.
var (
	// Reference is a driver that leaves everything to OpenSSL 3 and its defaults at
	// security level 2, by which an endpoint's verdict is given.
	Reference = Client{
		Driver: "ruby", Name: "Ruby and others on OpenSSL 3", Versions: since12,
		Suites: opensslSuites, Groups: opensslGroups, MinDHBits: 2048, Measured: true,
	}
	// Python is the standard library's ssl.
	Python = Client{
		Driver: "pymongo", Name: "PyMongo on Python 3.10 and later", Versions: since12,
		Suites: pythonSuites, Groups: opensslGroups, MinDHBits: 2048, Measured: true,
	}
	// Node is Node.js with OpenSSL 3.0 at security level 1.
	Node = Client{
		Driver: "node", Name: "Node.js 18 to 22 (driver, mongosh, Compass)", Versions: since12,
		Suites: nodeSuites, Groups: opensslGroups, MinDHBits: 1024, Measured: true,
	}
	// Node24 is Node.js with OpenSSL 3.5 at security level 2.
	Node24 = Client{
		Driver: "node", Name: "Node.js 24 and later", Versions: since12,
		Suites: node24Suites, Groups: openssl35Groups, MinDHBits: 2048, Measured: true,
	}
	// Go is crypto/tls.
	Go = Client{
		Driver: "go", Name: "Go 1.22 and later", Versions: since12,
		Suites: goSuites, Groups: goGroups, Measured: true,
	}
	// Java is JSSE while it had RSA key exchange.
	Java = Client{
		Driver: "java", Name: "Java 11 to 23", Versions: since12,
		Suites: java17Suites, Groups: javaGroups, MinDHBits: 1024, Measured: true,
	}
	// Java24 is JSSE without it.
	Java24 = Client{
		Driver: "java", Name: "Java 24 and later", Versions: since12,
		Suites: java24Suites, Groups: javaGroups, MinDHBits: 1024, Measured: true,
	}
	// C is libmongoc, which asks OpenSSL for more than its defaults.
	C = Client{
		Driver: "c", Name: "C and PHP drivers on OpenSSL 3", Versions: since12,
		Suites: cDriverSuites, Groups: opensslGroups, MinDHBits: 2048, Measured: true,
	}
	// DotNet is SslStream on OpenSSL.
	DotNet = Client{
		Driver: "csharp", Name: ".NET 5 and later on Linux", Versions: since12,
		Suites: dotnetSuites, Groups: opensslGroups, MinDHBits: 2048,
	}
	// Rustls is the default of the Rust driver. Not every build has the
	// post-quantum group.
	Rustls = Client{
		Driver: "rust", Name: "Rust (rustls)", Versions: since12,
		Suites: rustlsSuites, Groups: rustlsGroups,
	}
)

// Clients returns all clients, current ones first. The versions, and what is not
// measured, are those of the drivers' sources and the runtimes' documentation.
func Clients() []Client {
	return []Client{
		Reference, Python, Node, Node24, Go, Java,
		Java24, C, DotNet, Rustls,
		{
			// Its source disables TLS 1.3 and offers nothing before 1.1.
			Driver: "c", Name: "C driver on Windows (Secure Channel)", Versions: []string{"TLS1.1", "TLS1.2"},
			Suites: schannelSuites, Groups: schannelGroups, MinDHBits: 1024,
		},
		{
			Driver: "pymongo", Name: "PyMongo on Python 3.6 to 3.9 with OpenSSL 1.1.1", Old: true, Versions: since10,
			Suites: opensslSuites, Groups: openssl111Groups, MinDHBits: 1024,
		},
		{
			Driver: "pymongo", Name: "PyMongo on Python 3.6 with OpenSSL 1.0.2", Old: true, Versions: []string{"TLS1.0", "TLS1.1", "TLS1.2"},
			Suites: openssl102Suites, Groups: openssl102Groups, MinDHBits: 768,
		},
	}
}
