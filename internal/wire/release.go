package wire

import "fmt"

// releases names the release of each maxWireVersion (Wire Version and Feature
// List of the MongoDB specifications; 10 to 12 were development releases).
var releases = []string{
	0: "<=2.4", 1: "2.6", 2: "2.6", 3: "3.0", 4: "3.2", 5: "3.4", 6: "3.6", 7: "4.0", 8: "4.2", 9: "4.4",
	10: "4.7", 11: "4.8", 12: "4.9", 13: "5.0", 14: "5.1", 15: "5.2", 16: "5.3",
	17: "6.0", 18: "6.1", 19: "6.2", 20: "6.3", 21: "7.0", 22: "7.1", 23: "7.2", 24: "7.3", 25: "8.0",
}

// ReleaseOf returns the server release that a maxWireVersion stands for ("7.0").
// Versions above the last that the specifications list give ">=8.1 (wire N)",
// negative ones an empty string. Services that imitate MongoDB send the version
// that they imitate.
func ReleaseOf(maxWireVersion int) string {
	switch {
	case maxWireVersion < 0:
		return ""
	case maxWireVersion < len(releases):
		return releases[maxWireVersion]
	}
	return fmt.Sprintf(">=8.1 (wire %d)", maxWireVersion)
}
