package wire

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"
)

// Document is a BSON document. The order of its elements counts: the first one
// of a request names the command.
type Document []Element

// Element is a named value of a document. A key ends at its first NUL byte, as
// BSON has no way to write one.
type Element struct {
	Key   string
	Value Value
}

// Get returns the value of the first element with this key; nil without one.
func (d Document) Get(key string) Value {
	for _, e := range d {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

// Value is a BSON value: one of Double, String, Document, Array, ObjectID, Bool,
// DateTime, Null, Int32, Int64 or Raw. Anything else, nil included, is written
// as null.
type Value interface {
	// appendTo appends the value and returns its element type.
	appendTo(b []byte) ([]byte, elementType)
}

type (
	// Double is a 64-bit floating point number.
	Double float64
	// String is a UTF-8 string.
	String string
	// Array is a list of values.
	Array []Value
	// ObjectID is the 12-byte identifier of BSON.
	ObjectID [12]byte
	// Bool is true or false.
	Bool bool
	// DateTime is a point in time, in milliseconds since the Unix epoch.
	DateTime int64
	// Null is the value null.
	Null struct{}
	// Int32 is a 32-bit integer.
	Int32 int32
	// Int64 is a 64-bit integer.
	Int64 int64
	// Raw is a value of a type that has none of its own here, as it is encoded.
	Raw struct {
		Type byte
		Data []byte
	}
)

// Date returns the time as BSON has it: to the millisecond.
func Date(t time.Time) DateTime { return DateTime(t.UnixMilli()) }

// String returns the identifier as 24 hexadecimal digits.
func (o ObjectID) String() string { return hex.EncodeToString(o[:]) }

// Strings returns an array of strings.
func Strings(list ...string) Array {
	a := make(Array, len(list))
	for i, s := range list {
		a[i] = String(s)
	}
	return a
}

// elementType is the byte before an element's key (bsonspec.org, version 1.1).
type elementType byte

const (
	typeDouble        elementType = 0x01
	typeString        elementType = 0x02
	typeDocument      elementType = 0x03
	typeArray         elementType = 0x04
	typeBinary        elementType = 0x05
	typeUndefined     elementType = 0x06
	typeObjectID      elementType = 0x07
	typeBool          elementType = 0x08
	typeDateTime      elementType = 0x09
	typeNull          elementType = 0x0a
	typeRegex         elementType = 0x0b
	typeDBPointer     elementType = 0x0c
	typeCode          elementType = 0x0d
	typeSymbol        elementType = 0x0e
	typeCodeWithScope elementType = 0x0f
	typeInt32         elementType = 0x10
	typeTimestamp     elementType = 0x11
	typeInt64         elementType = 0x12
	typeDecimal128    elementType = 0x13
	typeMaxKey        elementType = 0x7f
	typeMinKey        elementType = 0xff
)

func (v Double) appendTo(b []byte) ([]byte, elementType) {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(v))), typeDouble
}

func (v String) appendTo(b []byte) ([]byte, elementType) {
	b = appendInt32(b, int32(len(v)+1))
	return append(append(b, v...), 0), typeString
}

func (v Document) appendTo(b []byte) ([]byte, elementType) {
	return appendDocument(b, v), typeDocument
}

func (v Array) appendTo(b []byte) ([]byte, elementType) {
	d := make(Document, len(v))
	for i := range v {
		d[i] = Element{strconv.Itoa(i), v[i]}
	}
	return appendDocument(b, d), typeArray
}

func (v ObjectID) appendTo(b []byte) ([]byte, elementType) { return append(b, v[:]...), typeObjectID }

func (v Bool) appendTo(b []byte) ([]byte, elementType) {
	if v {
		return append(b, 1), typeBool
	}
	return append(b, 0), typeBool
}

func (v DateTime) appendTo(b []byte) ([]byte, elementType) {
	return binary.LittleEndian.AppendUint64(b, uint64(v)), typeDateTime
}

func (Null) appendTo(b []byte) ([]byte, elementType) { return b, typeNull }

func (v Int32) appendTo(b []byte) ([]byte, elementType) {
	return appendInt32(b, int32(v)), typeInt32
}

func (v Int64) appendTo(b []byte) ([]byte, elementType) {
	return binary.LittleEndian.AppendUint64(b, uint64(v)), typeInt64
}

func (v Raw) appendTo(b []byte) ([]byte, elementType) {
	return append(b, v.Data...), elementType(v.Type)
}

// appendDocument appends a document: its length, the elements, a closing NUL.
func appendDocument(b []byte, d Document) []byte {
	start := len(b)
	b = appendInt32(b, 0)
	for _, e := range d {
		at := len(b)
		b = append(b, byte(typeNull))
		key, _, _ := strings.Cut(e.Key, "\x00")
		b = append(append(b, key...), 0)
		if e.Value != nil {
			var t elementType
			b, t = e.Value.appendTo(b)
			b[at] = byte(t)
		}
	}
	b = append(b, 0)
	binary.LittleEndian.PutUint32(b[start:], uint32(len(b)-start))
	return b
}
