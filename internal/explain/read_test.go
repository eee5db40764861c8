package explain

import (
	"strings"
	"testing"
)

// read explains a text as the command does.
func read(t testing.TB, text string) *Explanation {
	t.Helper()
	x, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return x
}
