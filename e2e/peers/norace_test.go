//go:build !race

package peers

// raceEnabled says that the servers of the tests are slowed down.
const raceEnabled = false
