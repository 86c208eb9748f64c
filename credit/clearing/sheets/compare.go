package sheets

import (
	"bufio"
	"errors"
	"io"

	"commonweal/platform/fault"
)

// compareFile holds a file of a round to what it must say, and names the first
// line that says something else.
func (r *Register) compareFile(folder, name string, content func(io.Writer) error) error {
	return readFile(folder, name, func(f io.Reader) error {
		c := &comparison{file: bufio.NewReader(f), line: 1}
		if err := content(c); err != nil {
			return err
		}
		if _, err := c.file.ReadByte(); !errors.Is(err, io.EOF) {
			return c.differs()
		}
		return nil
	})
}

// comparison is a writer that holds a file to what is written.
type comparison struct {
	file *bufio.Reader
	line int
}

func (c *comparison) Write(want []byte) (int, error) {
	for _, b := range want {
		got, err := c.file.ReadByte()
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if err != nil || got != b {
			return 0, c.differs()
		}
		if b == '\n' {
			c.line++
		}
	}
	return len(want), nil
}

func (c *comparison) differs() error {
	return fault.Invalidf("clearing.file_differs", "", "the line is not what follows from the set-offs; the file was changed").AtLine(c.line)
}
