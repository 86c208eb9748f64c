package compat

import (
	"testing"

	"commonweal/platform/store/storetest"
	"commonweal/vf/vftest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// desk is where the published schema is asked.
type desk struct{ *vftest.Desk }

func each(t *testing.T, f func(d *desk)) {
	vftest.Each(t, Schema, func(d *vftest.Desk) { f(&desk{d}) })
}

type measure struct {
	HasNumericalValue string `json:"hasNumericalValue"`
	HasUnit           string `json:"hasUnit,omitempty"`
}

type in = map[string]any
