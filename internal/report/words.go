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

// timeSpan says how far apart two times are, as coarsely as one speaks of it,
// rounded down. It counts seconds itself: a time.Duration ends at 292 years,
// and a certificate without a meaningful end has one in the year 9999 (RFC 5280
// section 4.1.2.5).
func timeSpan(a, b time.Time) string {
	const (
		minute = 60
		hour   = 60 * minute
		day    = 24 * hour
		year   = 365 * day
	)
	seconds := b.Unix() - a.Unix()
	if seconds < 0 {
		seconds = -seconds
	}
	switch {
	case seconds >= 2*year:
		return count(int(seconds/year), "year", "years")
	case seconds >= day:
		return count(int(seconds/day), "day", "days")
	case seconds >= hour:
		return count(int(seconds/hour), "hour", "hours")
	case seconds >= minute:
		return count(int(seconds/minute), "minute", "minutes")
	default:
		return count(int(seconds), "second", "seconds")
	}
}

// milliseconds shows a duration given in milliseconds, with a decimal where it
// would otherwise round to almost nothing.
func milliseconds(ms float64) string {
	if ms < 9.95 {
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
