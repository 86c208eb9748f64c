package upload

import (
	"context"
	"io"

	"commonweal/platform/store"
)

// Open reads a file from its beginning. It may be opened more than once.
func (b Box) Open(ctx context.Context, commons, id store.ID) io.ReadCloser {
	return &pieces{ctx: ctx, db: b.DB, commons: commons, id: id}
}

// pieces reads a file piece by piece.
type pieces struct {
	ctx         context.Context
	db          *store.Store
	commons, id store.ID
	n           int64
	left        []byte
}

// Read implements io.Reader.
func (p *pieces) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		err := p.db.Read(p.ctx, p.commons, func(r *store.Snapshot) (err error) {
			p.left, _, err = store.One(r, func(row store.Scanner) (data []byte, err error) { return data, row.Scan(&data) }, selectPiece, p.id, p.n)
			return err
		})
		if err != nil {
			return 0, err
		}
		if len(p.left) == 0 {
			return 0, io.EOF
		}
		p.n++
	}
	n := copy(b, p.left)
	p.left = p.left[n:]
	return n, nil
}

// Close implements io.Closer.
func (p *pieces) Close() error { return nil }
