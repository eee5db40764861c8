package fact

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
