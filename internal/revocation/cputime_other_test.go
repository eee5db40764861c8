//go:build !unix

package revocation

import (
	"testing"
	"time"
)

// cpuTime is the time on the wall, for want of a better clock.
func cpuTime(testing.TB) time.Duration { return time.Duration(time.Now().UnixNano()) }
