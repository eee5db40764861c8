package scan

import (
	"slices"
	"sync"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/registry"
	"github.com/mongotls/mongotls/internal/tlswire"
)

// version is what became of the questions about one protocol version.
type version struct {
	id     uint16
	says   says
	reason string
	// hello is the one that was answered first, and first its answer.
	hello tlswire.ClientHello
	first reply

	mu     sync.Mutex
	suites []uint16
	groups []uint16
	dh     map[uint16]*tlswire.DHGroup
	// openSuites and openGroups are why not every suite or group was answered for.
	openSuites, openGroups string
	// groupsAsked is whether its groups were asked for.
	groupsAsked bool
	// order is "" where there were no two suites to compare.
	order string
}

func (v *version) supported() bool { return v.says == saysYes }

// doubted is why a refusal is not taken for one after all.
const doubted = "the server stopped answering what it had answered"

// doubt takes back what rests on closed connections.
func (v *version) doubt() {
	v.openSuites, v.openGroups = doubted, doubted
	if v.says == saysNo {
		v.says, v.reason = saysNothing, doubted
	}
}

// groupList are the numbers of all groups.
func groupList() []uint16 {
	var ids []uint16
	for _, g := range registry.Groups() {
		ids = append(ids, g.ID)
	}
	return ids
}

// hello is one that offers everything in one version but the suites.
func (r *run) hello(v uint16, suites []uint16) tlswire.ClientHello {
	groups := groupList()
	if v < registry.TLS13 {
		// These have no meaning there, and a hello stays smaller without.
		groups = slices.DeleteFunc(groups, registry.IsHybrid)
	}
	return tlswire.ClientHello{
		Min: v, Max: v, Suites: suites, ServerName: r.request.ServerName, Groups: groups,
		Signatures: registry.AllSignatures, Share: tlswire.ShareNone, SessionTicket: v < registry.TLS13,
	}
}

// candidates are the suites that a version can have, those in use first.
func candidates(v uint16) (common, rest []uint16) {
	if v >= registry.TLS13 {
		common = registry.Common13
	} else {
		common = slices.Concat(registry.CommonSound, registry.CommonWeak)
	}
	for _, s := range registry.Suites() {
		if registry.IsTLS13(s.ID) == (v >= registry.TLS13) && !slices.Contains(common, s.ID) && !registry.NeedsUser(s.Name) {
			rest = append(rest, s.ID)
		}
	}
	return common, rest
}

// open asks for a version with all its suites at once.
func (r *run) open(id uint16) *version {
	v := &version{id: id, dh: map[uint16]*tlswire.DHGroup{}}
	if slices.Contains(r.request.Refused, registry.VersionName(id)) {
		v.says = saysNo
		return v
	}
	common, rest := candidates(id)
	v.hello = r.hello(id, slices.Concat(common, rest))
	v.hello.Deflate = id < registry.TLS13
	v.first = r.ask(v.hello, untilEnd)
	v.says = r.read(v.first)
	if v.says == saysNothing || v.says == saysNo && r.known(id) {
		// Some servers cannot take that many suites, or compression.
		v.hello = r.hello(id, common)
		v.first = r.ask(v.hello, untilEnd)
		v.says = r.read(v.first)
	}
	switch {
	case v.says == saysYes && v.first.flight.Hello.Version != id:
		// It chose an older one instead.
		v.says = saysNo
	case v.says == saysNothing:
		v.reason = r.why(v.first)
	}
	if v.supported() {
		v.keep(v.first)
	}
	return v
}

// keep records what a ServerHello selected.
func (v *version) keep(got reply) {
	v.mu.Lock()
	defer v.mu.Unlock()
	h := got.flight.Hello
	if !slices.Contains(v.suites, h.Suite) {
		v.suites = append(v.suites, h.Suite)
	}
	if got.flight.DH != nil {
		v.dh[h.Suite] = got.flight.DH
	}
}

func (v *version) leaveOpen(reason string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.openSuites = reason
}

// curve is the group of the certificate's key, up to TLS 1.2; zero when it has
// none, or did not show.
func (v *version) curve() uint16 {
	if len(v.first.flight.Chain) == 0 {
		return 0
	}
	switch certificate.Describe(v.first.flight.Chain[0]).KeyType {
	case "ECDSA-P256":
		return 23
	case "ECDSA-P384":
		return 24
	case "ECDSA-P521":
		return 25
	}
	return 0
}
