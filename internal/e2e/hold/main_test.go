// Package hold runs the program as its operator does and takes away what it stands on: the process itself, NATS, the disk, the clock.
package hold

import (
	"testing"

	"rostrum/internal/e2e/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }
