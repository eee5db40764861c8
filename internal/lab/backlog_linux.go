package lab

import (
	"context"
	"net"
	"syscall"
	"time"
)

// fillBacklog makes a listener that nobody accepts on leave further connections
// unanswered: its queue is shortened and filled. It reports whether that
// worked; release gives back what fills the queue.
func fillBacklog(ctx context.Context, l *net.TCPListener) (release func(), ok bool) {
	const shortest, attempts, patience = 0, 8, 100 * time.Millisecond
	var fillers []net.Conn
	release = func() {
		for _, c := range fillers {
			c.Close()
		}
	}
	raw, err := l.SyscallConn()
	if err != nil {
		return release, false
	}
	var listenErr error
	if err := raw.Control(func(fd uintptr) { listenErr = syscall.Listen(int(fd), shortest) }); err != nil || listenErr != nil {
		return release, false
	}
	d := net.Dialer{Timeout: patience}
	for range attempts {
		conn, err := d.DialContext(ctx, "tcp", l.Addr().String())
		if err != nil {
			timeout, isTimeout := err.(net.Error)
			return release, isTimeout && timeout.Timeout()
		}
		fillers = append(fillers, conn)
	}
	return release, false
}
