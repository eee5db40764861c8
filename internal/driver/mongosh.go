package driver

import "github.com/mongotls/mongotls/internal/verify"

// mongosh is the shell, and with it Compass and the extension for VS Code: the
// Node.js driver with the system's roots beside those of Node.js and of the CA
// file, any of which may end a path (devtools-connect/src/connect.ts,
// devtools-proxy-support/src/system-ca.ts).
var mongosh = []*Model{shell()}

func shell() *Model {
	m := nodeDriver
	m.Name, m.TLS = "mongosh", "OpenSSL 3.0 (Node.js)"
	m.Roots, m.AddsRoots = bothRoots, true
	m.Stack = nodeJS("1-partial", verify.NodeOptions{SecurityLevel: 1, PartialChain: true})
	return &m
}
