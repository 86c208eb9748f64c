package verify

import (
	"context"
	"fmt"
	"io"
	"os"

	"commonweal/platform/journal"
)

// finish checks what can only be said at the end. Breaches:
// books.key_not_announced, books.private_extra, and those of the rules.
func (v *verification) finish(context.Context) error {
	found := "none"
	if n := len(v.keys); n > 0 {
		found = v.keys[n-1]
	}
	if found != v.report.Key {
		return in(FileEntries, "books.key_not_announced", "the key that signed is not the one that the log announced last", v.report.Key, found)
	}
	if err := v.keptSigned(); err != nil {
		return err
	}
	if err := v.private.end(); err != nil {
		return err
	}
	for _, r := range v.Rules {
		if err := r.Close(); err != nil {
			return wrap(err, FileEntries, -1, "")
		}
	}
	return nil
}

// close closes what the verification opened.
func (v *verification) close() {
	if v.leafFile != nil {
		v.leafFile.close()
	}
	if v.books != nil && v.books.lines != nil {
		v.books.lines.close()
	}
	if v.private != nil {
		v.private.close()
	}
}

// maxReceipt bounds the file of a receipt.
const maxReceipt = 1 << 20

// Receipt checks a receipt in a file (journal.CheckReceipt) by the keys the
// reader trusts, or by its own when none is given.
func Receipt(path string, keys ...string) (journal.Checked, error) {
	f, err := os.Open(path)
	if err != nil {
		return journal.Checked{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxReceipt+1))
	if err != nil {
		return journal.Checked{}, err
	}
	if len(data) > maxReceipt {
		return journal.Checked{}, in(path, "journal.receipt_too_large", "the file is too large for a receipt", fmt.Sprintf("at most %d bytes", maxReceipt), "more")
	}
	checked, err := journal.CheckReceipt(data, keys...)
	return checked, wrap(err, path, -1, "")
}
