package finding

import (
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
)

// Identity is who answers at an endpoint, as far as that was heard.
type Identity struct {
	// Product is "MongoDB", "MongoDB Atlas", "Amazon DocumentDB", "Azure Cosmos
	// DB" or "FerretDB"; "MongoDB protocol" for what speaks it and does not show
	// what it is.
	Product string `json:"product"`
	// Role is "primary", "secondary", "arbiter", "mongos", "standalone", or empty.
	Role string `json:"role,omitempty"`
	// Version is that of the product if Exact, else the release that its wire
	// protocol stands for ("8.0"), which those that imitate MongoDB choose.
	Version string `json:"version,omitempty"`
	Exact   bool   `json:"exact"`
	// Proxy is whether something stands before the server, or in its place, that
	// does not answer as mongod does.
	Proxy bool `json:"proxy,omitempty"`
	// By is what each of these was recognised by.
	By []string `json:"by"`
}

// roles are the server types by what they are called.
var roles = map[string]string{
	"RSPrimary": "primary", "RSSecondary": "secondary", "RSArbiter": "arbiter", "RSOther": "other member", "RSGhost": "uninitialised member",
	"Mongos": "mongos", "LoadBalanced": "mongos", "Standalone": "standalone",
}

// identity tells who answers; nil where nothing speaks of MongoDB.
func (j *judge) identity() *Identity {
	s := j.server()
	c, by := cloudOf(j.endpoint)
	if s.MongoDB == nil || !*s.MongoDB {
		if c == nil || len(j.endpoint.Certificates) == 0 {
			return nil
		}
		// It presented a certificate, and a name alone would not do.
		return &Identity{Product: c.name, By: []string{by}}
	}
	http := j.outcome(fact.AskHTTP)
	id := &Identity{Product: "MongoDB protocol", Role: roles[s.Type], Version: s.Version, By: []string{}}
	build := s.BuildInfo
	if build == nil {
		build = &fact.BuildInfo{}
	}
	switch {
	case build.FerretDB != "":
		id.Product, id.Version, id.Exact = "FerretDB", strings.TrimPrefix(build.FerretDB, "v"), true
		id.By = append(id.By, "buildInfo")
		return id
	case c != nil:
		id.Product, id.By = c.name, append(id.By, by)
	case http == fact.OutcomeOK:
		id.Product, id.By = "MongoDB", append(id.By, "its answer to an HTTP request")
	case s.ErrorCode == noSNICode:
		id.Product, id.By = "MongoDB Atlas", append(id.By, "error 8000")
	case http == "":
		// Nothing was asked that would tell (--quick).
		id.Product = "MongoDB"
	}
	if build.Version != "" {
		id.Version, id.Exact = build.Version, id.Product == "MongoDB" || id.Product == "MongoDB Atlas"
		id.By = append(id.By, "buildInfo")
	} else if s.Version != "" {
		id.By = append(id.By, "maxWireVersion")
	}
	answeredOtherwise := http == fact.OutcomeClosed || http == fact.OutcomeReset || http == fact.OutcomeAlert || http == fact.OutcomeOther
	if answeredOtherwise && c == nil {
		id.Proxy = true
		id.By = append(id.By, "an HTTP request, which mongod answers")
	}
	return id
}
