// Package secure attacks a running Rostrum: with pages, files and requests.
package secure

import (
	"testing"

	"rostrum/internal/e2e/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }
