// Package target is what the user asked for: a host or a connection string, the
// options in it that bear on TLS with their older names and conflicts, and the
// seed list that a mongodb+srv name stands for.
//
// Parsing does no I/O and reports every problem, not the first. Nothing that
// leaves the package carries a password: the password of the user information
// is not kept at all, the other secrets are of type Secret.
package target

import (
	"errors"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/fact"
)

// DefaultPort is the port of a host that is written without one.
const DefaultPort = 27017

// Scheme tells in which form a target is written.
type Scheme int

// The forms of a target.
const (
	// BareHost is a host without a scheme: checked with TLS.
	BareHost Scheme = iota
	// MongoDB is a mongodb:// connection string.
	MongoDB
	// SRV is a mongodb+srv:// connection string.
	SRV
)

// HostPort is one host of a target.
type HostPort struct {
	// Host is a name or an IP address as written, without brackets, with the
	// zone of an IPv6 address after "%".
	Host string
	// Port is from 1 to 65535.
	Port int
}

// String joins host and port, with brackets around an IPv6 address.
func (h HostPort) String() string { return net.JoinHostPort(h.Host, strconv.Itoa(h.Port)) }

// ParseMember reads the name by which a replica set advertises a member, with the
// default port where it has none. Drivers compare such names without regard to
// case, so it is in lower case. The error says what is wrong with it, for a
// sentence that begins with the name.
func ParseMember(name string) (HostPort, error) {
	h := readHost(name, false)
	switch {
	case h.problem != "":
		return HostPort{}, errors.New(h.problem)
	case h.socket != "":
		return HostPort{}, errors.New("is a Unix domain socket")
	}
	return HostPort{strings.ToLower(h.Host), h.Port}, nil
}

// Target is one host, or one connection string.
type Target struct {
	// Input is the target as given, on one printable line, without user
	// information, passwords, and the values of options that may hold a secret.
	Input  string
	Scheme Scheme
	// Hosts are those to dial; none for SRV, whose hosts ResolveSRV finds.
	Hosts []HostPort
	// Sockets are the paths of Unix domain sockets that the connection string
	// names beside Hosts. There is no TLS over them.
	Sockets []string
	// SRVHost is the name to look up; empty unless Scheme is SRV.
	SRVHost string
	// Database is the database of the connection string, percent-decoded.
	Database string
	// Username is that of the user information, percent-decoded: with
	// MONGODB-X509 a distinguished name (RFC 2253). Its password is not kept.
	Username Secret
	// HasCredentials is whether there is user information, HasPassword whether a
	// password is in it.
	HasCredentials bool
	HasPassword    bool
	// Options are the options in force: the connection string's, under the
	// command line's, over those of a TXT record.
	Options Options
	// TLS is whether a driver would use TLS. Where drivers differ, because only
	// another TLS option implies it, it is true and a warning tells.
	TLS bool
	// TLSFrom says why: "bare-host", "srv", "uri", "flag" (implied by options of
	// the command line), "implied" (by options of the connection string) or
	// "default" (nothing asks for TLS).
	TLSFrom string

	// Rand selects hosts where srvMaxHosts is less than there are; nil means
	// the generator of math/rand/v2.
	Rand *rand.Rand
	// Now is the clock that measures lookups; nil means time.Now.
	Now func() time.Time

	// given are the options as they were given, in order: presence counts in
	// conflicts, whatever became of the value.
	given []given
	// told are the problems reported so far.
	told []Problem
}

// Facts returns the target as data for the report. Endpoints, Files and SRV are
// left to those who observe them.
func (t *Target) Facts() fact.Target {
	o := t.Options
	f := fact.Target{
		Input:       t.Input,
		Warnings:    []string{},
		Unsupported: t.Unsupported(),
		Options: fact.Options{
			TLS:                                  t.TLS,
			TLSFrom:                              t.TLSFrom,
			TLSCAFile:                            o.TLSCAFile.Value,
			TLSCertificateKeyFile:                o.TLSCertificateKeyFile.Value,
			TLSCRLFile:                           o.TLSCRLFile.Value,
			TLSInsecure:                          o.TLSInsecure.Value,
			TLSAllowInvalidCertificates:          o.TLSAllowInvalidCertificates.Value,
			TLSAllowInvalidHostnames:             o.TLSAllowInvalidHostnames.Value,
			TLSDisableOCSPEndpointCheck:          o.TLSDisableOCSPEndpointCheck.Value,
			TLSDisableCertificateRevocationCheck: o.TLSDisableCertificateRevocationCheck.Value,
			ReplicaSet:                           o.ReplicaSet.Value,
			DirectConnection:                     o.DirectConnection.Value,
			LoadBalanced:                         o.LoadBalanced.Value,
			AuthMechanism:                        o.AuthMechanism.Value,
			AuthSource:                           o.AuthSource.Value,
		},
	}
	switch {
	case t.TLSFrom == "implied" || t.TLSFrom == "flag":
		f.TLSImplied = t.implied()
	case !t.TLS && t.Options.TLS.IsSet() && t.offComesFirst():
		f.TLSImplied = []string{"go"}
	}
	if !t.TLS && t.Options.TLS.IsSet() {
		f.TLSOffRefused = refusingOff(t.implied())
	}
	if t.UsesX509() {
		f.X509 = &fact.X509{}
		// Beside a password it is the user of another mechanism.
		if !t.HasPassword {
			f.X509.Username = string(t.Username)
		}
	}
	for _, p := range t.told {
		if p.Severity == Warning {
			f.Warnings = append(f.Warnings, p.String())
		}
	}
	return f
}

// settle brings what follows from the options up to date, and adds the
// problems that were not told before. It returns those.
func (t *Target) settle(found []Problem) []Problem {
	t.TLS, t.TLSFrom = t.decideTLS()
	now := t.Validate()
	// The command line may name the certificate that the connection string lacks.
	t.told = slices.DeleteFunc(t.told, func(p Problem) bool {
		return p.ID == X509Incomplete && !slices.ContainsFunc(now, func(n Problem) bool { return n.ID == p.ID })
	})
	fresh := newProblems(t.told, append(found, now...))
	t.told = append(t.told, fresh...)
	return fresh
}
