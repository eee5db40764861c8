package fact

import (
	"strconv"
	"strings"
)

// HostPort joins a host and its port as connection strings do, with brackets
// around an IPv6 address (RFC 3986 section 3.2.2).
func HostPort(host string, port int) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(port)
}
