//go:build !race

package survey

// raceEnabled is whether the race detector slows the tests down.
const raceEnabled = false
