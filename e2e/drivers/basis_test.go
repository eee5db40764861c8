package drivers

import (
	"testing"

	models "github.com/mongotls/mongotls/internal/driver"
)

// TestBasis holds what is said to be measured to what is measured here.
func TestBasis(t *testing.T) {
	here := map[string]bool{}
	for _, d := range drivers() {
		here[d.id()] = true
	}
	for _, m := range models.Models() {
		id := driver{name: m.Name, variant: m.Variant}.id()
		if measured := m.Basis == models.Measured; measured != here[id] {
			t.Errorf("%s: the model says %q, and it is run here: %t", id, m.Basis, here[id])
		}
		delete(here, id)
	}
	for id := range here {
		t.Errorf("%s is run here, and there is no model of it", id)
	}
}
