package report

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/driver"
)

// deed is what drivers do or do not.
type deed struct{ several, one string }

var (
	connecting = deed{"connect", "connects"}
	accepting  = deed{"accept it", "accepts it"}
)

// driversLine sums up the drivers that agree, those with their defaults; it is
// empty where they do not, and where there are none.
func driversLine(list []driver.Prediction, do deed) string {
	var connect, fail, open, all int
	var titles []string
	for _, v := range list {
		if !v.Default() {
			continue
		}
		all++
		titles = append(titles, driver.Title(v.Driver))
		switch {
		case v.Connects == nil:
			open++
		case *v.Connects:
			connect++
		default:
			fail++
		}
	}
	few := all < len(driver.Names())
	switch {
	case all == 0:
		return ""
	case connect == all && few:
		return strings.Join(titles, ", ") + " would " + do.several
	case connect == all:
		return "all drivers " + do.several
	case fail == all && few:
		return strings.Join(titles, ", ") + " would not " + do.several
	case fail == all:
		return "no driver " + do.one
	case open == all:
		return "whether they " + do.several + " was not established"
	}
	return ""
}

// driversRow tells of drivers that agree in a line of what was seen.
func (t *text) driversRow(list []driver.Prediction, do deed) {
	if line := driversLine(list, do); line != "" {
		t.row("drivers", plain(line))
	}
}

// drivers tells what becomes of whom where they differ; with -v always, driver by
// driver and every text.
func (t *text) drivers(title string, list []driver.Prediction, do deed) {
	if len(list) == 0 || driversLine(list, do) != "" && !t.options.Verbose {
		return
	}
	t.heading(title)
	if t.options.Verbose {
		for _, v := range list {
			t.driver(v, do)
		}
		return
	}
	var connect []string
	var fates []fate
	for _, v := range list {
		switch {
		case !v.Default():
		case v.Connects != nil && *v.Connects:
			connect = append(connect, driver.Title(v.Driver))
		default:
			fates = met(fates, v)
		}
	}
	if len(connect) > 0 {
		t.row(do.several, t.pass(strings.Join(connect, ", ")))
	}
	for _, f := range fates {
		t.fate(f)
	}
	t.variants(list, do)
}

// fate is what several drivers have in common.
type fate struct {
	fails        bool
	why          string
	titles       []string
	first, shown string
}

// met adds a driver that does not connect to those that it shares its fate with.
func met(fates []fate, v driver.Prediction) []fate {
	why, title := v.Finding, driver.Title(v.Driver)
	if !v.Fails() {
		why = v.Reason
	}
	at := slices.IndexFunc(fates, func(f fate) bool { return f.fails == v.Fails() && f.why == why })
	if at < 0 {
		fates, at = append(fates, fate{fails: v.Fails(), why: why}), len(fates)
	}
	f := &fates[at]
	f.titles = append(f.titles, title)
	if f.shown == "" && v.Error != "" {
		f.first, f.shown = title, v.Error
	}
	return fates
}

func (t *text) fate(f fate) {
	titles := strings.Join(f.titles, ", ")
	if !f.fails {
		t.row("not known", plain(titles+": "+f.why))
		return
	}
	t.row("fail", t.fail(titles), plain(": "+f.why))
	if f.shown != "" {
		t.row("", t.dim(f.first+": "+f.shown))
	}
}

// variants tells of those that are not like their driver and are stopped, if at
// all, by what stops a driver.
func (t *text) variants(list []driver.Prediction, do deed) {
	var told []string
	for _, v := range list {
		at := slices.IndexFunc(list, func(d driver.Prediction) bool { return d.Driver == v.Driver && d.Default() })
		known := !v.Fails() || slices.ContainsFunc(list, func(d driver.Prediction) bool { return d.Default() && d.Finding == v.Finding })
		if v.Default() || !known || v.Connects == nil || at < 0 || same(list[at].Connects, v.Connects) {
			continue
		}
		words := do.one
		if v.Fails() {
			words = "fails, " + v.Finding
		}
		told = append(told, driver.Title(v.Driver)+" "+v.Variant+" "+words)
	}
	if len(told) > 0 {
		t.row("but", plain(strings.Join(told, "; ")))
	}
}

func same(a, b *bool) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// driver writes one prediction, with the text that its users see.
func (t *text) driver(v driver.Prediction, do deed) {
	var value []span
	if !v.Default() {
		value = append(value, plain(v.Variant+": "))
	}
	switch {
	case v.Connects == nil:
		value = append(value, plain("not established: "+v.Reason))
	case *v.Connects:
		value = append(value, t.pass(do.one))
	default:
		value = append(value, t.fail("fails"), plain("  "+v.Finding))
	}
	if v.Basis == driver.Source {
		value = append(value, t.dim("  (by its source)"))
	}
	t.row(Clean(driver.Title(v.Driver)), value...)
	switch {
	case !v.Fails():
	case v.Error != "":
		t.row("", t.dim(v.Error))
	case v.Reason != "":
		t.row("", t.dim("("+v.Reason+")"))
	}
}
