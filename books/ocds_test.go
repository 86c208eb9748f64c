package books_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/books"
	"commonweal/quantity"
	"commonweal/vf"
)

// What the Open Contracting Data Standard 1.1 requires of a release package, as
// far as its parts are used here (standard.open-contracting.org/1.1/en/schema).
// Closed code lists are whole; of open ones there are the codes that grants and
// purchases may have. Unlike in the standard, a field that stands in no
// table is refused.
type (
	ocdsObject map[string]ocdsField
	ocdsField  struct {
		required bool
		valid    func(v any) error
	}
)

func needs(valid func(any) error) ocdsField { return ocdsField{true, valid} }
func may(valid func(any) error) ocdsField   { return ocdsField{false, valid} }

var (
	ocdsReference = ocdsObject{"id": needs(isText), "name": may(isText)}
	ocdsMoney     = ocdsObject{"amount": needs(isNumber), "currency": needs(isCurrency)}
	ocdsPackage   = ocdsObject{
		"uri": needs(isURI), "version": needs(isOneOf("1.1")), "publishedDate": needs(isDateTime),
		"publisher": needs(ocdsObject{"name": needs(isText), "uri": may(isURI)}.valid),
		"releases":  needs(listOf(ocdsRelease.valid)),
	}
	ocdsRelease = ocdsObject{
		"ocid": needs(isText), "id": needs(isText), "date": needs(isDateTime), "initiationType": needs(isOneOf("tender")),
		"tag": needs(listOf(isOneOf("planning", "planningUpdate", "tender", "tenderAmendment", "tenderUpdate", "tenderCancellation", "award", "awardUpdate", "awardCancellation",
			"contract", "contractUpdate", "contractAmendment", "implementation", "implementationUpdate", "contractTermination", "compiled"))),
		"language": may(isText), "buyer": may(ocdsReference.valid),
		"parties": may(listOf(ocdsObject{"id": needs(isText), "name": may(isText), "roles": may(listOf(isOneOf("buyer", "procuringEntity", "supplier", "tenderer", "funder",
			"enquirer", "payer", "payee", "reviewBody", "interestedParty")))}.valid)),
		"awards": may(listOf(ocdsObject{"id": needs(isText), "title": may(isText), "status": may(isOneOf("pending", "active", "cancelled", "unsuccessful")),
			"date": may(isDateTime), "value": may(ocdsMoney.valid), "suppliers": may(listOf(ocdsReference.valid))}.valid)),
		"contracts": may(listOf(ocdsObject{"id": needs(isText), "awardID": needs(isText), "status": may(isOneOf("pending", "active", "cancelled", "terminated")),
			"dateSigned": may(isDateTime), "value": may(ocdsMoney.valid), "implementation": may(ocdsObject{"transactions": may(listOf(ocdsObject{
				"id": needs(isText), "source": may(isURI), "date": may(isDateTime), "value": may(ocdsMoney.valid), "payer": may(ocdsReference.valid), "payee": may(ocdsReference.valid)}.valid))}.valid)}.valid)),
	}
)

// valid holds a JSON object against the table.
func (o ocdsObject) valid(v any) error {
	object, is := v.(map[string]any)
	if !is {
		return fmt.Errorf("%v is no object", v)
	}
	for name, value := range object {
		field, known := o[name]
		if !known {
			return fmt.Errorf("the field %q is not in the standard", name)
		}
		if err := field.valid(value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, field := range o {
		if _, there := object[name]; field.required && !there {
			return fmt.Errorf("the field %q is missing", name)
		}
	}
	return nil
}

// listOf holds every item of a list with items against a rule; none stands there twice.
func listOf(valid func(any) error) func(any) error {
	return func(v any) error {
		items, is := v.([]any)
		if !is || len(items) == 0 {
			return fmt.Errorf("%v is no list with items", v)
		}
		seen := map[string]bool{}
		for i, item := range items {
			text := fmt.Sprint(item)
			if seen[text] {
				return fmt.Errorf("item %d is there twice", i)
			}
			seen[text] = true
			if err := valid(item); err != nil {
				return fmt.Errorf("item %d: %w", i, err)
			}
		}
		return nil
	}
}

func isText(v any) error {
	if s, is := v.(string); !is || s == "" {
		return fmt.Errorf("%v is no text with a length", v)
	}
	return nil
}

func isOneOf(codes ...string) func(any) error {
	return func(v any) error {
		if s, is := v.(string); !is || !slices.Contains(codes, s) {
			return fmt.Errorf("%v is none of %v", v, codes)
		}
		return nil
	}
}

func isDateTime(v any) error {
	s, _ := v.(string)
	_, err := time.Parse(time.RFC3339, s)
	return err
}

func isURI(v any) error {
	s, _ := v.(string)
	if u, err := url.Parse(s); err != nil || !u.IsAbs() || u.Host == "" {
		return fmt.Errorf("%v is no absolute URI", v)
	}
	return nil
}

func isNumber(v any) error {
	if _, is := v.(json.Number); !is {
		return fmt.Errorf("%v is no number", v)
	}
	return nil
}

// isCurrency accepts the codes of ISO 4217.
func isCurrency(v any) error {
	s, _ := v.(string)
	if info, known := quantity.Lookup(quantity.Unit(s)); !known || info.Currency == nil || len(s) != 3 {
		return fmt.Errorf("%v is no currency", v)
	}
	return nil
}

// The table itself refuses what the standard does.
func TestOCDSTableRefuses(t *testing.T) {
	valid := `{"uri":"https://a.example/b","version":"1.1","publishedDate":"2026-01-01T00:00:00Z","publisher":{"name":"A"},"releases":[{"ocid":"o","id":"1","date":"2026-01-01T00:00:00Z",` +
		`"tag":["award"],"initiationType":"tender","contracts":[{"id":"1","awardID":"1","value":{"amount":1.5,"currency":"EUR"}}]}]}`
	if err := ocdsPackage.valid(decoded(t, []byte(valid))); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{`"ocid":"o",`, ``}, {`"ocid":"o"`, `"ocid":""`}, {`T00:00:00Z","tag"`, `","tag"`}, {`"award"]`, `"awarded"]`}, {`["award"]`, `[]`}, {`["award"]`, `["award","award"]`},
		{`"tender"`, `"grant"`}, {`"awardID":"1",`, ``}, {`1.5`, `"1.5"`}, {`"EUR"`, `"LOVE"`}, {`"publisher"`, `"publishers"`}, {`https://a.example/b`, `/b`}} {
		if text := strings.Replace(valid, change[0], change[1], 1); text == valid || ocdsPackage.valid(decoded(t, []byte(text))) == nil {
			t.Errorf("%s for %s is not refused", change[1], change[0])
		}
	}
}

func decoded(t *testing.T, data []byte) (p any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	must(t, d.Decode(&p))
	return p
}

// Grants and purchases are releases as the standard has them, of processes that
// agree with themselves: parties, awards and contracts are there that others
// refer to.
func TestOCDS(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		s.act(t, "shop.sell", false, func(l *vf.Ledger) {
			q := quantity.Micros(12_345_600, "EUR")
			_, err := l.Record(vf.Event{Action: vf.Transfer, Provider: s.bakery, Receiver: s.id, ToResourceInventoriedAs: s.pot, ClassifiedAs: []string{"cw:income/grant"}, ResourceQuantity: &q})
			must(t, err)
		})
		path, _ := s.write(t, books.Export{Format: books.OCDSFormat})
		data := read(t, path)
		if err := ocdsPackage.valid(decoded(t, data)); err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		if !bytes.Contains(data, []byte(`"amount":12.3456,`)) {
			t.Errorf("the grant is no exact decimal:\n%s", data)
		}
		var p ocdsContents
		must(t, json.Unmarshal(data, &p))
		p.check(t)
	})
}

// ocdsContents is what the releases of a package refer to each other by.
type ocdsContents struct {
	PublishedDate time.Time
	Releases      []struct {
		OCID, ID string
		Date     time.Time
		Parties  []struct{ ID string }
		Buyer    struct{ ID string }
		Awards   []struct {
			ID        string
			Suppliers []struct{ ID string }
		}
		Contracts []struct {
			ID, AwardID    string
			Implementation struct {
				Transactions []struct {
					ID           string
					Payer, Payee struct{ ID string }
				}
			}
		}
	}
}

func (p ocdsContents) check(t *testing.T) {
	t.Helper()
	seen, awards := map[string]bool{}, map[string]bool{}
	corrections := 0
	for _, r := range p.Releases {
		name := r.OCID + " " + r.ID
		if seen[name] || strings.Contains(r.ID, "#") || !strings.HasPrefix(r.OCID, "ocds-") || r.Date.After(p.PublishedDate) {
			t.Errorf("release %q is there twice, is no identifier, or is of %s, after the package", name, r.Date)
		}
		seen[name] = true
		parties := map[string]bool{}
		for _, party := range r.Parties {
			parties[party.ID] = true
		}
		referred := []string{r.Buyer.ID}
		for _, a := range r.Awards {
			awards[r.OCID+" "+a.ID] = true
			referred = append(referred, a.Suppliers[0].ID)
		}
		if len(r.Awards) == 0 {
			corrections++
		}
		for _, c := range r.Contracts {
			if !awards[r.OCID+" "+c.AwardID] {
				t.Errorf("%s has a contract of the award %q, which no release before made", name, c.AwardID)
			}
			for _, x := range c.Implementation.Transactions {
				referred = append(referred, x.Payer.ID, x.Payee.ID)
			}
		}
		for _, id := range referred {
			if !parties[id] {
				t.Errorf("%s refers to %q, who is none of its parties %v", name, id, parties)
			}
		}
	}
	if len(p.Releases) < 3 || corrections == 0 {
		t.Errorf("%d releases, %d of corrections", len(p.Releases), corrections)
	}
}
