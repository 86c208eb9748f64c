// Package upload keeps files that wait for a decision: an import that was
// looked at and not yet begun. Such a file lies in the database in pieces, so
// that any process of the host can go on with it, no name of a file ever
// becomes a path, and a file of a gigabyte needs the memory of one piece.
//
//	box := upload.Box{DB: db, Room: "contribution", Needs: Import}
//	f, err := box.Keep(ctx, who, upload.File{Content: plan}, body)
//	...
//	err = read(box.Open(ctx, who.Commons, f.ID))
//
// # Invariants
//
//  1. A file that came to nothing on the way leaves nothing behind.
//  2. What is read is what was sent, byte for byte.
//  3. One room does not see the files of another.
//  4. A file that nobody used for a week goes when the next one comes.
//  5. When somebody is forgotten, no file stays that might tell of them: those
//     that a run reads go when it ends, however it ends, the others at once.
package upload
