package finding

import "slices"

// Told returns an entry's reason and what to do about it, first for a producer and
// then for everyone, with values in place of the placeholders; what has no value
// is worded in general. The keys of values are those of the placeholders, such as
// endpoint, host, port, name, names, file, cafile and keyfile. In commands values
// are quoted for a POSIX shell.
func (e Entry) Told(producer string, values map[string]string) (why string, fix []string) {
	values = merged(values, nil)
	for key, from := range map[string]string{"dial": "endpoint", "dialhost": "host", "dialport": "port", "name": "host"} {
		if values[key] == "" {
			values[key] = values[from]
		}
	}
	return fill(e.Why, values), fillAll(slices.Concat(ProducerFix(e.ID, producer), e.Fix), values)
}

// ShellQuote makes a word of a POSIX shell of s, whatever it holds.
func ShellQuote(s string) string { return shellQuote(s) }
