package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The sections and flags of OP_MSG.
const (
	sectionBody     = 0
	sectionSequence = 1

	flagChecksumPresent = 1 << 0
	flagMoreToCome      = 1 << 1
	// requiredFlags are the bits that a receiver has to know.
	requiredFlags = 0xffff
)

// checksumSize is that of the CRC-32C at the end of an OP_MSG that has one.
const checksumSize = 4

// replyDocument returns the reply's document, still encoded.
func replyDocument(h Header, body []byte) ([]byte, error) {
	switch h.OpCode {
	case OpMsg:
		return msgDocument(body)
	case OpReply:
		// responseFlags, cursorID, startingFrom, numberReturned.
		const fixed = 4 + 8 + 4 + 4
		if len(body) < fixed {
			return nil, fmt.Errorf("OP_REPLY of %d bytes", len(body))
		}
		if n := int32(binary.LittleEndian.Uint32(body[16:])); n < 1 {
			return nil, fmt.Errorf("OP_REPLY with %d documents", n)
		}
		return body[fixed:], nil
	case OpCompressed:
		return nil, errors.New("OP_COMPRESSED, though no compression was negotiated")
	}
	return nil, fmt.Errorf("%v in place of a reply", h.OpCode)
}

// msgDocument finds the section of kind 0 in the body of an OP_MSG. Document
// sequences are skipped.
func msgDocument(body []byte) ([]byte, error) {
	if len(body) < 4 {
		return nil, fmt.Errorf("OP_MSG of %d bytes", len(body))
	}
	flags := binary.LittleEndian.Uint32(body)
	if unknown := flags & requiredFlags &^ (flagChecksumPresent | flagMoreToCome); unknown != 0 {
		return nil, fmt.Errorf("OP_MSG with the unknown flags 0x%x", unknown)
	}
	sections := body[4:]
	if flags&flagChecksumPresent != 0 {
		if len(sections) < checksumSize {
			return nil, errors.New("OP_MSG without room for its checksum")
		}
		sections = sections[:len(sections)-checksumSize]
	}
	var doc []byte
	for len(sections) > 0 {
		kind := sections[0]
		sections = sections[1:]
		n, ok := peekLength(sections)
		if !ok || n < 5 || n > len(sections) {
			return nil, fmt.Errorf("OP_MSG section of %d bytes in %d", n, len(sections))
		}
		switch {
		case kind == sectionBody && doc != nil:
			return nil, errors.New("OP_MSG with two body sections")
		case kind == sectionBody:
			doc = sections[:n]
		case kind != sectionSequence:
			return nil, fmt.Errorf("OP_MSG section of the undefined kind %d", kind)
		}
		sections = sections[n:]
	}
	if doc == nil {
		return nil, errors.New("OP_MSG without a body section")
	}
	return doc, nil
}
