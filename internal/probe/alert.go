package probe

import (
	"crypto/tls"
	"errors"
	"net"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/registry"
)

// alert makes the fact of an alert number.
func alert(code int) *fact.Alert { return &fact.Alert{Code: code, Name: registry.AlertName(code)} }

// receivedAlert returns the alert that err tells of, or nil. crypto/tls reports
// a received alert as *net.OpError with Op "remote error" around an unexported
// type, so its number has to be found by its text, which is that of
// tls.AlertError for the same number.
func receivedAlert(err error) *fact.Alert {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return nil
	}
	text := strings.TrimPrefix(op.Err.Error(), "tls: ")
	for code := range 256 {
		if strings.TrimPrefix(tls.AlertError(code).Error(), "tls: ") == text {
			return alert(code)
		}
	}
	return nil
}
