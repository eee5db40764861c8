package wire

import "runtime"

// driverName is what server logs and currentOp show for our connections.
const driverName = "mongotls"

// Metadata is what hello tells the server of its client, for the server's log
// (MongoDB Handshake specification).
type Metadata struct {
	// Version is ours: client.driver.version.
	Version string
	// OSType and Architecture are client.os.type and client.os.architecture;
	// empty ones stand for this program's GOOS and GOARCH.
	OSType, Architecture string
	// Platform is client.platform; empty stands for the Go version.
	Platform string
	// LoadBalanced sends loadBalanced: true, which a mongos behind a load
	// balancer's port requires.
	LoadBalanced bool
}

// maxMetadataString bounds each string of the metadata in bytes, so that the
// document stays below the 512 at which servers refuse it.
const maxMetadataString = 64

func (m Metadata) document() Document {
	or := func(s, def string) String {
		if s == "" {
			s = def
		}
		return String(text([]byte(s), maxMetadataString))
	}
	return Document{
		{"driver", Document{
			{"name", String(driverName)},
			{"version", or(m.Version, "")},
		}},
		{"os", Document{
			{"type", or(m.OSType, runtime.GOOS)},
			{"architecture", or(m.Architecture, runtime.GOARCH)},
		}},
		{"platform", or(m.Platform, runtime.Version())},
	}
}

// HelloRequest returns hello as an OP_MSG message. It is for the first message
// of a connection: servers take the metadata only there.
func HelloRequest(requestID int32, m Metadata) []byte {
	cmd := Document{
		{"hello", Int32(1)},
		{"helloOk", Bool(true)},
		{"client", m.document()},
	}
	if m.LoadBalanced {
		cmd = append(cmd, Element{"loadBalanced", Bool(true)})
	}
	cmd = append(cmd, Element{"$db", String("admin")})
	return message(requestID, 0, OpMsg, msgBody(cmd))
}

// LegacyHelloRequest returns isMaster as an OP_QUERY message, which servers of
// every age answer: those before 3.6 know no OP_MSG, and those since 5.1 take
// no other command by OP_QUERY than this one and a few for authentication.
func LegacyHelloRequest(requestID int32, m Metadata) []byte {
	body := appendInt32(nil, querySecondaryOK)
	body = append(body, "admin.$cmd\x00"...)
	body = appendInt32(body, 0)  // numberToSkip
	body = appendInt32(body, -1) // numberToReturn: one document, no cursor
	body = appendDocument(body, Document{
		{"isMaster", Int32(1)},
		{"helloOk", Bool(true)},
		{"client", m.document()},
	})
	return message(requestID, 0, OpQuery, body)
}

// querySecondaryOK is the flag of OP_QUERY by which a secondary may answer.
const querySecondaryOK = 1 << 2

// msgBody returns the body of an OP_MSG: no flags, and one section of kind 0.
// It has no checksum; mongod does not use one within TLS either.
func msgBody(d Document) []byte {
	body := appendInt32(nil, 0)
	body = append(body, sectionBody)
	return appendDocument(body, d)
}
