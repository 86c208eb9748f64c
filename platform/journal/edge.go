package journal

import (
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Tiles are 8 levels high, so they hold 256 hashes (C2SP tlog-tiles).
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// edge is the right edge of a tree: all that is needed to add leaves and to
// know the root. It is a pure value; clone it before adding to a shared one.
type edge struct {
	size int64
	// peaks are the roots of the perfect subtrees the size falls into, largest first.
	peaks []tlog.Hash
	// tiles[l] is the last, not yet full tile of level l: size>>(8l) mod 256 hashes.
	tiles [][]tlog.Hash
}

// tile is a full tile: the hashes and the hash over them.
type tile struct {
	level  int
	n      int64
	root   tlog.Hash
	hashes []tlog.Hash
}

// add appends a leaf and returns the tiles it filled, lowest level first.
func (e *edge) add(leaf tlog.Hash) (full []tile) {
	h := leaf
	e.put(0, h)
	for level := 0; e.size>>level&1 == 1; level++ {
		last := len(e.peaks) - 1
		h = tlog.NodeHash(e.peaks[last], h)
		e.peaks = e.peaks[:last]
		if up := level + 1; up%tileHeight == 0 {
			l := up/tileHeight - 1
			full = append(full, tile{l, e.size >> up, h, e.tiles[l]})
			e.tiles[l] = nil
			e.put(l+1, h)
		}
	}
	e.peaks = append(e.peaks, h)
	e.size++
	return full
}

// put appends a hash to the tile of a level.
func (e *edge) put(level int, h tlog.Hash) {
	if level == len(e.tiles) {
		e.tiles = append(e.tiles, nil)
	}
	if e.tiles[level] == nil {
		e.tiles[level] = make([]tlog.Hash, 0, tileWidth)
	}
	e.tiles[level] = append(e.tiles[level], h)
}

// root returns the hash of the whole tree (RFC 6962, section 2.1).
func (e *edge) root() tlog.Hash {
	if e.size == 0 {
		return EmptyRoot
	}
	last := len(e.peaks) - 1
	h := e.peaks[last]
	for _, p := range slices.Backward(e.peaks[:last]) {
		h = tlog.NodeHash(p, h)
	}
	return h
}

// EmptyRoot is the hash of the tree without leaves: SHA-256 of nothing.
var EmptyRoot, _ = tlog.TreeHash(0, nil)

// clone returns a copy that can be added to.
func (e *edge) clone() *edge {
	c := &edge{e.size, slices.Clone(e.peaks), make([][]tlog.Hash, len(e.tiles))}
	for l, t := range e.tiles {
		if len(t) > 0 {
			c.tiles[l] = append(make([]tlog.Hash, 0, tileWidth), t...)
		}
	}
	return c
}

// edgeFrom returns the edge with the given partial tiles, lowest level first.
func edgeFrom(size int64, tiles [][]tlog.Hash) *edge {
	e := &edge{size: size, tiles: tiles}
	for _, hashes := range slices.Backward(tiles) {
		for width := tileWidth / 2; width > 0; width /= 2 {
			if len(hashes)&width != 0 {
				e.peaks = append(e.peaks, perfectRoot(hashes[:width]))
				hashes = hashes[width:]
			}
		}
	}
	return e
}

// perfectRoot returns the root over a power of two of hashes.
func perfectRoot(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	half := len(hashes) / 2
	return tlog.NodeHash(perfectRoot(hashes[:half]), perfectRoot(hashes[half:]))
}
