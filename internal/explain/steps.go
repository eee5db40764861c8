package explain

import "strings"

// step is a thing to do, with the commands that follow it.
type step []string

// inSituation puts the steps of a fix in the order that the text's own facts give
// them, and leaves out what they rule out: a server of Atlas has a public CA, and
// where a client runs on a Mac, what is usual there comes first.
func (f *facts) inSituation(fix []string) []string {
	var steps []step
	for _, line := range fix {
		if strings.HasPrefix(line, "$ ") && len(steps) > 0 {
			last := len(steps) - 1
			steps[last] = append(steps[last], line)
			continue
		}
		steps = append(steps, step{line})
	}
	begins := func(s step, words ...string) bool {
		for _, w := range words {
			if strings.HasPrefix(s[0], w) {
				return true
			}
		}
		return false
	}
	var first, rest []string
	for _, s := range steps {
		switch {
		case f.atlas && begins(s, "Private CA", "For a private CA", "Amazon DocumentDB", "With a private CA"):
		case f.docdb && begins(s, "Amazon DocumentDB"), f.mac && begins(s, "macOS"), f.container && begins(s, "Container"), f.pypy && begins(s, "PyPy"):
			first = append(first, s...)
		default:
			rest = append(rest, s...)
		}
	}
	if len(rest) == 0 {
		return first
	}
	return append(first, rest...)
}
