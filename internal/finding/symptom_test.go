package finding

import (
	"testing"

	"github.com/mongotls/mongotls/internal/symptom"
)

// TestSymptomsAreOfTheCatalogue: what a text stands for has an entry.
func TestSymptomsAreOfTheCatalogue(t *testing.T) {
	for _, s := range symptom.All() {
		for _, id := range s.IDs {
			if _, ok := Lookup(ID(id)); !ok {
				t.Errorf("%s %q stands for %s, which is not in the catalogue", s.Producer, s.Text, id)
			}
		}
	}
}
