package contribution

import (
	"context"
	"io"

	"commonweal/contribution/intake"
	"commonweal/contribution/intake/gitlog"
	"commonweal/contribution/intake/opencollective"
	praisefile "commonweal/contribution/intake/praise"
	"commonweal/contribution/intake/sourcecred"
	"commonweal/contribution/intake/timesheet"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Format is what a source is written in.
type Format string

// The formats.
const (
	FormatGit            Format = "git"              // a repository, or a bundle of one
	FormatTimesheet      Format = "timesheet"        // delimited text, read by a Template
	FormatPraise         Format = "praise"           // items of the Praise system
	FormatPraiseScores   Format = "praise-scores"    // its quantifications
	FormatSourceCred     Format = "sourcecred"       // data/ledger.json of an instance
	FormatGraph          Format = "sourcecred-graph" // its graph
	FormatOpenCollective Format = "opencollective"   // transactions
)

// Formats lists the formats in the order of a form.
var Formats = []Format{FormatTimesheet, FormatGit, FormatOpenCollective, FormatPraise, FormatPraiseScores, FormatSourceCred, FormatGraph}

// ReadOptions say how a source is read. Those of other formats are ignored.
type ReadOptions struct {
	Template *timesheet.Template `json:"template,omitempty"`
	Git      *gitlog.Options     `json:"git,omitempty"`
	Accounts []string            `json:"accounts,omitempty"` // of Open Collective
	Unit     quantity.Unit       `json:"unit,omitempty"`     // of past payouts
	BareZero bool                `json:"bareZero,omitempty"` // a bare 0 of Praise is a mark
	Secret   []byte              `json:"-"`                  // of the commons, for pseudonyms
}

// Opener opens a file from its beginning.
type Opener func() (io.ReadCloser, error)

// ReadSource returns the records of a file (or, for git, of the repository in
// options.Git.Path).
func ReadSource(format Format, name string, open Opener, o ReadOptions) (func(context.Context) intake.Records, error) {
	whole := func(read func(io.Reader) intake.Records) (func(context.Context) intake.Records, error) {
		return func(context.Context) intake.Records { return reading(open, read) }, nil
	}
	switch format {
	case FormatGit:
		if o.Git == nil {
			return nil, fault.Invalidf("contribution.import_options", "source", "say which repository is read")
		}
		return func(ctx context.Context) intake.Records { return gitlog.Read(ctx, *o.Git) }, nil
	case FormatTimesheet:
		if o.Template == nil {
			return nil, fault.Invalidf("contribution.import_options", "template", "say what the columns of the file mean")
		}
		return whole(func(f io.Reader) intake.Records { return timesheet.Read(f, name, *o.Template) })
	case FormatPraise:
		return whole(func(f io.Reader) intake.Records {
			return praisefile.Items(f, name, praisefile.Options{Secret: o.Secret, BareZero: o.BareZero})
		})
	case FormatPraiseScores:
		return whole(func(f io.Reader) intake.Records {
			return praisefile.Scores(f, name, praisefile.Options{Secret: o.Secret, BareZero: o.BareZero})
		})
	case FormatOpenCollective:
		return whole(func(f io.Reader) intake.Records {
			return opencollective.Read(f, name, opencollective.Options{Accounts: o.Accounts})
		})
	case FormatSourceCred, FormatGraph:
		return func(context.Context) intake.Records { return instance(format, name, open, o) }, nil
	}
	return nil, fault.Invalidf("contribution.import_format", "source", "%.40q is not a source that can be imported", string(format))
}

// reading opens a file for one reading and closes it after.
func reading(open Opener, read func(io.Reader) intake.Records) intake.Records {
	return func(yield func(intake.Record, error) bool) {
		f, err := open()
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close()
		read(f)(yield)
	}
}

// instance reads a ledger twice: for its identities, which merge later than
// they are paid, and for what was paid.
func instance(format Format, name string, open Opener, o ReadOptions) intake.Records {
	return func(yield func(intake.Record, error) bool) {
		options := sourcecred.Options{Unit: o.Unit}
		if format == FormatGraph {
			reading(open, func(f io.Reader) intake.Records { return sourcecred.Graph(f, name, options) })(yield)
			return
		}
		f, err := open()
		if err == nil {
			options.Instance, err = sourcecred.Scan(f)
			f.Close()
		}
		if err != nil {
			yield(nil, err)
			return
		}
		reading(open, func(f io.Reader) intake.Records { return sourcecred.Read(f, name, options) })(yield)
	}
}
