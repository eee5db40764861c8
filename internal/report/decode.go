package report

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
)

// MaxSize is how many bytes of JSON Decode reads: 64 MiB, some ten thousand
// endpoints.
const MaxSize = 64 << 20

// Decode reads a report that EncodeJSON wrote, now or in another version of
// schema v1: fields that it does not know are passed over. It accepts UTF-16
// and a byte order mark, since that is what PowerShell redirects a program's
// output as. The error is a sentence for the person who named the file.
func Decode(r io.Reader) (*Report, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxSize {
		return nil, fmt.Errorf("larger than %d MiB, which no report is", MaxSize>>20)
	}
	data = toUTF8(data)
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("empty: no report was written to it")
	}
	if err := checkSchema(data); err != nil {
		return nil, err
	}
	report := new(Report)
	if err := json.Unmarshal(data, report); err != nil {
		// The text may quote the file, which may be hostile.
		return nil, fmt.Errorf("not a valid report: %.300s", located(data, err))
	}
	return report, nil
}

// checkSchema looks at the document's kind before anything else of it is
// believed.
func checkSchema(data []byte) error {
	var head struct {
		Schema any `json:"schema"`
		Error  struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	err := json.Unmarshal(data, &head)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		return fmt.Errorf("not JSON: %w", located(data, err))
	}
	schema, ok := head.Schema.(string)
	switch {
	case !ok:
		return errors.New(`not a mongotls report: no "schema" in it`)
	case schema == Schema:
		return nil
	case schema == ErrorSchema:
		return fmt.Errorf("not a report but the error of a run that made none: %.300q", head.Error.Message)
	case newer(schema):
		return fmt.Errorf("schema %.100q is newer than this mongotls, which reads %q", schema, Schema)
	default:
		return fmt.Errorf("schema %.100q, where a report has %q", schema, Schema)
	}
}

// schemaVersion is the number that Schema ends in.
const schemaVersion = 1

// newer reports whether a schema is the report's with a greater version.
func newer(schema string) bool {
	number, ok := strings.CutPrefix(schema, strings.TrimSuffix(Schema, strconv.Itoa(schemaVersion)))
	version, err := strconv.Atoi(number)
	return ok && err == nil && version > schemaVersion
}

// located adds the line to an error that tells only the byte.
func located(data []byte, err error) error {
	var offset int64
	var syntax *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &mistyped):
		offset = mistyped.Offset
	default:
		return err
	}
	offset = min(max(offset, 0), int64(len(data)))
	return fmt.Errorf("line %d: %w", 1+bytes.Count(data[:offset], []byte("\n")), err)
}

// toUTF8 takes a byte order mark away, and with it UTF-16 back to UTF-8.
func toUTF8(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xef, 0xbb, 0xbf}):
		return data[3:]
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return data
	}
	data = data[2:]
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}
