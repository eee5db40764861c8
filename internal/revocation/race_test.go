//go:build race

package revocation

// raceEnabled is whether the race detector slows the tests down.
const raceEnabled = true
