package piechart

import (
	"bytes"
	"encoding/json"
	"io"
	"math/big"
	"time"

	"commonweal/platform/fault"
)

// MaxSize is the size in bytes above which a file is not read.
const MaxSize = 16 << 20

// Encode writes the document: UTF-8, two spaces of indent, a final line feed.
func (d *Document) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(d)
	return b.Bytes(), err
}

// Decode reads and validates a file.
func Decode(file io.Reader) (*Document, error) {
	text, err := io.ReadAll(io.LimitReader(file, MaxSize+1))
	if err != nil {
		return nil, err
	}
	if len(text) > MaxSize {
		return nil, fault.Invalidf("piechart.size", "", "the file is larger than %d bytes", MaxSize)
	}
	return parse(text)
}

// Validate lists everything in a file that breaks the format; nil is valid.
func Validate(text []byte) error {
	_, err := parse(text)
	return err
}

func parse(text []byte) (*Document, error) {
	var d Document
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	dec.DisallowUnknownFields() // unknown fields stand in extensions only
	if err := dec.Decode(&d); err != nil {
		return nil, fault.Invalidf("piechart.json", "", "the file is not a pie chart: %v", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fault.Invalidf("piechart.json", "", "something follows after the document")
	}
	if bad := d.check(); len(bad) > 0 {
		return nil, bad
	}
	return &d, nil
}

// checker collects what breaks the rules.
type checker struct{ bad fault.List }

func (c *checker) fail(rule, field, format string, args ...any) {
	c.bad = append(c.bad, fault.Invalidf("piechart."+rule, field, format, args...))
}

func (c *checker) filled(field, value string) {
	if value == "" {
		c.fail("empty", field, "it is empty or missing, but required")
	}
}

func (c *checker) day(field, value string) {
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		c.fail("date", field, "%q is not a day, such as 2026-03-14", value)
	}
}

func (d *Document) check() fault.List {
	var c checker
	if d.SchemaVersion != Version {
		c.fail("version", "schema_version", "%q is not a version that is known; write %q", d.SchemaVersion, Version)
	}
	c.filled("project.name", d.Project.Name)
	c.filled("project.repository", d.Project.Repository)
	c.filled("project.license_version", d.Project.LicenseVersion)
	c.day("metadata.created", d.Metadata.Created)
	c.day("metadata.last_updated", d.Metadata.LastUpdated)
	c.filled("metadata.governance", d.Metadata.Governance)
	c.filled("metadata.dispute_resolution", d.Metadata.DisputeResolution)
	if d.Organization != nil {
		c.filled("organization.name", d.Organization.Name)
	}
	c.contributors(d.Contributors)
	for _, h := range d.History {
		c.day("history.date", h.Date)
		c.filled("history.description", h.Description)
		for id, s := range h.SharesSnapshot {
			c.share("history.shares_snapshot", id, s)
		}
	}
	for namespace, raw := range d.Extensions {
		if trimmed := bytes.TrimSpace(raw); namespace == "" || len(trimmed) == 0 || trimmed[0] != '{' {
			c.fail("extension", "extensions", "the extension %q is not an object with a name", namespace)
		}
	}
	return c.bad
}

func (c *checker) contributors(list []Contributor) {
	if len(list) == 0 {
		c.fail("nobody", "contributors", "there must be at least one contributor")
		return
	}
	sum, seen := new(big.Rat), map[string]bool{}
	for _, p := range list {
		c.filled("contributors.name", p.Name)
		c.filled("contributors.identifier", p.Identifier)
		if seen[p.Identifier] {
			c.fail("identifier_twice", "contributors.identifier", "%q stands for two contributors; identifiers are unique", p.Identifier)
		}
		seen[p.Identifier] = true
		if v := c.share("contributors.share", p.Identifier, p.Share); v != nil {
			sum.Add(sum, v)
		}
	}
	off := new(big.Rat).Sub(sum, big.NewRat(100, 1))
	if off.Abs(off).Cmp(big.NewRat(1, 100)) > 0 {
		c.fail("sum", "contributors.share", "the shares add up to %s, not to 100 within 0.01", sum.FloatString(4))
	}
}

func (c *checker) share(field, id string, n json.Number) *big.Rat {
	v, ok := percent(n)
	if !ok || v.Sign() <= 0 || v.Cmp(big.NewRat(100, 1)) > 0 {
		c.fail("share", field, "the share of %q is %s; it must be above 0 and at most 100", id, n)
		return nil
	}
	return v
}
