package witness

import (
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
)

// Refusal is why a witness does not cosign.
type Refusal struct {
	Status  int   // of HTTP, as C2SP tlog-witness wants it
	Size    int64 // with StatusConflict: the size of the head that the witness holds
	Message string
}

// Error implements error.
func (r *Refusal) Error() string { return r.Message }

// SizeType is the media type of the body of a conflict: the size alone.
const SizeType = "text/x.tlog.size"

// Origin returns the name of the log that a signed checkpoint is said to be of;
// nobody has checked it.
func Origin(checkpoint string) string {
	origin, _, _ := strings.Cut(checkpoint, "\n")
	return origin
}

// Judge decides on a request about a log whose keys are known: keys are the vkeys
// that the witness trusts for this origin, seen is what it cosigned last, the zero
// Head when it never did. It returns the head to remember and then to sign.
func Judge(r Request, keys []string, seen journal.Head) (journal.Checkpoint, *Refusal) {
	head, refusal := open(r.Checkpoint, keys)
	if refusal != nil {
		return head, refusal
	}
	if seen.Size == 0 {
		seen.Root = journal.EmptyRoot
	}
	switch {
	case r.Old > head.Size:
		return head, &Refusal{Status: http.StatusBadRequest, Message: fmt.Sprintf("the old size %d is above the size of the checkpoint, %d", r.Old, head.Size)}
	case r.Old != seen.Size:
		return head, &Refusal{http.StatusConflict, seen.Size, fmt.Sprintf("the last head cosigned here has size %d, not %d", seen.Size, r.Old)}
	case head.Size == seen.Size && head.Root != seen.Root:
		return head, &Refusal{http.StatusConflict, seen.Size, fmt.Sprintf("a head of size %d with another root, %s, was cosigned here", seen.Size, seen.Root)}
	}
	if journal.CheckConsistency(r.Proof, seen, head.Head) != nil {
		return head, &Refusal{Status: http.StatusUnprocessableEntity,
			Message: fmt.Sprintf("the proof does not show that the head of size %d extends the one of size %d that was cosigned here", head.Size, seen.Size)}
	}
	return head, nil
}

// open checks the form of the note and that one of the keys signed it.
func open(signed string, keys []string) (journal.Checkpoint, *Refusal) {
	head, _, err := journal.OpenCheckpoint(signed, keys...)
	if err == nil {
		return head, nil
	}
	status := http.StatusForbidden
	if fault.CodeOf(err) == "journal.checkpoint_malformed" || !isNote(signed) {
		status = http.StatusBadRequest
	}
	return head, &Refusal{Status: status, Message: err.Error()}
}

// isNote reports whether the text has the form of a signed note, by whomever.
func isNote(signed string) bool {
	_, err := note.Open([]byte(signed), note.VerifierList())
	_, unverified := err.(*note.UnverifiedNoteError)
	return unverified
}
