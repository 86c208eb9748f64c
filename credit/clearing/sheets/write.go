package sheets

import (
	"encoding/csv"
	"io"
	"math/big"
	"strconv"

	"commonweal/credit/clearing"
	"commonweal/quantity"
)

// decimal writes millionths as units.
func decimal(micros int64) string { return quantity.Micros(micros, "").Decimal() }

// Decimal writes a sum of millionths as units.
func Decimal(s clearing.Sum) string {
	whole, rest := new(big.Int).QuoRem(s.Big(), big.NewInt(quantity.Scale), new(big.Int))
	if rest.Sign() == 0 {
		return whole.String()
	}
	return whole.String() + decimal(rest.Int64())[1:] // "0.25" without its zero
}

// The headers of what is written.
var (
	setOffsHeader     = []string{"id", "debtor", "creditor", "amount", "set_off", "remaining"}
	creditHeader      = []string{"hub", "member", "paid", "drawn", "received"}
	certificateHeader = []string{"kind", "name", "price"}
)

// WriteSetOffs writes what is set off of every obligation.
func (r *Register) WriteSetOffs(w io.Writer, result *clearing.Result) error {
	order := r.Order().Obligations
	return write(w, setOffsHeader, len(order), func(k int, row []string) []string {
		o, set := &r.Obligations[order[k]], result.SetOff[order[k]]
		return append(row, o.ID, r.Members[o.Debtor], r.Members[o.Creditor], decimal(o.Amount), decimal(set), decimal(o.Amount-set))
	})
}

// WriteRemainders writes the obligations that stay open as Read reads them: the
// register of the next round.
func (r *Register) WriteRemainders(w io.Writer, result *clearing.Result) error {
	order := r.Order().Obligations
	header := []string{"id", "debtor", "creditor", "amount", "due", "weight"}
	if r.Unit != "" {
		header = append(header, "unit")
	}
	return write(w, header, len(order), func(k int, row []string) []string {
		o, left := &r.Obligations[order[k]], r.Obligations[order[k]].Amount-result.SetOff[order[k]]
		if left == 0 {
			return nil
		}
		row = append(row, o.ID, r.Members[o.Debtor], r.Members[o.Creditor], decimal(left), o.Due.String(), strconv.Itoa(int(max(o.Weight, 1))))
		if r.Unit != "" {
			row = append(row, string(r.Unit))
		}
		return row
	})
}

// WriteCredit writes how far each line of credit is used.
func (r *Register) WriteCredit(w io.Writer, result *clearing.Result) error {
	order := r.Order().Lines
	return write(w, creditHeader, len(order), func(k int, row []string) []string {
		l, u := &r.Lines[order[k]], &result.Credit[order[k]]
		return append(row, r.Hubs[l.Hub], r.Members[l.Member], decimal(u.Paid), decimal(u.Drawn), decimal(u.Received))
	})
}

// WriteCertificate writes the price of every member and hub.
func (r *Register) WriteCertificate(w io.Writer, c clearing.Certificate) error {
	members, hubs := r.Order().Members, r.Order().Hubs
	return write(w, certificateHeader, len(members)+len(hubs), func(k int, row []string) []string {
		if k < len(members) {
			i := members[k]
			return append(row, "member", r.Members[i], strconv.FormatInt(c.Members[i], 10))
		}
		i := hubs[k-len(members)]
		return append(row, "hub", r.Hubs[i], strconv.FormatInt(c.Hubs[i], 10))
	})
}

// write writes a header and the rows that there are.
func write(w io.Writer, header []string, n int, row func(int, []string) []string) error {
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return err
	}
	cells := make([]string, 0, 8)
	for k := range n {
		if line := row(k, cells[:0]); line != nil {
			if err := out.Write(line); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}
