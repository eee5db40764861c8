package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
)

// followed reports whether the members were looked at.
func (g *group) followed() bool { return g.target.Discovery != nil && g.target.Discovery.Followed }

// name is an endpoint's for a sentence.
func (g *group) name(i int) string {
	return fact.HostPort(g.target.Endpoints[i].Host, g.target.Endpoints[i].Port)
}

// judgePrimary: a set of which no member is the primary, or knows of one.
func judgePrimary(g *group) {
	if g.kind != "ReplicaSet" || g.primary != "" || !g.followed() {
		return
	}
	var types []string
	for i := range g.judged {
		s := g.told(i)
		if s.Type == "RSPrimary" {
			return
		}
		if s.SetName != "" {
			types = append(types, g.name(i)+" is "+s.Type)
		}
	}
	g.add("no-primary", Fail, Certain, "What the members say of themselves: "+listed(types)+".", map[string]any{"members": types})
}

// judgeMemberNames: advertised names that are no host and port.
func judgeMemberNames(g *group) {
	if g.target.Discovery == nil || len(g.target.Discovery.Unusable) == 0 {
		return
	}
	names := g.target.Discovery.Unusable
	f := g.add("member-unreachable", Warn, Certain, fmt.Sprintf("The servers name members that are no host and port: %s.", listed(quoted(names))), map[string]any{"names": names})
	f.Title = "A member is advertised by what is no host name"
	f.Fix = f.Fix[1:]
	f.Fix[0] = strings.Replace(f.Fix[0], "Or a", "A", 1)
}

// quoted puts each name between quotation marks, as it may be anything.
func quoted(names []string) []string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = fmt.Sprintf("%.100q", n)
	}
	return list
}

// judgeLists: members that do not name the same members. Those that were asked
// under another server name may have another horizon, and do not count.
func judgeLists(g *group) {
	var first []string
	at := -1
	var differing []string
	for i := range g.judged {
		s := g.told(i)
		if s.SetName == "" || len(s.Hosts) == 0 || s.SetName != g.target.ExpectedSet() {
			continue
		}
		hosts := foldedHosts(s.Hosts)
		if at < 0 {
			first, at = hosts, i
			continue
		}
		if !slices.Equal(hosts, first) {
			differing = append(differing, fmt.Sprintf("%s names %s", g.name(i), listed(s.Hosts)))
		}
	}
	if len(differing) == 0 || splitHorizons(g) != nil {
		return
	}
	g.add("members-disagree", Warn, Certain, fmt.Sprintf("%s names %s; %s.", g.name(at), listed(g.told(at).Hosts), strings.Join(differing[:min(len(differing), 3)], "; ")),
		map[string]any{"first": g.told(at).Hosts, "differing": differing})
}

// foldedHosts are the names as they compare, sorted.
func foldedHosts(hosts []string) []string {
	list := make([]string, len(hosts))
	for i, h := range hosts {
		list[i] = strings.ToLower(h)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// judgeModes: some members take clients without TLS and others do not. A member
// that has no TLS at all is another matter.
func judgeModes(g *group) {
	var accepted, refused []string
	for i := range g.judged {
		if g.told(i).SetName == "" && g.kind == "ReplicaSet" || g.kind == "Hosts" {
			continue
		}
		h := g.target.Endpoints[i].Handshake
		switch plain := g.told(i).Plaintext; {
		case plain == "accepted" && h != nil && h.OK:
			accepted = append(accepted, g.name(i))
		case plain == "refused":
			refused = append(refused, g.name(i))
		}
	}
	if len(accepted) == 0 || len(refused) == 0 {
		return
	}
	g.add("member-tls-differs", Warn, Certain, fmt.Sprintf("Without TLS %s answered, and %s did not.", listed(accepted), listed(refused)),
		map[string]any{"accepted": accepted, "refused": refused})
}

// mostMembers is how many members a replica set can have.
const mostMembers = 50

// judgeCount: more members than there can be.
func judgeCount(g *group) {
	d := g.target.Discovery
	if d == nil || (d.Named <= mostMembers && len(d.Left) == 0) {
		return
	}
	detail := fmt.Sprintf("The servers name %d different members.", d.Named)
	if len(d.Left) > 0 {
		detail += " Not looked at: " + listed(d.Left) + ", and whatever else there is."
	}
	g.add("too-many-members", Warn, Certain, detail, map[string]any{"named": d.Named, "left": d.Left})
}

// splitHorizons is the answer by which a server shows that it has horizons, and
// nil where none does.
func splitHorizons(g *group) *fact.Horizon {
	for i := range g.judged {
		s := g.told(i)
		for k := range s.Horizons {
			h := &s.Horizons[k]
			if h.Error == "" && len(h.Hosts) > 0 && len(s.Hosts) > 0 && !slices.Equal(foldedHosts(h.Hosts), foldedHosts(s.Hosts)) {
				return h
			}
		}
	}
	return nil
}

// judgeHorizons: the members depend on the server name.
func judgeHorizons(g *group) {
	other := splitHorizons(g)
	if other == nil {
		return
	}
	for i := range g.judged {
		s := g.told(i)
		if !slices.ContainsFunc(s.Horizons, func(h fact.Horizon) bool { return slices.Equal(h.Hosts, other.Hosts) }) {
			continue
		}
		under := func(name string) string {
			if name == "" {
				return "Without a server name"
			}
			return "To the server name " + name
		}
		sent := ""
		if h := g.target.Endpoints[i].Handshake; h != nil {
			sent = h.ServerName
		}
		g.add("split-horizon", Info, Certain, fmt.Sprintf("%s %s names %s. %s it names %s.", under(sent), g.name(i), listed(s.Hosts), under(other.ServerName), listed(other.Hosts)),
			map[string]any{"serverName": sent, "hosts": s.Hosts, "otherServerName": other.ServerName, "otherHosts": other.Hosts})
		return
	}
}
