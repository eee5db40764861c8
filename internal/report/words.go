package report

import (
	"fmt"
	"strings"
	"time"
)

// dateOnly and dateTime are how the text shows times, always in UTC.
const (
	dateOnly = "2006-01-02"
	dateTime = "2006-01-02 15:04:05 UTC"
)

// count puts a number before the word that fits it.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// spaced turns an enumeration's value into words: "not-found", "not found".
func spaced(s string) string { return strings.ReplaceAll(s, "-", " ") }

// timeSpan says how long d is, as coarsely as one speaks of it, rounded down.
// The sign does not count.
func timeSpan(d time.Duration) string {
	const day = 24 * time.Hour
	d = d.Abs()
	switch {
	case d >= 2*365*day:
		return count(int(d/(365*day)), "year", "years")
	case d >= day:
		return count(int(d/day), "day", "days")
	case d >= time.Hour:
		return count(int(d/time.Hour), "hour", "hours")
	case d >= time.Minute:
		return count(int(d/time.Minute), "minute", "minutes")
	default:
		return count(int(d/time.Second), "second", "seconds")
	}
}

// milliseconds shows a duration given in milliseconds.
func milliseconds(ms float64) string {
	if ms < 10 {
		return fmt.Sprintf("%.1f ms", ms)
	}
	return fmt.Sprintf("%.0f ms", ms)
}

// some joins the first limit items and says how many more there are; a limit
// of 0 joins all.
func some(items []string, limit int) string {
	if limit <= 0 || len(items) <= limit {
		return strings.Join(items, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(items[:limit], ", "), len(items)-limit)
}
