package compat

import "testing"

func TestSchema(t *testing.T) {
	if _, err := Schema(nil); err != nil {
		t.Fatal(err)
	}
}
