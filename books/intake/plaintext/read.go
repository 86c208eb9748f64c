package plaintext

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Dialect is a format of journals.
type Dialect string

// The dialects.
const (
	Hledger   Dialect = "hledger"
	Ledger    Dialect = "ledger"
	Beancount Dialect = "beancount"
)

// Options say how to read a journal.
type Options struct {
	Dialect Dialect // empty: by the file's ending, .beancount or .bean, .ledger, and hledger for any other
}

// Bounds of a journal with all that it includes.
const (
	mostFiles   = 1000
	mostBytes   = 512 << 20
	mostEntries = 1_000_000
	mostFaults  = 100
	deepest     = 20 // includes within includes
)

// Read reads a journal and the files it includes, all from fsys. It gives every
// fault of the journal (a fault.List of at most 100), each with its line; those
// of an included file name it. Codes: books.journal_syntax,
// books.journal_unsupported, books.journal_include, books.journal_unbalanced,
// books.journal_assertion, books.journal_account, books.journal_too_fine,
// books.journal_too_large, and those of package intake.
func Read(fsys fs.FS, name string, o Options) (*intake.Journal, error) {
	if o.Dialect == "" {
		o.Dialect = dialectOf(name)
	}
	s := newSource(fsys, name)
	return s.journal(o.Dialect, func() error { return s.include(path.Dir(name), path.Base(name), 0) })
}

// Parse reads a journal that is one file. An include is refused.
func Parse(file io.Reader, o Options) (*intake.Journal, error) {
	if o.Dialect == "" {
		o.Dialect = Hledger
	}
	s := newSource(nil, "")
	return s.journal(o.Dialect, func() error { return s.read(file, "") })
}

func dialectOf(name string) Dialect {
	switch strings.ToLower(path.Ext(name)) {
	case ".beancount", ".bean":
		return Beancount
	case ".ledger":
		return Ledger
	}
	return Hledger
}

// language reads the lines of one dialect.
type language interface {
	line(text string) error // one line; errors without a line get the present one
	endFile() error         // what began in a file ends with it
	finish() error          // completes and checks the entries
}

// source feeds the lines of a journal and its included files to a language.
type source struct {
	fsys   fs.FS
	main   string
	lang   language
	out    *intake.Journal
	faults fault.List
	open   []string // files being read, outermost first
	at     int      // present line
	files  int
	bytes  int
}

func newSource(fsys fs.FS, main string) *source {
	return &source{fsys: fsys, main: main, out: &intake.Journal{}}
}

// journal reads everything and completes it.
func (s *source) journal(d Dialect, read func() error) (*intake.Journal, error) {
	s.out.Format = string(d)
	switch d {
	case Hledger, Ledger:
		s.lang = &ledger{source: s, dialect: d, styles: map[quantity.Unit]style{}}
	case Beancount:
		s.lang = newBeancount(s)
	default:
		return nil, fault.Invalidf("books.journal_unsupported", "dialect", "%q is no format of journals; there are hledger, ledger and beancount", intake.Show(string(d)))
	}
	err := read()
	if err == nil && len(s.faults) == 0 { // without all entries, balances say nothing
		err = s.lang.finish()
	}
	if err != nil && !errors.Is(err, errEnough) {
		if fault.As(err) == nil {
			return nil, err
		}
		s.tell(err)
	}
	if err := s.faults.OrNil(); err != nil {
		return nil, err
	}
	return s.out, nil
}

var errEnough = errors.New("too many faults")

// tell keeps a fault; errEnough when there are too many to go on.
func (s *source) tell(err error) error {
	var list fault.List
	if !errors.As(err, &list) {
		list = fault.List{fault.As(err)}
	}
	for _, e := range list {
		if s.faults = append(s.faults, e); len(s.faults) >= mostFaults {
			return errEnough
		}
	}
	return nil
}

// file is the name of the present file, empty for the one that was asked for.
func (s *source) file() string {
	if len(s.open) < 2 {
		return ""
	}
	return s.open[len(s.open)-1]
}

// locate adds line and file to a fault.
func locate(err error, file string, line int) error {
	e := fault.As(err)
	if e == nil || e.Line != 0 {
		return err
	}
	e = e.AtLine(line)
	if file != "" {
		e.Message = file + ": " + e.Message
	}
	return e
}

// read feeds one file.
func (s *source) read(file io.Reader, name string) error {
	outer := s.at
	s.open = append(s.open, name)
	defer func() { s.open, s.at = s.open[:len(s.open)-1], outer }()
	tell := func(err error) error {
		if err = locate(err, s.file(), s.at); err == nil || fault.As(err) == nil {
			return err
		}
		return s.tell(err)
	}
	for l, err := range intake.TextLines(file) {
		if s.at = l.N; err == nil {
			if s.bytes += len(l.Text) + 1; s.bytes > mostBytes {
				return locate(fault.Invalidf("books.journal_too_large", "", "the journal has more than %d bytes or %d entries; split it by year", mostBytes, mostEntries), s.file(), l.N)
			}
			err = s.lang.line(l.Text)
		}
		if err := tell(err); err != nil {
			return err
		}
	}
	return tell(s.lang.endFile())
}

// include reads the files that a pattern names, relative to a folder.
func (s *source) include(folder, pattern string, depth int) error {
	if s.fsys == nil {
		return fault.Invalidf("books.journal_include", "include", "the journal includes %q, but was given alone; give the whole folder, or the output of a command that joins it, such as hledger print", intake.Show(pattern))
	}
	if strings.Contains(pattern, "\\") || strings.HasPrefix(pattern, "/") || strings.HasPrefix(pattern, "~") {
		return noFile(pattern)
	}
	names := []string{path.Join(folder, pattern)}
	if strings.ContainsAny(pattern, "*?[") {
		var err error
		if names, err = fs.Glob(s.fsys, names[0]); err != nil || len(names) == 0 {
			return noFile(pattern)
		}
	}
	for _, name := range names {
		if err := s.includeFile(name, depth); err != nil {
			return err
		}
	}
	return nil
}

func noFile(pattern string) error {
	return fault.Invalidf("books.journal_include", "include", "there is no file %q beside the journal; only files that were given with it are read", intake.Show(pattern))
}

func (s *source) includeFile(name string, depth int) error {
	if s.files++; s.files > mostFiles || depth > deepest || slices.Contains(s.open, name) {
		return fault.Invalidf("books.journal_include", "include", "%q is included by itself, or is one of more than %d files or %d levels", intake.Show(name), mostFiles, deepest)
	}
	if !fs.ValidPath(name) {
		return noFile(name)
	}
	f, err := s.fsys.Open(name)
	if err != nil {
		return noFile(name)
	}
	defer f.Close()
	return s.read(f, name)
}

// includeHere reads what the present file includes.
func (s *source) includeHere(pattern string) error {
	return s.include(path.Dir(s.open[len(s.open)-1]), pattern, len(s.open))
}

// count refuses more entries than a journal may have.
func (s *source) count(entries int) error {
	if entries > mostEntries {
		return fault.Invalidf("books.journal_too_large", "", "the journal has more than %d bytes or %d entries; split it by year", mostBytes, mostEntries)
	}
	return nil
}

func (s *source) declare(list *[]intake.Declaration, directive, name, day string) {
	*list = append(*list, intake.Declaration{Directive: directive, Name: intake.Clean(name, 200), Day: day, File: s.file(), Line: s.at})
}

// syntax is the fault of a line that cannot be understood.
func syntax(format, value string) *fault.Error {
	return fault.Invalidf("books.journal_syntax", "", "the line is not understood: %s", fmt.Sprintf(format, intake.Show(value)))
}

// unsupported is the fault of a line that is understood and refused.
func unsupported(what, instead string) *fault.Error {
	return fault.Invalidf("books.journal_unsupported", "", "%s cannot be taken over; %s", what, instead)
}
