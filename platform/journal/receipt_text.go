package journal

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
)

// ReceiptType is the suffix of the name of a file that holds a receipt.
const ReceiptType = ".tlog-proof"

// receiptHead is the first line of a receipt: it is a C2SP tlog-proof, which
// other programs check too.
const receiptHead = "c2sp.org/tlog-proof@v1"

// maxReceipt bounds the size of a receipt: an entry and its openings, in base64.
const maxReceipt = 1 << 20

// extra is what a receipt holds beyond the proof: what was proven, and the keys.
// Nothing in it is believed before it was checked.
type extra struct {
	Entry     string             `json:"entry"`
	Key       string             `json:"key"`
	Witnesses []string           `json:"witnesses,omitempty"`
	Opened    map[string]Opening `json:"opened,omitempty"`
}

// Text returns the receipt as a C2SP tlog-proof: its first line names the format, the
// second holds the entry and the keys as JSON in base64, the third the index; then
// the proof, a hash a line, an empty line, and the checkpoint.
func (rec Receipt) Text() ([]byte, error) {
	more, err := jsonv2.Marshal(extra{rec.Entry, rec.Key, rec.Witnesses, rec.Opened}, jsonv2.Deterministic(true))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(receiptHead + "\nextra " + base64.StdEncoding.EncodeToString(more) + "\n")
	b.WriteString("index " + strconv.FormatInt(rec.Index, 10) + "\n")
	for _, h := range rec.Proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n" + rec.Checkpoint)
	return b.Bytes(), nil
}

// IsReceipt reports whether a file begins like a receipt.
func IsReceipt(data []byte) bool { return bytes.HasPrefix(data, []byte(receiptHead+"\n")) }

// ParseReceipt reads the text of a receipt; Check says whether it is good. It
// refuses with Invalid, journal.receipt_too_large or journal.receipt_malformed.
func ParseReceipt(data []byte) (rec Receipt, err error) {
	if len(data) > maxReceipt {
		return rec, fault.Invalidf("journal.receipt_too_large", "", "a receipt has at most %d bytes, this one has %d", maxReceipt, len(data))
	}
	head, checkpoint, found := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || len(lines) > 3+64 || lines[0] != receiptHead {
		return rec, malformedReceipt("it begins with the line %s and has an empty line before its checkpoint", receiptHead)
	}
	rec.Checkpoint = checkpoint
	if err := rec.readExtra(lines[1]); err != nil {
		return rec, err
	}
	index, ok := strings.CutPrefix(lines[2], "index ")
	rec.Index, err = strconv.ParseInt(index, 10, 64)
	if !ok || err != nil || rec.Index < 0 || strconv.FormatInt(rec.Index, 10) != index {
		return rec, malformedReceipt("its third line says the index of the entry, such as index 4211")
	}
	for _, line := range lines[3:] {
		raw, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize || strings.Contains(line, "\r") {
			return rec, malformedReceipt("%.60q is not a hash in base64", line)
		}
		rec.Proof = append(rec.Proof, tlog.Hash(raw))
	}
	return rec, nil
}

// readExtra reads the line that holds the entry and the keys.
func (rec *Receipt) readExtra(line string) error {
	data, ok := strings.CutPrefix(line, "extra ")
	raw, err := base64.StdEncoding.Strict().DecodeString(data)
	if !ok || err != nil || strings.Contains(data, "\r") {
		return malformedReceipt("its second line holds the entry, in base64 after the word extra")
	}
	var more extra
	if err := jsonv2.Unmarshal(raw, &more, jsonv2.RejectUnknownMembers(true)); err != nil {
		return malformedReceipt("its second line does not hold an entry and keys: %v", err)
	}
	rec.Entry, rec.Key, rec.Witnesses, rec.Opened = more.Entry, more.Key, more.Witnesses, more.Opened
	return nil
}

func malformedReceipt(format string, args ...any) error {
	return fault.Invalidf("journal.receipt_malformed", "", "this is not a receipt: %s", fmt.Sprintf(format, args...))
}
