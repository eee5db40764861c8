package wire

import "fmt"

// BuildInfo is a reply to buildInfo. A field that the reply lacks, or that has
// another type there than servers give it, is its zero value.
type BuildInfo struct {
	// OK is whether the command succeeded. If not, Code, CodeName and ErrMsg say
	// why, and the other fields are empty.
	OK       bool
	Code     int
	CodeName string
	ErrMsg   string

	// Version is the server's release ("7.0.14"), that of the release it imitates
	// where it is not MongoDB.
	Version string
	// FerretDB is FerretDB's own version; empty of others.
	FerretDB string
}

// BuildInfoRequest returns buildInfo as an OP_MSG message. Servers may refuse it
// before authentication, as MongoDB does by default since 8.1.
func BuildInfoRequest(requestID int32) []byte {
	return message(requestID, 0, OpMsg, msgBody(Document{
		{"buildInfo", Int32(1)},
		{"$db", String("admin")},
	}))
}

// ParseBuildInfo reads the reply to buildInfo that ReadMessage returned. An error
// says that the message is malformed; a command that failed is a BuildInfo that
// is not OK.
func ParseBuildInfo(h Header, body []byte) (BuildInfo, error) {
	var b BuildInfo
	err := eachElement(h, body, b.take)
	switch {
	case err != nil:
		return BuildInfo{}, fmt.Errorf("malformed reply: %w", err)
	case !b.OK:
		return BuildInfo{Code: b.Code, CodeName: b.CodeName, ErrMsg: b.ErrMsg}, nil
	}
	return b, nil
}

// take sets the field that the element is meant for.
func (b *BuildInfo) take(e rawElement) error {
	switch string(e.key) {
	case "ok":
		b.OK = e.truth()
	case "code":
		b.Code = e.integer()
	case "codeName":
		b.CodeName = e.text()
	case "errmsg", "$err":
		b.ErrMsg = e.text()
	case "version":
		b.Version = e.text()
	case "ferretdbVersion": // FerretDB 1
		b.FerretDB = e.text()
	case "ferretdb": // FerretDB 2
		if e.typ != typeDocument {
			return nil
		}
		return eachOf(e.value, func(inner rawElement) error {
			if string(inner.key) == "version" {
				b.FerretDB = inner.text()
			}
			return nil
		})
	}
	return nil
}
