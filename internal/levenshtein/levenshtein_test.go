package levenshtein

import "testing"

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "tls", 3},
		{"tls", "", 3},
		{"tlscafile", "tlscafile", 0},
		{"tlscafiles", "tlscafile", 1},
		{"tlsfile", "tlscafile", 2},
		{"tlscafjle", "tlscafile", 1},
		{"kitten", "sitting", 3},
	}
	for _, tt := range tests {
		if got := Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
