package target

import "log/slog"

// hidden is what stands for a secret.
const hidden = "***"

// Secret is text that must not be shown: it formats, logs and marshals as
// "***". Convert it to string to use it. The zero value is no secret.
type Secret string

// String returns "***", or nothing for the zero value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString returns the same as String, for %#v.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// MarshalText returns the same as String; it never fails.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue returns the same as String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
