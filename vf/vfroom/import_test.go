package vfroom

import (
	"bytes"
	"mime/multipart"
	"regexp"
	"testing"
)

// upload sends a form with a file, as a browser does.
func (s *site) upload(who, path, file string, fields ...string) answer {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(fields); i += 2 {
		s.must(form.WriteField(fields[i], fields[i+1]))
	}
	if file != "" {
		part, err := form.CreateFormFile("file", "garden.jsonld")
		s.must(err)
		_, err = part.Write([]byte(file))
		s.must(err)
	}
	s.must(form.Close())
	return s.ask(who, "POST", path, &body, "Content-Type", form.FormDataContentType())
}

// A steward checks a document, brings it in, and sees what came and what was
// there; members and outsiders are not asked.
func TestBringInByForm(t *testing.T) {
	each(t, func(s *site) {
		const plan = `{"@context": {"@vocab": "https://w3id.org/valueflows/ont/vf#"}, "@id": "https://elsewhere.example/plans/spring", "@type": "Plan", "name": "Spring at the lake"}`
		s.get("ada", "/import").shows(200, "Bring in a document of another place", "up to 16 MB")
		s.upload("ada", "/import", plan, "do", "check").shows(200, "1 thing would come in", "Nothing was changed.")
		s.get("ada", "/plans").hides("Spring at the lake")
		s.upload("ada", "/import", plan, "do", "import").shows(200, "1 thing came in")
		s.get("ada", "/plans").shows(200, "Spring at the lake")
		s.upload("ada", "/import", plan, "do", "import").shows(200, "0 things came in", "1 was here already")
		s.upload("ada", "/import", "", "do", "import").shows(422, "Choose a file")
		s.upload("ada", "/import", `{"@context": "https://evil.example/"}`, "do", "import").shows(422, "nothing is fetched")
		s.upload("bas", "/import", plan).shows(403)
		s.get("", "/import").shows(303)
		s.get("bas", "/resources").hides("Bring in a document")
		s.get("ada", "/resources").shows(200, "Bring in a document")
	})
}

var keptFile = regexp.MustCompile(`name="kept" value="([^"]+)"`)

// What was checked waits for the decision, and goes when it came in.
func TestWhatWasCheckedWaits(t *testing.T) {
	each(t, func(s *site) {
		const plan = `{"@context": {"@vocab": "https://w3id.org/valueflows/ont/vf#"}, "@id": "https://elsewhere.example/plans/autumn", "@type": "Plan", "name": "Autumn at the lake"}`
		page := s.upload("ada", "/import", plan, "do", "check").shows(200, "garden.jsonld waits here")
		found := keptFile.FindStringSubmatch(page.body)
		if found == nil {
			t.Fatal("nothing was kept")
		}
		s.upload("bas", "/import", "", "do", "import", "kept", found[1]).shows(403)
		s.upload("ada", "/import", "", "do", "import", "kept", found[1]).shows(200, "1 thing came in").hides("waits here")
		s.get("ada", "/plans").shows(200, "Autumn at the lake")
		s.upload("ada", "/import", "", "do", "import", "kept", found[1]).shows(422, "bring it again")
		s.upload("ada", "/import", "", "do", "import", "kept", "../x").shows(422)
		s.upload("ada", "/import", plan, "do", "check").shows(200, "0 things would come in").hides("waits here")
	})
}
