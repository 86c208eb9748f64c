package books

import (
	"bufio"
	"io"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"commonweal/books/ledger"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// The parts of a release of the Open Contracting Data Standard 1.1 that a grant
// or a purchase fills (standard.open-contracting.org/1.1). One release tells one
// entry; a correction is a further release of the same process.
type (
	ocdsRelease struct {
		OCID           string         `json:"ocid"`
		ID             string         `json:"id"`
		Date           string         `json:"date"`
		Tag            []string       `json:"tag"`
		InitiationType string         `json:"initiationType"`
		Parties        []ocdsParty    `json:"parties"`
		Buyer          ocdsRef        `json:"buyer"`
		Awards         []ocdsAward    `json:"awards,omitempty"`
		Contracts      []ocdsContract `json:"contracts"`
		Language       string         `json:"language"`
	}
	ocdsParty struct {
		ID    string   `json:"id"`
		Name  string   `json:"name"`
		Roles []string `json:"roles"`
	}
	ocdsRef struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	ocdsAward struct {
		ID        string    `json:"id"`
		Title     string    `json:"title"`
		Status    string    `json:"status"`
		Date      string    `json:"date"`
		Value     ocdsValue `json:"value"`
		Suppliers []ocdsRef `json:"suppliers"`
	}
	ocdsContract struct {
		ID             string             `json:"id"`
		AwardID        string             `json:"awardID"`
		Status         string             `json:"status"`
		Value          *ocdsValue         `json:"value,omitempty"`
		DateSigned     string             `json:"dateSigned,omitempty"`
		Implementation ocdsImplementation `json:"implementation"`
	}
	ocdsImplementation struct {
		Transactions []ocdsTransaction `json:"transactions"`
	}
	ocdsTransaction struct {
		ID     string    `json:"id"`
		Source string    `json:"source"`
		Date   string    `json:"date"`
		Value  ocdsValue `json:"value"`
		Payer  ocdsRef   `json:"payer"`
		Payee  ocdsRef   `json:"payee"`
	}
	ocdsValue struct {
		Amount   jsontext.Value `json:"amount"` // an exact decimal
		Currency string         `json:"currency"`
	}
)

// contracts writes the grants and purchases of the period as a release package.
func (x *exporting) contracts() error {
	entries, err := x.view.Ledger.Entries(x.Filter)
	if err != nil {
		return err
	}
	w, err := x.out.create("")
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<16)
	if err := x.contractsHead(b); err != nil {
		return err
	}
	comma := ""
	for e := range entries {
		if !x.step(int64(x.view.Ledger.Len())) {
			return x.ctx.Err()
		}
		r, is := x.release(e)
		if !is {
			continue
		}
		b.WriteString(comma)
		line, err := jsonv2.Marshal(r) // not in canonical form, which would make floats of amounts
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
		comma = ","
	}
	b.WriteString("]}\n")
	return b.Flush()
}

// contractsHead begins a package. It was published when its last entry was
// recorded: the same books give the same bytes.
func (x *exporting) contractsHead(w io.Writer) error {
	last := x.view.Ledger.RecordedLast(x.Filter.Size)
	uri := x.at()
	var head strings.Builder
	err := writeLine(&head, struct {
		URI           string `json:"uri"`
		Version       string `json:"version"`
		PublishedDate string `json:"publishedDate"`
		Publisher     struct {
			Name string `json:"name"`
			URI  string `json:"uri"`
		} `json:"publisher"`
	}{uri + "/downloads/" + string(OCDSFormat) + parameters(x.Filter), "1.1", last.UTC().Format(time.RFC3339), struct {
		Name string `json:"name"`
		URI  string `json:"uri"`
	}{x.view.Commons.Name, uri}})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, strings.TrimSuffix(head.String(), "}\n")+",\"releases\":[\n")
	return err
}

// at names the books after their log, which stays when the host moves.
func (x *exporting) at() string { return "https://" + x.books.Key.Origin(x.Commons) + "/books" }

// release is an entry as a release; is is false for what is neither a grant nor
// a purchase, and for money that is no currency.
func (x *exporting) release(e ledger.Entry) (r ocdsRelease, is bool) {
	value, grant, is := contracted(e)
	if !is || e.Payee == "" {
		return r, false
	}
	us, them := x.party(""), x.party(e.Payee)
	buyer, supplier := us, them
	buys, sells := []string{"buyer", "payer"}, []string{"supplier", "payee"}
	if grant {
		buyer, supplier = them, us
		buys = []string{"buyer", "funder", "payer"}
	}
	of := e
	if e.Corrects != "" {
		if o, found := x.view.Ledger.Entry(e.Corrects); found {
			of = o
		}
	}
	process := "ocds-" + strings.ToLower(string(x.Commons)[:8]) + "-" + of.Code()
	when := e.Recorded.UTC().Format(time.RFC3339)
	happened := of.Day + "T00:00:00Z"
	v := ocdsValue{jsontext.Value(value.Decimal()), string(value.Unit)}
	payment := ocdsTransaction{ID: e.Code(), Source: x.at() + "/events/" + string(e.Event), Date: e.Day + "T00:00:00Z", Value: v, Payer: buyer, Payee: supplier}
	contract := ocdsContract{ID: of.Code(), AwardID: of.Code(), Status: "active", Implementation: ocdsImplementation{[]ocdsTransaction{payment}}}
	r = ocdsRelease{OCID: process, ID: e.Code(), Date: when, InitiationType: "tender", Buyer: buyer, Language: x.view.Commons.Language,
		Parties: []ocdsParty{{buyer.ID, buyer.Name, buys}, {supplier.ID, supplier.Name, sells}}}
	if e.Corrects != "" {
		r.Tag = []string{"implementationUpdate"}
	} else {
		r.Tag = []string{"award", "contract", "implementation"}
		r.Awards = []ocdsAward{{ID: of.Code(), Title: strings.ReplaceAll(e.Kind, "/", " "), Status: "active", Date: happened, Value: v, Suppliers: []ocdsRef{supplier}}}
		contract.Value, contract.DateSigned = &v, happened
	}
	r.Contracts = []ocdsContract{contract}
	return r, true
}

// party is the commons, or somebody else by the code of their account.
func (x *exporting) party(id store.ID) ocdsRef {
	if id == "" {
		return ocdsRef{x.view.Commons.Slug, x.view.Commons.Name}
	}
	account := string(x.view.Ledger.Owed(id))
	return ocdsRef{account[strings.LastIndexByte(account, ':')+1:], x.names(id)}
}

// contracted is what a grant brought or a purchase cost.
func contracted(e ledger.Entry) (value quantity.Amount, grant, is bool) {
	for _, p := range e.Postings {
		if info, known := quantity.Lookup(p.Amount.Unit); !known || info.Currency == nil {
			continue
		}
		switch {
		case p.Account == "Income:Grants":
			return quantity.Micros(-p.Amount.Micros, p.Amount.Unit), true, true
		case p.Account.In(ledger.Expenses) && !p.Account.In(ledger.Distributed) && p.Account != "Expenses:BuyBacks":
			return p.Amount, false, true
		}
	}
	return value, false, false
}
