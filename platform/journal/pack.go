package journal

import (
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Attachments are kept compressed (Zstandard, RFC 8878): lists of contributions
// and events shrink to about a tenth. That costs a few nanoseconds a byte once,
// and saves the database from writing, and PostgreSQL from compressing, the whole.

// packZstd is what the column packed says of compressed content.
const packZstd = "zstd"

// minPacked is the size in bytes from which on compressing is worth a try.
const minPacked = 512

var (
	packer, _   = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest)) // errs on bad options only
	unpacker, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(MaxBlob))
)

// pack returns the content as it is kept, and how; nil means as it is.
func pack(content []byte) (kept []byte, how any) {
	if len(content) < minPacked {
		return content, nil
	}
	small := packer.EncodeAll(content, make([]byte, 0, len(content)/8))
	if len(small) >= len(content) {
		return content, nil
	}
	return small, packZstd
}

// unpack returns what pack was given.
func unpack(kept []byte, how *string) ([]byte, error) {
	switch {
	case how == nil:
		return kept, nil
	case *how == packZstd:
		return unpacker.DecodeAll(kept, nil)
	}
	return nil, fmt.Errorf("%q is no way of packing that this version knows", *how)
}
