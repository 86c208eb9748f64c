// Package gitlog drafts contributions from the history of a git repository. It
// runs the real git, reads its log as a stream, and never writes.
//
// A commit is evidence that somebody worked, and no measure of how much: by
// default each commit is worth the same. Rules may value it by changed lines,
// with a cap a commit and a cap a person and day; line counts alone are never a
// value. The author and the people in Co-authored-by and Reviewed-by trailers
// share a commit by the weights of Rules; identities go through the mailmap.
//
// # Invariants
//
//  1. The key of a draft is the commit's hash (and the person): clones, mirrors
//     and a second run give the same keys.
//  2. The shares of a commit add up to its value, by largest remainder.
//  3. Nothing of the repository or of Options is ever read by git as an option,
//     and no hook, filter, pager, alias, external diff or signature program of
//     the repository runs.
//  4. Text is cleaned of what cannot be shown; a date outside 1970 to 2100, or
//     one that git cannot read, is an error of that commit and not of the rest.
package gitlog
