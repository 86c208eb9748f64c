package table_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"commonweal/platform/fault"
	"commonweal/platform/table"
)

const sample = "naam;uren;notitie\r\nZoë;1,5;\"kwast; verf\"\r\nJosé;2;\"hij zei \"\"ja\"\"\"\r\n"

func TestEveryWayOfWritingReadsTheSame(t *testing.T) {
	encode := func(enc interface {
		Bytes([]byte) ([]byte, error)
	}, text string) string {
		b, err := enc.Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	utf16 := func(e unicode.Endianness, b unicode.BOMPolicy) string {
		return encode(unicode.UTF16(e, b).NewEncoder(), sample)
	}
	for name, file := range map[string]string{
		"utf-8":               sample,
		"utf-8 with mark":     "\ufeff" + sample,
		"utf-16le with mark":  utf16(unicode.LittleEndian, unicode.UseBOM),
		"utf-16be with mark":  utf16(unicode.BigEndian, unicode.UseBOM),
		"utf-16le":            utf16(unicode.LittleEndian, unicode.IgnoreBOM),
		"utf-16be":            utf16(unicode.BigEndian, unicode.IgnoreBOM),
		"windows-1252":        encode(charmap.Windows1252.NewEncoder(), sample),
		"line feeds":          strings.ReplaceAll(sample, "\r\n", "\n"),
		"carriage returns":    strings.ReplaceAll(sample, "\r\n", "\r"),
		"commas":              "naam,uren,notitie\nZoë,\"1,5\",kwast; verf\nJosé,2,\"hij zei \"\"ja\"\"\"\n",
		"tabs":                "naam\turen\tnotitie\nZoë\t1,5\tkwast; verf\nJosé\t2\t\"hij zei \"\"ja\"\"\"\n",
		"empty lines between": strings.ReplaceAll(sample, "José", "\r\n;;\r\nJosé"),
		"trailing delimiter":  "naam;uren;notitie\nZoë;1,5;\"kwast; verf\";\nJosé;2;\"hij zei \"\"ja\"\"\";\n",
	} {
		r, err := table.Open(strings.NewReader(file), table.Format{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := strings.Join(r.Header, "|")
		for {
			row, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			got += "\n" + strings.Join(row.Cells, "|")
		}
		want := "naam|uren|notitie\nZoë|1,5|kwast; verf\nJosé|2|hij zei \"ja\""
		if got != want {
			t.Errorf("%s (%+v): got\n%s", name, r.Format, got)
		}
	}
}

func TestOtherQuotes(t *testing.T) {
	for name, c := range map[string]struct{ file, quote, want string }{
		"single, found out": {"'a';'b'\n'it''s; so';'2'\n", "", "it's; so|2"},
		"single, said":      {"a;b\n'he said \"yes\"; twice';2\n", "'", `he said "yes"; twice|2`},
		"none":              {"a;b\n5\" nail;2\n", "none", `5" nail|2`},
	} {
		r, err := table.Open(strings.NewReader(c.file), table.Format{Quote: c.quote})
		if err != nil {
			t.Fatal(err)
		}
		row, err := r.Next()
		if got := strings.Join(row.Cells, "|"); err != nil || got != c.want {
			t.Errorf("%s: row = %q (%v), want %q", name, got, err, c.want)
		}
	}
}

func TestInvariant1EveryBadLineIsNamed(t *testing.T) {
	r, err := table.Open(strings.NewReader("a,b\n1,2\n1\n1,2,3\nx\"y,2\n\"ok\n\",2\n7,8\n"), table.Format{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if e := fault.As(err); e != nil {
			got = append(got, e.Code)
			if e.Line != row.Line {
				t.Errorf("error %v names line %d, row %d", e, e.Line, row.Line)
			}
			continue
		}
		got = append(got, strings.TrimSpace(row.Cells[0]))
	}
	if want := "1 intake.cells intake.cells intake.quotes ok 7"; strings.Join(got, " ") != want {
		t.Errorf("rows = %v, want %s", got, want)
	}
}

func TestInvariant2UnclosedQuoteEndsTheReading(t *testing.T) {
	file := io.MultiReader(strings.NewReader("a,b\n\"1,2\n"), &endless{})
	r, err := table.Open(file, table.Format{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = r.Next(); fault.CodeOf(err) != "intake.row_too_long" || fault.As(err).Line != 2 {
		t.Errorf("error = %v, want row_too_long at line 2", err)
	}
	if _, err = r.Next(); err != io.EOF {
		t.Errorf("after that: %v, want the end", err)
	}
}

type endless struct{}

func (*endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "abc,\n"[i%5]
	}
	return len(p), nil
}

func TestLooseCellsAreWindows1252(t *testing.T) {
	file := "name,note\n" + strings.Repeat("ann,plain\n", 10_000) + "Zo\xeb,caf\xe9\n"
	r, err := table.Open(strings.NewReader(file), table.Format{})
	if err != nil {
		t.Fatal(err)
	}
	last := ""
	for {
		row, err := r.Next()
		if err != nil {
			break
		}
		last = strings.Join(row.Cells, "|")
	}
	if last != "Zoë|café" {
		t.Errorf("last row = %q", last)
	}
}

func FuzzTable(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00\n\x00"))
	f.Add([]byte("a\x00b,'c'\n\"\x01\"\r\r\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := table.Open(bytes.NewReader(file), table.Format{})
		if err != nil {
			return
		}
		for range len(file) + 2 {
			row, err := r.Next()
			if err == io.EOF {
				return
			}
			if err == nil && len(row.Cells) != len(r.Header) {
				t.Fatalf("row %v has not the header's %d cells", row, len(r.Header))
			}
		}
		t.Fatal("the reading does not end")
	})
}
