package lab

import "net"

// flightConn lies under a TLS server and holds back what that writes during the
// handshake until it waits for the client again. An alert is the last thing
// that a failing handshake writes, nothing is read after it, and so it is never
// sent. That is how mongod behaves on OpenSSL: once SSL_accept has failed, its
// loop does not write what the library left to be written.
//
// It serves one goroutine, as a handshake is.
type flightConn struct {
	net.Conn
	held    []byte
	through bool
}

func (c *flightConn) Read(p []byte) (int, error) {
	if err := c.flush(); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c *flightConn) Write(p []byte) (int, error) {
	if c.through {
		return c.Conn.Write(p)
	}
	c.held = append(c.held, p...)
	return len(p), nil
}

// finish ends the holding back, after a handshake that succeeded.
func (c *flightConn) finish() error {
	c.through = true
	return c.flush()
}

func (c *flightConn) flush() error {
	if len(c.held) == 0 {
		return nil
	}
	_, err := c.Conn.Write(c.held)
	c.held = nil
	return err
}
