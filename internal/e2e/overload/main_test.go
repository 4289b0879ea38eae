package overload

import (
	"testing"

	"rostrum/internal/e2e/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }
