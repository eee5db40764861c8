package fact

// SRV is one lookup of the initial DNS seedlist discovery specification.
type SRV struct {
	// Name is what was asked for: "_mongodb._tcp.cluster0.example.com".
	Name string `json:"name"`
	// Hosts are the targets that came back, "host:port" each.
	Hosts []string `json:"hosts"`
	// TXT is the TXT record's text; empty when there is none.
	TXT string `json:"txt,omitempty"`
	// Problem is the finding that stopped the lookup ("srv-not-found",
	// "srv-domain-mismatch", "srv-txt-invalid", "dns-timeout"); empty when it
	// went through.
	Problem string  `json:"problem,omitempty"`
	Detail  string  `json:"detail,omitempty"`
	Ms      float64 `json:"ms"`
	// Server is the name server that was asked, "address:port", where the lookup
	// failed; empty where it is not known.
	Server string `json:"server,omitempty"`
	// Answer is what that name server answered: the name of the response code
	// ("REFUSED"), or "truncated" where the answer was larger than a datagram and
	// could not be had by TCP; empty where nothing was heard.
	Answer string `json:"answer,omitempty"`
	// Addresses are those of the name itself, where there is no SRV record: then
	// it is a host, and no name for mongodb+srv.
	Addresses []string `json:"addresses,omitempty"`
}

// Discovery is how the members of a deployment were found.
type Discovery struct {
	// Followed is whether the members that the endpoints name were looked at; if
	// not, Reason says why.
	Followed bool   `json:"followed"`
	Reason   string `json:"reason,omitempty"`
	// Named counts the different members that the endpoints name.
	Named int `json:"named"`
	// Elsewhere are members that are targets of the same run, and were looked at
	// as those; at most 20.
	Elsewhere []string `json:"elsewhere,omitempty"`
	// Left are the first of the members that were not looked at because there
	// were too many, at most 20.
	Left []string `json:"left,omitempty"`
	// Unusable are names of members that are no host and port, at most 20.
	Unusable []string `json:"unusable,omitempty"`
}

// Horizon is what a member of a replica set answers to another server name than
// that of the main connection: with split horizons, the name decides.
type Horizon struct {
	// ServerName is the SNI sent; empty when none was.
	ServerName string   `json:"serverName"`
	Me         string   `json:"me,omitempty"`
	Hosts      []string `json:"hosts"`
	// Error is why there is no answer; empty where there is one.
	Error string `json:"error,omitempty"`
}

// BuildInfo is what the buildInfo command told. Version is empty where the
// server refused it, as MongoDB does before authentication since 8.1.
type BuildInfo struct {
	Version string `json:"version,omitempty"`
	// FerretDB is FerretDB's own version; empty of others.
	FerretDB string `json:"ferretdb,omitempty"`
	// ErrorCode and Error are why there is no version.
	ErrorCode int    `json:"errorCode,omitempty"`
	Error     string `json:"error,omitempty"`
}

// ExpectedSet is the set name that servers must have: the connection string's or,
// without one, that of the first endpoint that has any. The latter is what drivers
// do that discover the set by themselves. It is empty where neither is known.
func (t *Target) ExpectedSet() string {
	if t.Options.ReplicaSet != "" {
		return t.Options.ReplicaSet
	}
	for i := range t.Endpoints {
		if s := t.Endpoints[i].Server; s != nil && s.SetName != "" {
			return s.SetName
		}
	}
	return ""
}

// OfAnotherSet reports whether a server is left out by drivers because of its set
// name. A host that is of no set, and was not expected to be by the connection
// string, is not, nor is a member that has no configuration yet.
func (t *Target) OfAnotherSet(e *Endpoint) bool {
	s, want := e.Server, t.ExpectedSet()
	switch {
	case s == nil, s.Type == "", want == "", s.SetName == want, s.Type == "RSGhost", t.Options.LoadBalanced:
		return false
	case s.SetName == "" && t.Options.ReplicaSet == "":
		return e.Source == "member"
	}
	return true
}

// Unbalanced reports whether a server answered hello as one that knows of no load
// balancer, to a client that expects one.
func (t *Target) Unbalanced(e *Endpoint) bool {
	return t.Options.LoadBalanced && e.Server != nil && e.Server.Type != "" && e.Server.ServiceID == ""
}
