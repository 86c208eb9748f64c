package store_test

import (
	"os"
	"testing"

	"commonweal/platform/store/storetest"
)

// TestMain also serves as the program of the processes that some tests start:
// see TestInvariant1 and the like.
func TestMain(m *testing.M) {
	if role := os.Getenv("STORE_TEST_ROLE"); role != "" {
		os.Exit(play(role))
	}
	storetest.Main(m)
}
