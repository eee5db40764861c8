package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

const (
	// maxDepth bounds the nesting of a decoded document: MongoDB supports 100
	// levels.
	maxDepth = 100
	// maxElements bounds the elements of a decoded document, at all levels
	// together: an element takes two bytes on the wire and some fifty here.
	maxElements = 100_000
)

// rawElement is an element whose value is still encoded. Its bytes are those of
// the message.
type rawElement struct {
	typ   elementType
	key   []byte
	value []byte
}

// elements iterates over the elements of a document without descending.
type elements struct{ rest []byte }

// openDocument checks the frame of the document at the start of b, and returns
// its elements and the bytes after it.
func openDocument(b []byte) (elements, []byte, error) {
	n, ok := peekLength(b)
	if !ok || n < 5 || n > len(b) {
		return elements{}, nil, fmt.Errorf("BSON document of %d bytes in %d", n, len(b))
	}
	if b[n-1] != 0 {
		return elements{}, nil, errors.New("BSON document does not end in NUL")
	}
	return elements{b[4 : n-1]}, b[n:], nil
}

// next returns the next element; more is false at the end.
func (es *elements) next() (e rawElement, more bool, err error) {
	b := es.rest
	if len(b) == 0 {
		return rawElement{}, false, nil
	}
	end := bytes.IndexByte(b[1:], 0)
	if end < 0 {
		return rawElement{}, false, errors.New("BSON element without the end of its key")
	}
	e = rawElement{typ: elementType(b[0]), key: b[1 : 1+end]}
	b = b[1+end+1:]
	n, err := valueSize(e.typ, b)
	if err != nil {
		return rawElement{}, false, err
	}
	if n < 0 || n > len(b) {
		return rawElement{}, false, fmt.Errorf("BSON element of type 0x%02x needs %d bytes of %d", byte(e.typ), n, len(b))
	}
	e.value, es.rest = b[:n], b[n:]
	return e, true, nil
}

// valueSize returns how many bytes a value of type t at the start of b takes. It
// may be more than there are.
func valueSize(t elementType, b []byte) (int, error) {
	switch t {
	case typeUndefined, typeNull, typeMinKey, typeMaxKey:
		return 0, nil
	case typeBool:
		return 1, nil
	case typeInt32:
		return 4, nil
	case typeDouble, typeDateTime, typeTimestamp, typeInt64:
		return 8, nil
	case typeObjectID:
		return 12, nil
	case typeDecimal128:
		return 16, nil
	case typeString, typeCode, typeSymbol, typeDBPointer:
		n, ok := peekLength(b)
		if !ok || n < 1 || n > len(b)-4 {
			return 0, fmt.Errorf("BSON string of %d bytes in %d", n, len(b))
		}
		if b[4+n-1] != 0 {
			return 0, errors.New("BSON string does not end in NUL")
		}
		if t == typeDBPointer {
			return 4 + n + 12, nil
		}
		return 4 + n, nil
	case typeDocument, typeArray, typeCodeWithScope:
		n, ok := peekLength(b)
		if !ok || n < 5 {
			return 0, fmt.Errorf("BSON document of %d bytes in %d", n, len(b))
		}
		return n, nil
	case typeBinary:
		n, ok := peekLength(b)
		if !ok || n < 0 || n > len(b)-5 {
			return 0, fmt.Errorf("BSON binary of %d bytes in %d", n, len(b))
		}
		return 5 + n, nil
	case typeRegex:
		pattern := bytes.IndexByte(b, 0)
		options := bytes.IndexByte(b[pattern+1:], 0)
		if pattern < 0 || options < 0 {
			return 0, errors.New("BSON regular expression without its end")
		}
		return pattern + 1 + options + 1, nil
	}
	return 0, fmt.Errorf("BSON element of the undefined type 0x%02x", byte(t))
}

// peekLength reads the int32 that b starts with. Without four bytes it is not ok.
func peekLength(b []byte) (n int, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	return int(int32(binary.LittleEndian.Uint32(b))), true
}

// number returns a numeric value, of whichever numeric type it is; a Bool counts
// as 0 or 1, as servers have sent either for "ok". Values that no int64 holds
// count as absent.
func (e rawElement) number() (n int64, ok bool) {
	switch e.typ {
	case typeInt32:
		return int64(int32(binary.LittleEndian.Uint32(e.value))), true
	case typeInt64:
		return int64(binary.LittleEndian.Uint64(e.value)), true
	case typeBool:
		return int64(e.value[0] & 1), true
	case typeDouble:
		f := math.Float64frombits(binary.LittleEndian.Uint64(e.value))
		if f >= -1<<63 && f < 1<<63 {
			return int64(f), true
		}
	}
	return 0, false
}

// truth returns whether the element is true, or a number other than 0.
func (e rawElement) truth() bool {
	n, ok := e.number()
	return ok && n != 0
}

// stringBytes returns the bytes of a string.
func (e rawElement) stringBytes() (s []byte, ok bool) {
	if e.typ != typeString {
		return nil, false
	}
	return e.value[4 : len(e.value)-1], true
}

// decoder turns encoded documents into values, within its budget.
type decoder struct{ left int }

// decodeDocument decodes the document at the start of b and returns the bytes
// after it.
func decodeDocument(b []byte) (Document, []byte, error) {
	es, rest, err := openDocument(b)
	if err != nil {
		return nil, nil, err
	}
	d, err := (&decoder{left: maxElements}).document(es, 1)
	return d, rest, err
}

func (dec *decoder) document(es elements, depth int) (Document, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("BSON document nested deeper than %d levels", maxDepth)
	}
	d := Document{}
	for {
		e, more, err := es.next()
		if err != nil {
			return nil, err
		}
		if !more {
			return d, nil
		}
		if dec.left--; dec.left < 0 {
			return nil, fmt.Errorf("BSON document of more than %d elements", maxElements)
		}
		v, err := dec.value(e, depth)
		if err != nil {
			return nil, err
		}
		d = append(d, Element{string(e.key), v})
	}
}

func (dec *decoder) value(e rawElement, depth int) (Value, error) {
	switch e.typ {
	case typeDouble:
		return Double(math.Float64frombits(binary.LittleEndian.Uint64(e.value))), nil
	case typeString:
		s, _ := e.stringBytes()
		return String(s), nil
	case typeObjectID:
		return ObjectID(e.value), nil
	case typeBool:
		return Bool(e.value[0] != 0), nil
	case typeDateTime:
		return DateTime(binary.LittleEndian.Uint64(e.value)), nil
	case typeNull:
		return Null{}, nil
	case typeInt32:
		return Int32(binary.LittleEndian.Uint32(e.value)), nil
	case typeInt64:
		return Int64(binary.LittleEndian.Uint64(e.value)), nil
	case typeDocument, typeArray:
		es, _, err := openDocument(e.value)
		if err != nil {
			return nil, err
		}
		d, err := dec.document(es, depth+1)
		if err != nil || e.typ == typeDocument {
			return d, err
		}
		a := make(Array, len(d))
		for i := range d {
			a[i] = d[i].Value
		}
		return a, nil
	}
	return Raw{byte(e.typ), bytes.Clone(e.value)}, nil
}
