package explain

import "testing"

func read(t testing.TB, text string) *Explanation {
	t.Helper()
	return Text(text)
}
