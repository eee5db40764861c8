package lab

import (
	"bytes"
	"fmt"
	"io"
	"net"
)

// closeOnAccept closes before a byte is exchanged (FIN), as mongod does when it
// has too many connections.
func closeOnAccept(conn net.Conn) { _ = conn.Close() }

// resetOnAccept resets the connection before a byte is exchanged (RST).
func resetOnAccept(conn net.Conn) {
	if t, ok := conn.(*net.TCPConn); ok {
		// Closing with a linger time of zero sends RST in place of FIN.
		_ = t.SetLinger(0)
	}
	_ = conn.Close()
}

// closeAfterFirstBytes waits for the client to speak and closes, as a proxy or
// firewall does that turns the connection away.
func closeAfterFirstBytes(conn net.Conn) {
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		linger(conn)
	}
}

// resetAfterFirstBytes waits for the client to speak and resets.
func resetAfterFirstBytes(conn net.Conn) {
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		resetOnAccept(conn)
	}
}

// greetFirst speaks before the client does, as SSH and MySQL do, and does not
// understand what it hears then.
func greetFirst(greeting []byte) handler {
	return func(conn net.Conn) {
		if _, err := conn.Write(greeting); err != nil {
			return
		}
		closeAfterFirstBytes(conn)
	}
}

// sshGreeting is an identification string (RFC 4253 section 4.2).
var sshGreeting = []byte("SSH-2.0-OpenSSH_9.9\r\n")

// mysqlGreeting is an initial handshake packet of the MySQL protocol, version
// 10: binary, as many greetings are.
var mysqlGreeting = append([]byte{0x4a, 0, 0, 0, 10}, append([]byte("8.4.3\x00"), make([]byte, 0x4a-7)...)...)

// serveHTTP answers one HTTP/1.1 request, and anything else as HTTP servers do:
// with 400.
func serveHTTP(conn net.Conn, _ string) {
	request := make([]byte, 4096)
	n, err := conn.Read(request)
	if err != nil {
		return
	}
	status, page := "400 Bad Request", "<html><body><h1>400 Bad Request</h1></body></html>\n"
	for _, method := range []string{"GET ", "HEAD ", "OPTIONS "} {
		if bytes.HasPrefix(request[:n], []byte(method)) {
			status, page = "200 OK", "<html><body><h1>It works</h1></body></html>\n"
		}
	}
	_, _ = io.WriteString(conn, fmt.Sprintf("HTTP/1.1 %s\r\nServer: lab\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		status, len(page), page))
}

// plainHTTP is serveHTTP on a connection without TLS.
func plainHTTP(conn net.Conn) {
	serveHTTP(conn, "")
	linger(conn)
}
