package contribution

import (
	"bytes"
	"encoding/csv"
	"strconv"

	"commonweal/platform/store"
	"commonweal/platform/web"
)

// distributionCSV is the lines of a distribution as a table for other
// programs: plain decimals, identifiers beside names.
func (p *Practice) distributionCSV(q *web.Request) error {
	var d Distribution
	var lines []Line
	var called names
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		id, _ := asked(q, "id")
		if d, err = GetDistribution(r, id); err != nil {
			return err
		}
		result, err := p.outcomeOf(r, d)
		if err != nil {
			return err
		}
		if lines, err = linesOfResult(r, d, result); err != nil {
			return err
		}
		if d.BucketKeys == nil {
			for _, b := range result.Buckets {
				d.BucketKeys = append(d.BucketKeys, b.Key)
			}
		}
		ids := make([]store.ID, len(lines))
		for i, l := range lines {
			ids[i] = l.Receiver
		}
		called, err = loadNames(q, r, ids...)
		return err
	})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"distribution", "bucket", "receiver", "name", "kind", "amount", "unit"}) // a Buffer takes everything
	for _, l := range lines {
		w.Write([]string{strconv.FormatInt(d.No, 10), d.BucketKeys[l.Bucket], string(l.Receiver), calm(called.of(l.Receiver)), l.Kind, l.Amount.Decimal(), string(l.Amount.Unit)})
	}
	w.Flush()
	return q.Download("distribution-"+strconv.FormatInt(d.No, 10)+".csv", "text/csv; charset=utf-8", b.Bytes())
}

// calm keeps a spreadsheet from taking a name for a formula.
func calm(text string) string {
	if text != "" && bytes.IndexByte([]byte("=+-@\t\r"), text[0]) >= 0 {
		return "'" + text
	}
	return text
}
