package wire

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// ParseRequest reads a command that ReadMessage returned, by OP_MSG or by
// OP_QUERY to a $cmd collection. The command is the document's first key
// ("hello"). Nesting deeper than 100 levels and documents of more than 100,000
// elements are errors, as is whatever is malformed.
func ParseRequest(h Header, body []byte) (command string, doc Document, err error) {
	var raw []byte
	switch h.OpCode {
	case OpMsg:
		raw, err = msgDocument(body)
	case OpQuery:
		raw, err = queryDocument(body)
	default:
		err = fmt.Errorf("%v in place of a command", h.OpCode)
	}
	if err != nil {
		return "", nil, fmt.Errorf("malformed request: %w", err)
	}
	doc, _, err = decodeDocument(raw)
	if err != nil {
		return "", nil, fmt.Errorf("malformed request: %w", err)
	}
	if len(doc) == 0 {
		return "", nil, errors.New("malformed request: no command")
	}
	// Old drivers wrap the command to add a read preference.
	if q, ok := doc[0].Value.(Document); ok && (doc[0].Key == "$query" || doc[0].Key == "query") && len(q) > 0 {
		doc = q
	}
	return doc[0].Key, doc, nil
}

// queryDocument returns the query of an OP_QUERY, still encoded.
func queryDocument(body []byte) ([]byte, error) {
	if len(body) < 4 {
		return nil, fmt.Errorf("OP_QUERY of %d bytes", len(body))
	}
	name, rest, ok := bytes.Cut(body[4:], []byte{0})
	if !ok {
		return nil, errors.New("OP_QUERY without the end of its collection name")
	}
	if !strings.HasSuffix(string(name), ".$cmd") {
		return nil, errors.New("OP_QUERY is no command")
	}
	const numbers = 4 + 4 // numberToSkip, numberToReturn
	if len(rest) < numbers {
		return nil, errors.New("OP_QUERY without a query")
	}
	return rest[numbers:], nil
}

// Reply returns the reply with the given document, by OP_REPLY to an OP_QUERY
// (legacy) and by OP_MSG to an OP_MSG.
func Reply(requestID, responseTo int32, legacy bool, doc Document) []byte {
	if !legacy {
		return message(requestID, responseTo, OpMsg, msgBody(doc))
	}
	body := appendInt32(nil, 1<<3)           // responseFlags: AwaitCapable, always set
	body = append(body, make([]byte, 12)...) // cursorID and startingFrom: none
	body = appendInt32(body, 1)              // numberReturned
	body = appendDocument(body, doc)
	return message(requestID, responseTo, OpReply, body)
}
