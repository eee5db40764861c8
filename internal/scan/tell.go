package scan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/registry"
)

// tell writes what was found into f, newest version first.
func tell(f *fact.Scan, results []*version, old ssl2) {
	ranks := suiteRanks()
	for _, v := range results {
		name := registry.VersionName(v.id)
		told := fact.ScannedVersion{Version: name, Supported: v.says.value(), Reason: v.reason}
		if v.supported() {
			told.SuitesComplete = v.openSuites == ""
			told.GroupsComplete = v.groupsAsked && v.openGroups == ""
			told.Reason = v.openSuites
			if told.Reason == "" && v.groupsAsked {
				told.Reason = v.openGroups
			}
		}
		f.Versions = append(f.Versions, told)
		slices.SortFunc(v.suites, func(a, b uint16) int { return ranks[a] - ranks[b] })
		for _, id := range v.suites {
			f.Suites = append(f.Suites, fact.ScannedSuite{Version: name, ID: fmt.Sprintf("0x%04x", id), Name: registry.SuiteName(id)})
			if g := v.dh[id]; g != nil {
				f.DH = append(f.DH, fact.ScannedDH{Version: name, Suite: registry.SuiteName(id), Bits: g.Bits, Group: g.Name})
			}
		}
		for _, g := range registry.Groups() {
			if slices.Contains(v.groups, g.ID) {
				f.Groups = append(f.Groups, fact.ScannedGroup{Version: name, ID: fmt.Sprintf("0x%04x", g.ID), Name: g.Name})
			}
		}
		if v.order != "" {
			f.Orders = append(f.Orders, fact.ScannedOrder{Version: name, Order: v.order})
		}
	}
	f.Order = common(f.Orders)
	f.Versions = append(f.Versions, fact.ScannedVersion{
		Version: registry.VersionName(registry.SSL20), Supported: old.says.value(), Reason: old.reason, SuitesComplete: old.says == saysYes,
	})
	for _, k := range old.kinds {
		f.Suites = append(f.Suites, fact.ScannedSuite{Version: registry.VersionName(registry.SSL20), ID: fmt.Sprintf("0x%06x", k), Name: registry.SSL2Name(k)})
	}
	slices.SortFunc(f.SignatureSchemes, func(a, b fact.ScannedSchemes) int { return strings.Compare(b.Version, a.Version) })
}

// common is the order on which all versions agree.
func common(orders []fact.ScannedOrder) string {
	order := "unknown"
	for i, o := range orders {
		if i > 0 && o.Order != order {
			return "unknown"
		}
		order = o.Order
	}
	return order
}

// suiteRanks tells how strong a suite is among others, the strongest first.
func suiteRanks() map[uint16]int {
	ranks := map[uint16]int{}
	for _, list := range [][]uint16{registry.Common13, registry.CommonSound, registry.CommonWeak} {
		for _, id := range list {
			ranks[id] = len(ranks)
		}
	}
	for _, s := range registry.Suites() {
		if _, ok := ranks[s.ID]; !ok {
			ranks[s.ID] = len(ranks)
		}
	}
	return ranks
}

// value is what was said, as facts have it.
func (s says) value() *bool {
	if s == saysNothing {
		return nil
	}
	yes := s == saysYes
	return &yes
}
