package vfrest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"hash"
	"io"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// maxLine is the length of the longest line in bytes; an event with the
// longest note fits twice.
const maxLine = 64 << 10

// item is a line as it was read.
type item struct {
	line int // from 1
	size int // bytes
	rec  vf.Recording
	bad  *fault.Error
}

// asked is a line as it is written.
type asked struct {
	vf.Event
	New *newRecord `json:"newInventoriedResource"`
}

// newRecord is what the recorder says of a record that the event creates; its
// quantities, place and agents come from the event.
type newRecord struct {
	ID                      store.ID      `json:"id"`
	Name                    string        `json:"name"`
	Note                    string        `json:"note"`
	ConformsTo              store.ID      `json:"conformsTo"`
	ClassifiedAs            []string      `json:"classifiedAs"`
	TrackingIdentifier      string        `json:"trackingIdentifier"`
	OfBatchLot              store.ID      `json:"ofBatchLot"`
	Image                   string        `json:"image"`
	ImageList               []string      `json:"imageList"`
	CurrentVirtualLocation  string        `json:"currentVirtualLocation"`
	CurrentCurrencyLocation string        `json:"currentCurrencyLocation"`
	UnitOfEffort            quantity.Unit `json:"unitOfEffort"`
}

// decode reads a line. Faults are those of vf.DecodeStrict, and vfrest.set_here.
func decode(text []byte) (vf.Recording, error) {
	var a asked
	if err := vf.DecodeStrict(text, &a); err != nil {
		return vf.Recording{}, err
	}
	if field := setHere(&a.Event); field != "" {
		return vf.Recording{}, fault.Invalidf("vfrest.set_here", field, "%s is set when the event is recorded; leave it out", field)
	}
	rec := vf.Recording{Event: a.Event}
	if n := a.New; n != nil {
		rec.New = &vf.Resource{ID: n.ID, Name: n.Name, Note: n.Note, ConformsTo: n.ConformsTo, ClassifiedAs: n.ClassifiedAs,
			TrackingIdentifier: n.TrackingIdentifier, OfBatchLot: n.OfBatchLot, Image: n.Image, ImageList: n.ImageList,
			CurrentVirtualLocation: n.CurrentVirtualLocation, CurrentCurrencyLocation: n.CurrentCurrencyLocation, UnitOfEffort: n.UnitOfEffort}
	}
	return rec, nil
}

// setHere names a member that the recorder has no say in.
func setHere(e *vf.Event) string {
	switch {
	case !e.Created.IsZero():
		return "created"
	case e.PreviousEvent != "" || e.ChainPosition != 0:
		return "previousEvent"
	case e.ToPreviousEvent != "" || e.ToChainPosition != 0:
		return "toPreviousEvent"
	case e.PairOf != "":
		return "pairOf"
	case e.Queued:
		return "queued"
	}
	return ""
}

// reading reads lines one after the other and never holds more than one.
type reading struct {
	in   *bufio.Reader
	line int
	sum  hash.Hash // of the text so far, line ends aside
}

func newReading(in io.Reader) *reading {
	return &reading{in: bufio.NewReaderSize(in, maxLine), sum: sha256.New()}
}

// next returns the next line that is not empty, decoded or with its fault;
// io.EOF at the end. What cannot be read further is Invalid: vfrest.broken_off.
func (r *reading) next() (item, error) {
	for {
		text, err := r.in.ReadSlice('\n')
		if len(text) == 0 && err != nil {
			return item{}, brokenOff(err, r.line)
		}
		r.line++
		r.sum.Write(text)
		it := item{line: r.line, size: len(text)}
		if errors.Is(err, bufio.ErrBufferFull) {
			it.bad = fault.Invalidf("vfrest.line_too_long", "", "the line has more than %d bytes", maxLine-1)
			if err := r.skip(); err != nil {
				return item{}, err
			}
			return it, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return item{}, brokenOff(err, r.line) // half a line
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if it.rec, err = decode(text); err != nil {
			it.bad = fault.As(err)
		}
		return it, nil
	}
}

// skip passes over the rest of a line that is too long.
func (r *reading) skip() error {
	for {
		text, err := r.in.ReadSlice('\n')
		r.sum.Write(text)
		switch {
		case err == nil || errors.Is(err, io.EOF):
			return nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return brokenOff(err, r.line)
		}
	}
}

func brokenOff(err error, line int) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return fault.Invalidf("vfrest.broken_off", "", "the body broke off behind line %d: %v", line, err)
}
