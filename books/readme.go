package books

import _ "embed"

// readme tells the reader of an archive how to check it by hand. A test runs
// its commands.
//
//go:embed README.txt
var readme string
