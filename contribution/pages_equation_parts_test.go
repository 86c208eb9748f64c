package contribution

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// unfolded lists the parts of an equation that the editor shows open, and all
// that it shows.
func (p page) unfolded() (open string, parts int) {
	for _, m := range regexp.MustCompile(`<details class="card part" id="part-(\d+)"( open)?>`).FindAllStringSubmatch(p.body, -1) {
		if parts++; m[2] != "" {
			open += m[1]
		}
	}
	return open, parts
}

// A long equation is read at a glance: each part is a line in words; those that
// ask for attention are open, and what is folded away is sent all the same.
func TestEditorFoldsParts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		first := s.start("fund").shows(200, "<strong>Commons fund</strong>", "It goes to", "<code>value</code>")
		if open, parts := first.unfolded(); open != "" || parts != 2 {
			t.Errorf("of %d parts %q are open at first, want none of 2", parts, open)
		}
		f := first.fields()
		for do, want := range map[string]string{"try": "", "add.makers": "2", "add.payees": "2", "add.rule.1": "1", "add.risk.1.0": "1", "down.bucket.0": "", "remove.bucket.0": ""} {
			if open, _ := s.press("ada", f, do).shows(200).unfolded(); open != want {
				t.Errorf("after %s the parts %q are open, want %q", do, open, want)
			}
		}
		f.Set("buckets[1].rules[0].perClaimCap", "much")
		wrong := s.press("ada", f, "save").shows(422)
		if open, _ := wrong.unfolded(); open != "1" || !regexp.MustCompile(`<details class="more" open>\s*<summary>More about what counts`).MatchString(wrong.body) {
			t.Errorf("with a wrong cap the parts %q are open, and the field is folded away:\n%s", open, mainOf(wrong.body))
		}
	})
}

// While somebody types, the lines of the parts follow.
func TestEditorSummariesFollow(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		f := s.start("fund").fields()
		f.Set("buckets[1].label", "Builders <all>")
		f.Set("buckets[1].percent", "62.5")
		live := s.ask("ada", "POST", "/contribution/equations/live", "application/x-www-form-urlencoded", strings.NewReader(url.Values(f).Encode()), "HX-Request", "true")
		live.shows(200, `<span id="says-1" hx-swap-oob="innerHTML">`, "Builders &lt;all&gt;", "62.5 %").hides(`<details class="card part"`)
	})
}
