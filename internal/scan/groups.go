package scan

import (
	"slices"

	"github.com/mongotls/mongotls/internal/registry"
	"github.com/mongotls/mongotls/internal/tlswire"
)

// askGroups asks for the key exchange groups of a version. With TLS 1.3 a hello
// without a key share makes the server name its choice; before, an ECDHE suite
// does.
func (r *run) askGroups(v *version) {
	v.groupsAsked = true
	all := r.hello(v.id, nil).Groups
	if v.id < registry.TLS13 {
		// Those of finite fields show in the DHE suites.
		all = slices.DeleteFunc(all, registry.IsFiniteField)
	}
	if g := v.first.flight.Hello.Group; slices.Contains(all, g) {
		v.keepGroup(g)
		all = slices.DeleteFunc(all, func(id uint16) bool { return id == g })
	}
	r.drainGroups(v, all)
	if own := v.curve(); own != 0 && len(v.groups) <= 1 {
		r.askBeside(v, all, own)
	}
}

// groupHello is one whose answer names a group.
func (r *run) groupHello(v *version, groups []uint16) tlswire.ClientHello {
	h := r.hello(v.id, v.hello.Suites)
	h.Groups = groups
	if v.id < registry.TLS13 {
		h.Suites = slices.DeleteFunc(slices.Clone(h.Suites), func(id uint16) bool { return !registry.IsECDHE(registry.SuiteName(id)) })
	}
	return h
}

// drainGroups asks for groups until none of them is selected any more.
func (r *run) drainGroups(v *version, groups []uint16) {
	for len(groups) > 0 {
		got := r.ask(r.groupHello(v, groups), untilKeys)
		h := got.flight.Hello
		switch said := r.read(got); {
		case said == saysNothing:
			v.leaveGroupsOpen(r.why(got))
			return
		case said == saysNo, h.Version != v.id:
			return
		case !slices.Contains(groups, h.Group):
			v.leaveGroupsOpen("the server named no group that was offered")
			return
		}
		v.keepGroup(h.Group)
		groups = slices.DeleteFunc(slices.Clone(groups), func(id uint16) bool { return id == h.Group })
	}
}

// askBeside is for servers that take no suite, up to TLS 1.2, unless the group of
// their own key is offered too, as OpenSSL does: it is, behind the others.
func (r *run) askBeside(v *version, groups []uint16, own uint16) {
	others := slices.DeleteFunc(slices.Clone(groups), func(id uint16) bool { return id == own })
	var previous uint16
	for len(others) > 0 {
		got := r.ask(r.groupHello(v, append(slices.Clone(others), own)), untilKeys)
		h := got.flight.Hello
		switch said := r.read(got); {
		case said == saysNothing:
			v.leaveGroupsOpen(r.why(got))
			return
		case said == saysNo, h.Version != v.id:
			return
		case h.Group == own:
			v.keepGroup(own)
			if !r.followsClient(v, own, previous) {
				// It may have no other, or others that it likes less.
				v.leaveGroupsOpen("the server prefers the group of its certificate's key to any that is left")
			}
			return
		case !slices.Contains(others, h.Group):
			v.leaveGroupsOpen("the server named no group that was offered")
			return
		}
		v.keepGroup(h.Group)
		previous = h.Group
		others = slices.DeleteFunc(others, func(id uint16) bool { return id == h.Group })
	}
}

// followsClient reports whether the server chooses its own group when that stands
// before another, which it chose when it stood behind.
func (r *run) followsClient(v *version, own, other uint16) bool {
	return other != 0 && r.ask(r.groupHello(v, []uint16{own, other}), untilKeys).flight.Hello.Group == own
}

func (v *version) keepGroup(id uint16) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !slices.Contains(v.groups, id) {
		v.groups = append(v.groups, id)
	}
}

func (v *version) leaveGroupsOpen(reason string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.openGroups = reason
}
