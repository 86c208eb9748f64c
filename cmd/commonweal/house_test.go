package main

import (
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// Who may do what in the whole program: a change shows in review.
func TestMatrix(t *testing.T) {
	golden(t, "testdata/matrix.golden", auth.Matrix(plans().Table()))
}

// Every statement of every room runs on both engines, names commons_id, and
// keeps the rules of the house.
func TestStatements(t *testing.T) { storetest.Guard(t, plans().Schemas()...) }
