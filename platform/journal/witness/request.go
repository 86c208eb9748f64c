package witness

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
)

// MaxRequest is the size of the largest request in bytes: 63 hashes and a note
// of 100 signature lines need less.
const MaxRequest = 64 << 10

// maxProof is how many hashes a proof may have (C2SP tlog-witness).
const maxProof = 63

// Request asks a witness to cosign a checkpoint.
type Request struct {
	Old        int64          // size of the head that the proof starts from; 0 for none
	Proof      tlog.TreeProof // from Old to the size of the checkpoint
	Checkpoint string         // signed note
}

// Text returns the body of the request.
func (r Request) Text() []byte {
	var b bytes.Buffer
	b.WriteString("old " + strconv.FormatInt(r.Old, 10) + "\n")
	for _, h := range r.Proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n" + r.Checkpoint)
	return b.Bytes()
}

// ParseRequest reads the body of a request. It refuses with Invalid,
// witness.request_malformed or witness.request_too_large; whether the note is good is for Judge.
func ParseRequest(body []byte) (Request, error) {
	if len(body) > MaxRequest {
		return Request{}, fault.Invalidf("witness.request_too_large", "", "a request has at most %d bytes", MaxRequest)
	}
	head, checkpoint, found := strings.Cut(string(body), "\n\n")
	lines := strings.Split(head, "\n")
	size, isOld := strings.CutPrefix(lines[0], "old ")
	old, err := strconv.ParseInt(size, 10, 64)
	if !found || !isOld || err != nil || old < 0 || strconv.FormatInt(old, 10) != size {
		return Request{}, malformed("it begins with the line \"old SIZE\" and has an empty line before the checkpoint")
	}
	proof, err := ParseHashes(lines[1:])
	if err != nil || len(proof) > maxProof {
		return Request{}, malformed("its proof has at most 63 lines, each a hash in base64")
	}
	return Request{Old: old, Proof: proof, Checkpoint: checkpoint}, nil
}

func malformed(want string) error {
	return fault.Invalidf("witness.request_malformed", "", "this is not a request to a witness: %s", want)
}

// ParseHashes reads lines that each hold a hash in base64, and nothing else; Invalid, witness.hash.
func ParseHashes(lines []string) ([]tlog.Hash, error) {
	var list []tlog.Hash
	for _, line := range lines {
		raw, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize || strings.ContainsAny(line, "\r\n") {
			return nil, fault.Invalidf("witness.hash", "", "%.60q is not a SHA-256 in base64", line)
		}
		list = append(list, tlog.Hash(raw))
	}
	return list, nil
}
