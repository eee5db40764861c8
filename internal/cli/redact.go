package cli

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/mongotls/mongotls/internal/target"
)

// redact takes credentials out of an error's text. A connection string can stand
// where a command, a file or a scenario was expected, and an error quotes what it
// did not understand; what was typed is known, so each argument that may hold
// credentials is replaced by what may be shown of it.
func redact(text string, args []string) string {
	for _, arg := range args {
		uri := connectionString(arg)
		if uri == "" {
			continue
		}
		shown := "***"
		if t, _ := target.Parse(uri); t != nil {
			shown = t.Input
		}
		// Errors quote, and a quoted argument is spelled another way.
		quoted := strconv.Quote(uri)
		text = strings.ReplaceAll(text, uri, shown)
		text = strings.ReplaceAll(text, quoted[1:len(quoted)-1], shown)
	}
	// Of some arguments a part is quoted: what is before the "=" of --output.
	return userinfo.ReplaceAllString(text, "://***:***@")
}

// userinfo is what stands before the host of a URI (RFC 3986 section 3.2.1).
var userinfo = regexp.MustCompile(`://[^\s"]*@`)

// connectionString is the part of an argument that may hold credentials: all of
// it, or what follows the "=" of a flag. It is empty where nothing points to any.
func connectionString(arg string) string {
	if strings.HasPrefix(arg, "-") {
		if _, value, ok := strings.Cut(arg, "="); ok {
			arg = value
		}
	}
	if !strings.Contains(arg, "://") && !strings.Contains(arg, "@") {
		return ""
	}
	return arg
}
