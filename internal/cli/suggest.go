package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mongotls/mongotls/internal/levenshtein"
)

// nearest returns the name that was most likely meant by a word that is none of
// them: one that a single edit makes of it, in case at most; else the first that
// holds it; else the one fewest edits away. It is empty where nothing is near.
func nearest(word string, names []string) string {
	const leastPart, tooLong = 4, 100
	if word == "" || len(word) > tooLong {
		return ""
	}
	lower := strings.ToLower(word)
	best, fewest := "", max(2, len(word)/4)+1
	holds := ""
	for _, name := range names {
		candidate := strings.ToLower(name)
		if d := levenshtein.Distance(lower, candidate); d < fewest {
			best, fewest = name, d
		}
		if holds == "" && len(word) >= leastPart && strings.Contains(candidate, lower) {
			holds = name
		}
	}
	if holds != "" && fewest > 1 {
		return holds
	}
	// A word of which every letter would be changed is no spelling mistake.
	if fewest < len(word) {
		return best
	}
	return ""
}

// didYouMean is the hint for a word that is none of names; otherwise is the one
// where nothing is near.
func didYouMean(word string, names []string, otherwise string) string {
	if near := nearest(word, names); near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}

// commandNames are those of a command's subcommands.
func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// flagNames are those of a command's flags.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}
