package probe

import (
	"crypto/tls"
	"io"
	"net"
	"testing"
)

func TestReceivedAlertFindsEveryNumber(t *testing.T) {
	for code := range 256 {
		err := &net.OpError{Op: "remote error", Err: tls.AlertError(code)}
		got := receivedAlert(err)
		if got == nil || got.Code != code {
			t.Errorf("alert %d is read as %v", code, got)
		}
	}
	if got := receivedAlert(io.EOF); got != nil {
		t.Errorf("EOF is read as alert %v", got)
	}
}
