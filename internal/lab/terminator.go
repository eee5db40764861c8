package lab

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"time"
)

// The TLS alerts sent by hand (RFC 8446 section 6).
const (
	alertHandshakeFailure = 40
	alertProtocolVersion  = 70
)

// alertRecord is a fatal alert in a record of its own.
func alertRecord(version uint16, code byte) []byte {
	const alert, fatal = 21, 2
	return []byte{alert, byte(version >> 8), byte(version), 0, 2, fatal, code}
}

// terminator speaks TLS as proxies, load balancers and servers written in Go
// do: it sends the alert that tells why a handshake failed, unlike mongod, and
// knows no other protocol on the same port. What it decrypts goes to behind.
func terminator(config *tls.Config, behind func(conn net.Conn, serverName string)) handler {
	return func(conn net.Conn) {
		t := tls.Server(conn, config)
		if err := t.Handshake(); err == nil {
			behind(t, t.ConnectionState().ServerName)
			_ = t.CloseWrite()
		}
		linger(conn)
	}
}

// onlyNames makes a server refuse connections whose server_name is not one of
// names with the alert unrecognized_name (RFC 6066 section 3); "" stands for a
// ClientHello without server_name.
func onlyNames(c *tls.Config, names ...string) {
	certificate := c.Certificates[0]
	c.Certificates = nil
	c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if slices.Contains(names, hello.ServerName) {
			return &certificate, nil
		}
		// Neither a certificate nor an error: crypto/tls sends unrecognized_name.
		return nil, nil
	}
}

// refuseAll makes a server send the alert internal_error to every ClientHello,
// as a proxy written in Go does whose configuration callback fails.
func refuseAll(c *tls.Config) {
	c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		return nil, errors.New("no configuration for this client")
	}
}

// maxHello bounds a ClientHello that is read by hand, in bytes: one record
// (RFC 8446 section 5.1).
const maxHello = 1<<14 + recordHeader

// recordHeader is the size of a TLS record header in bytes.
const recordHeader = 5

// readRecord reads the first TLS record of a connection, header included, and
// nothing when the first bytes are not of a handshake record.
func readRecord(conn net.Conn) ([]byte, error) {
	record := make([]byte, recordHeader, 2048)
	if _, err := io.ReadFull(conn, record); err != nil {
		return nil, err
	}
	const handshake = 22
	length := int(binary.BigEndian.Uint16(record[3:]))
	if record[0] != handshake || record[1] != 3 || recordHeader+length > maxHello {
		return nil, errors.New("no TLS handshake record")
	}
	record = slices.Grow(record, length)[:recordHeader+length]
	_, err := io.ReadFull(conn, record[recordHeader:])
	return record, err
}

// alertEverything answers every ClientHello with the same alert, and closes on
// anything else.
func alertEverything(code byte) handler {
	return func(conn net.Conn) {
		if _, err := readRecord(conn); err != nil {
			return
		}
		_, _ = conn.Write(alertRecord(tls.VersionTLS12, code))
		linger(conn)
	}
}

// dropLargeHellos stands for a middlebox before a server that loses every
// ClientHello of more than limit bytes, as some do that expect it in one
// packet: the client never hears of it.
func dropLargeHellos(limit int, server handler) handler {
	return func(conn net.Conn) {
		head := make([]byte, recordHeader)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		const handshake = 22
		if head[0] == handshake && recordHeader+int(binary.BigEndian.Uint16(head[3:])) > limit {
			swallow(conn)
			return
		}
		server(&replayConn{Conn: conn, first: head})
	}
}

// swallow reads and never answers.
func swallow(conn net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(idleTimeout))
	_, _ = io.Copy(io.Discard, conn)
}
