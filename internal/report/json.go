package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// SchemaJSON is the JSON Schema (draft 2020-12) of an encoded Report. It is
// exact for the version of mongotls it belongs to; within v1 a later one may
// know more fields.
//
//go:embed report.schema.json
var SchemaJSON []byte

// ErrorSchema identifies the JSON of an ErrorDocument.
const ErrorSchema = "mongotls.error/v1"

// ErrorDocument is what stands on stdout in place of a report when the command
// could not be run as given (exit code 2).
type ErrorDocument struct {
	Schema string      `json:"schema"`
	Error  ErrorDetail `json:"error"`
}

// ErrorDetail says why the command could not be run.
type ErrorDetail struct {
	// ID is a stable identifier: "option-conflict", "usage".
	ID string `json:"id"`
	// Message is what is wrong, Hint what to do; Hint may be empty.
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// EncodeJSON writes r as one indented JSON document with a newline at its end.
// Lists and maps that are nil become empty ones, times are in UTC. Characters
// that could act on a terminal are written as \uNNNN, which a JSON parser turns
// back; bytes that are not UTF-8, which JSON cannot hold, become the text that
// Clean makes of them. The report is not changed. An error is w's, or tells of a number that
// JSON cannot hold.
func EncodeJSON(w io.Writer, r *Report) error {
	return encode(w, canonical(reflect.ValueOf(*r)).Interface())
}

// EncodeError writes an ErrorDocument as EncodeJSON writes a report.
func EncodeError(w io.Writer, detail ErrorDetail) error {
	return encode(w, ErrorDocument{Schema: ErrorSchema, Error: detail})
}

func encode(w io.Writer, document any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	// Connection strings are full of "&", and no HTML is near.
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(document); err != nil {
		return fmt.Errorf("encoding JSON: %w", err)
	}
	if _, err := w.Write(escapeJSON(b.Bytes())); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

// escapeJSON spells out the characters that encoding/json lets through and
// Clean would not. They can stand in strings only, so the document means the
// same afterwards.
func escapeJSON(document []byte) []byte {
	out := make([]byte, 0, len(document))
	for i := 0; i < len(document); {
		r, size := utf8.DecodeRune(document[i:])
		switch {
		case r == '\n' || printable(r):
			out = append(out, document[i:i+size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		i += size
	}
	return out
}

// canonical returns a deep copy of v in which no slice or map is nil, and every
// string and time is one that JSON can hold.
func canonical(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		return reflect.ValueOf(spellInvalid(v.String())).Convert(v.Type())
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		c := reflect.New(v.Type().Elem())
		c.Elem().Set(canonical(v.Elem()))
		return c
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		return canonical(v.Elem())
	case reflect.Slice:
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			c.Index(i).Set(canonical(v.Index(i)))
		}
		return c
	case reflect.Map:
		c := reflect.MakeMapWithSize(v.Type(), v.Len())
		for _, key := range v.MapKeys() {
			c.SetMapIndex(canonical(key), canonical(v.MapIndex(key)))
		}
		return c
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return reflect.ValueOf(canonicalTime(t))
		}
		c := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			c.Field(i).Set(canonical(v.Field(i)))
		}
		return c
	default:
		return v
	}
}

// canonicalTime returns t in UTC, held within the years that RFC 3339 can
// write: a GeneralizedTime with an offset (which RFC 5280 section 4.1.2.5.2
// forbids) can lie just outside, and one such certificate must not cost the
// whole report.
func canonicalTime(t time.Time) time.Time {
	t = t.UTC()
	switch {
	case t.Year() < 0:
		return time.Date(0, time.January, 1, 0, 0, 0, 0, time.UTC)
	case t.Year() > 9999:
		return time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)
	default:
		return t
	}
}
