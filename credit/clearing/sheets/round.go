package sheets

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"commonweal/credit/clearing"
	"commonweal/credit/clearing/circulation"
	"commonweal/platform/fault"
)

// The files of a round.
const (
	SetOffsFile     = "set-offs.csv"    // every obligation: before, set off, after
	RemaindersFile  = "remainders.csv"  // what stays open: the register of the next round
	CreditFile      = "credit.csv"      // the use of every line of credit, where there are any
	CertificateFile = "certificate.csv" // the prices that prove it
	SummaryFile     = "summary.json"
)

// WriteRound writes a round that was found with the options into a folder,
// which must not be there yet; it appears whole or not at all.
func (r *Register) WriteRound(folder string, result *clearing.Result, o clearing.Options) (Summary, error) {
	summary, err := r.Summarize(result, o)
	if err != nil {
		return summary, err
	}
	if _, err := os.Lstat(folder); err == nil {
		return summary, fault.Conflictf("clearing.folder_exists", "out", "%q is there already; name a folder that is not", folder)
	}
	made, err := os.MkdirTemp(filepath.Dir(folder), filepath.Base(folder)+"-*.part")
	if err != nil {
		return summary, fault.Invalidf("clearing.folder", "out", "%q cannot be made: %v", folder, err)
	}
	defer os.RemoveAll(made) // nothing, once it has its name
	for name, content := range r.files(result, summary) {
		if err := writeFile(filepath.Join(made, name), content); err != nil {
			return summary, err
		}
	}
	if err := os.Chmod(made, 0o755); err != nil {
		return summary, err
	}
	return summary, os.Rename(made, folder)
}

// files are what a round is written to.
func (r *Register) files(result *clearing.Result, summary Summary) map[string]func(io.Writer) error {
	files := map[string]func(io.Writer) error{
		SetOffsFile:     func(w io.Writer) error { return r.WriteSetOffs(w, result) },
		RemaindersFile:  func(w io.Writer) error { return r.WriteRemainders(w, result) },
		CertificateFile: func(w io.Writer) error { return r.WriteCertificate(w, result.Certificate) },
		SummaryFile:     summary.write,
	}
	if len(r.Lines) > 0 {
		files[CreditFile] = func(w io.Writer) error { return r.WriteCredit(w, result) }
	}
	return files
}

func (s Summary) write(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(s)
}

func writeFile(path string, content func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	if err := content(w); err != nil {
		f.Close()
		return err
	}
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// CheckRound proves a round from its files and this register, without a solver:
// clearing.Check on what the files say, and every other file and figure worked
// out again from it. It names the first flaw. start are the prices that the
// round says it began with, nil for none.
func (r *Register) CheckRound(folder string, start *clearing.Certificate) (Summary, error) {
	said, err := readSummary(folder)
	if err != nil {
		return said, err
	}
	if said.Version != clearing.Version {
		return said, fault.Invalidf("clearing.version", "version", "the round was found by the rules %.60q; this program knows %q", said.Version, clearing.Version)
	}
	if snapshot := r.Digest(); said.Snapshot != snapshot {
		return said, fault.Invalidf("clearing.snapshot", "snapshot", "the round is of the snapshot %.64q, but this register is %s; it was changed, or belongs to another round", said.Snapshot, snapshot)
	}
	result, err := r.readResult(folder)
	if err != nil {
		return said, err
	}
	if err := clearing.Check(&r.Problem, result); err != nil {
		return said, err
	}
	result.Parts = said.Parts // how it was found proves nothing
	again, err := r.Summarize(result, clearing.Options{Method: circulation.Method(said.Method), Start: start, OldestFirst: said.Oldest})
	if err != nil {
		return said, err
	}
	for _, name := range []string{RemaindersFile, SummaryFile} {
		if err := r.compareFile(folder, name, r.files(result, again)[name]); err != nil {
			return said, err
		}
	}
	return said, nil
}

// readResult reads what the files of a round say.
func (r *Register) readResult(folder string) (*clearing.Result, error) {
	result := &clearing.Result{}
	err := readFile(folder, SetOffsFile, func(f io.Reader) (err error) {
		result.SetOff, err = r.ReadSetOffs(f)
		return err
	})
	if err == nil && len(r.Lines) > 0 {
		err = readFile(folder, CreditFile, func(f io.Reader) (err error) {
			result.Credit, err = r.ReadCredit(f)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	return result, readFile(folder, CertificateFile, func(f io.Reader) (err error) {
		result.Certificate, err = r.ReadCertificate(f)
		return err
	})
}

// inFile leads what a command says of one of the files.
const inFile = "file %s"

// readFile reads one file of a round; what is wrong with it names the file.
func readFile(folder, name string, read func(io.Reader) error) error {
	f, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return fault.Invalidf("clearing.file", "", "%s cannot be read: %v", name, err)
	}
	defer f.Close()
	err = read(f)
	if wrong := fault.As(err); wrong != nil {
		return wrong.Within(inFile, name)
	}
	return err
}

// longestSummary bounds the file of a summary.
const longestSummary = 64 << 10

func readSummary(folder string) (s Summary, err error) {
	return s, readFile(folder, SummaryFile, func(f io.Reader) error {
		in := json.NewDecoder(io.LimitReader(f, longestSummary))
		in.DisallowUnknownFields()
		if err := in.Decode(&s); err != nil {
			return fault.Invalidf("clearing.summary", "", "the summary cannot be read: %v", err)
		}
		return nil
	})
}
