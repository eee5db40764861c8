// Package connection is what rooms that make connections share: dialling, binding a
// connection to a context, and telling how it ended.
package connection

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/mongotls/mongotls/internal/fact"
)

// Dial makes a connection without keep-alive: none of ours lives long.
func Dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: false}, KeepAlive: -1}
	return d.DialContext(ctx, network, address)
}

// Bind makes c end with ctx: its deadline is ctx's, and when ctx is done every
// read and write on it returns. release unbinds and closes it.
func Bind(ctx context.Context, c net.Conn) (release func()) {
	if deadline, ok := ctx.Deadline(); ok {
		// A deadline that cannot be set leaves the AfterFunc to end the exchange.
		_ = c.SetDeadline(deadline)
	}
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	return func() {
		stop()
		c.Close()
	}
}

// IsTimeout reports whether err is any kind of running out of time.
func IsTimeout(err error) bool {
	var ne net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		(errors.As(err, &ne) && ne.Timeout())
}

// OutcomeOf classifies what ended a read or a write; nil is fact.OutcomeOK. Some
// systems report a reset as an aborted connection or a broken pipe.
func OutcomeOf(err error) fact.Outcome {
	switch {
	case err == nil:
		return fact.OutcomeOK
	case IsTimeout(err):
		return fact.OutcomeTimeout
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNABORTED):
		return fact.OutcomeReset
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return fact.OutcomeClosed
	}
	return fact.OutcomeFailed
}
