// Package wire speaks the least of the MongoDB wire protocol that a diagnosis
// needs: the hello command by OP_MSG, its legacy form by OP_QUERY, authenticate
// with a client certificate, and their replies; and, for a stand-in server, the
// same from the other side.
//
// It works on io.Reader and byte slices and opens no connection. Everything it
// reads is taken to be hostile: lengths are checked against the bytes at hand
// before use, nesting and counts are bounded, and memory grows with what was
// received, not with what was announced.
package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// HeaderSize is the size of a message header in bytes. It is also what mongod
// waits for before it decides whether a connection speaks TLS.
const HeaderSize = 16

// DefaultMaxMessage bounds a message, header included, in bytes. MongoDB itself
// allows 48,000,000; a reply to hello holds one document, and those end at
// 16 MiB.
const DefaultMaxMessage = 16 << 20

// OpCode is the kind of a message.
type OpCode int32

// The opcodes of the wire protocol that servers of any age send or take for
// hello, with OP_COMPRESSED, which may carry any of the others.
const (
	OpReply      OpCode = 1
	OpQuery      OpCode = 2004
	OpCompressed OpCode = 2012
	OpMsg        OpCode = 2013
)

// String returns the protocol's name of the opcode ("OP_MSG"), or "opcode N".
func (o OpCode) String() string {
	switch o {
	case OpReply:
		return "OP_REPLY"
	case OpQuery:
		return "OP_QUERY"
	case OpCompressed:
		return "OP_COMPRESSED"
	case OpMsg:
		return "OP_MSG"
	}
	return fmt.Sprintf("opcode %d", int32(o))
}

func (o OpCode) known() bool {
	return o == OpReply || o == OpQuery || o == OpCompressed || o == OpMsg
}

// Header is the standard message header: four little-endian int32.
type Header struct {
	// MessageLength is the whole message's length in bytes, header included.
	MessageLength int32
	// RequestID is the sender's number for this message.
	RequestID int32
	// ResponseTo is the RequestID that a reply answers; 0 in a request. mongod
	// takes bytes with anything but 0 or -1 here for a TLS record.
	ResponseTo int32
	OpCode     OpCode
}

// ParseHeader reads a header without judging it.
func ParseHeader(b [HeaderSize]byte) Header {
	return Header{
		MessageLength: int32(binary.LittleEndian.Uint32(b[0:])),
		RequestID:     int32(binary.LittleEndian.Uint32(b[4:])),
		ResponseTo:    int32(binary.LittleEndian.Uint32(b[8:])),
		OpCode:        OpCode(binary.LittleEndian.Uint32(b[12:])),
	}
}

// NotMongoDBError says that the peer sent something that is no message of the
// MongoDB wire protocol.
type NotMongoDBError struct {
	// Prefix is what was received, as far as it was read: at most HeaderSize
	// bytes.
	Prefix []byte
	// Reason says which field gave it away.
	Reason string
}

func (e *NotMongoDBError) Error() string {
	return fmt.Sprintf("not a MongoDB message: %s (it begins with %+q)", e.Reason, e.Prefix)
}

// TruncatedError says that a message began and did not end.
type TruncatedError struct {
	// Prefix is the start of what was received, at most HeaderSize bytes.
	Prefix []byte
	// Got counts the bytes received; Want those expected, HeaderSize while the
	// length was not yet known.
	Got, Want int
	// Err is what ended the reading: io.ErrUnexpectedEOF when the peer closed.
	Err error
}

func (e *TruncatedError) Error() string {
	return fmt.Sprintf("message cut off after %d of %d bytes: %v", e.Got, e.Want, e.Err)
}

// Unwrap returns Err.
func (e *TruncatedError) Unwrap() error { return e.Err }

// ReadMessage reads one message and returns its header and the bytes after it.
// A message of more than limit bytes is refused; a limit of 0 or less stands for
// DefaultMaxMessage. The caller bounds the time.
//
// The error is a *NotMongoDBError when the bytes cannot be a message, a
// *TruncatedError when reading failed within one, and the reader's own error
// (io.EOF when the peer closed) when it failed before the first byte.
func ReadMessage(r io.Reader, limit int) (Header, []byte, error) {
	if limit <= 0 {
		limit = DefaultMaxMessage
	}
	var head [HeaderSize]byte
	n, err := io.ReadFull(r, head[:])
	h := ParseHeader(head)
	prefix := bytes.Clone(head[:n])
	// A short greeting of another protocol shows by its first four bytes, and
	// may be all that ever comes.
	if n >= 4 && (h.MessageLength < HeaderSize || int64(h.MessageLength) > int64(limit)) {
		return Header{}, nil, &NotMongoDBError{prefix,
			fmt.Sprintf("its length would be %d, outside %d to %d", h.MessageLength, HeaderSize, limit)}
	}
	if err != nil {
		if n == 0 {
			return Header{}, nil, err
		}
		return Header{}, nil, &TruncatedError{prefix, n, HeaderSize, err}
	}
	if !h.OpCode.known() {
		return Header{}, nil, &NotMongoDBError{prefix, fmt.Sprintf("%v is not one of the protocol", h.OpCode)}
	}

	var body bytes.Buffer
	want := int64(h.MessageLength) - HeaderSize
	got, err := io.CopyN(&body, r, want)
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return Header{}, nil, &TruncatedError{prefix, HeaderSize + int(got), int(h.MessageLength), err}
	}
	return h, body.Bytes(), nil
}

// message frames a body: the header's length is that of the whole.
func message(requestID, responseTo int32, op OpCode, body []byte) []byte {
	b := make([]byte, 0, HeaderSize+len(body))
	b = appendInt32(b, int32(HeaderSize+len(body)))
	b = appendInt32(b, requestID)
	b = appendInt32(b, responseTo)
	b = appendInt32(b, int32(op))
	return append(b, body...)
}

func appendInt32(b []byte, v int32) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(v))
}
