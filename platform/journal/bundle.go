package journal

import (
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
)

// levelEntries is the level of a tile path that names an entry bundle.
const levelEntries = -1

// TilePath returns the path of a tile in the C2SP layout: tile/<level>/<n>, with
// .p/<width> unless width is 256. Level -1 is an entry bundle: tile/entries/<n>.
func TilePath(level int, n int64, width int) string {
	path := tlog.Tile{H: tileHeight, L: level, N: n, W: width}.Path()
	path = "tile/" + strings.TrimPrefix(path, fmt.Sprintf("tile/%d/", tileHeight))
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

// ParseTilePath is the inverse of TilePath; any other spelling is refused.
func ParseTilePath(path string) (level int, n int64, width int, err error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if entries, is := strings.CutPrefix(rest, "entries/"); is {
		rest = "data/" + entries
	} else if strings.HasPrefix(rest, "data/") {
		ok = false
	}
	if ok && len(path) < 100 {
		t, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, rest))
		if err == nil && t.L < 8 && t.N >= 0 { // 8 levels of 8 bits are more than an int64 counts
			return t.L, t.N, t.W, nil
		}
	}
	return 0, 0, 0, fault.NotFoundf("journal.tile_path", "", "%.100q does not name a tile; tiles are tile/<level>/<n> and tile/entries/<n>", path)
}

// AppendBundle appends an entry to an entry bundle: its length in 16 bits, big-endian, and its bytes.
func AppendBundle(bundle, entry []byte) []byte {
	return append(binary.BigEndian.AppendUint16(bundle, uint16(len(entry))), entry...)
}

// ParseBundle returns the entries of a bundle, at most 256; they share its memory.
func ParseBundle(bundle []byte) ([][]byte, error) {
	var entries [][]byte
	for len(bundle) > 0 {
		if len(entries) == tileWidth || len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, fault.Invalidf("journal.bundle_malformed", "", "an entry bundle holds up to 256 entries, each after its length in 16 bits; this one breaks off in entry %d", len(entries))
		}
		n := int(binary.BigEndian.Uint16(bundle))
		entries = append(entries, bundle[2:2+n:2+n])
		bundle = bundle[2+n:]
	}
	return entries, nil
}
