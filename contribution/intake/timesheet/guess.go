package timesheet

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"commonweal/contribution/intake"
	"commonweal/quantity"
)

// words are the headers that people write for a field, folded, in English,
// Dutch, German, French and Spanish; the more telling first.
var words = map[Field][]string{
	Person: {"person", "user", "member", "employee", "username", "name", "who", "first name", "contributor", "persoon", "gebruiker", "medewerker", "naam", "wie", "lid",
		"benutzer", "mitarbeiter", "mitarbeiterin", "mitglied", "wer", "personne", "utilisateur", "membre", "nom", "qui", "persona", "usuario", "miembro", "nombre", "quien"},
	LastName: {"last name", "surname", "achternaam", "nachname", "nom de famille", "apellido", "apellidos"},
	Mail:     {"email", "e-mail", "mail", "email address", "e-mailadres", "e-mail-adresse", "courriel", "correo", "correo electronico"},
	Date:     {"date", "start date", "day", "datum", "dag", "startdatum", "tag", "begindatum", "jour", "date de debut", "fecha", "dia", "fecha de inicio"},
	StartTime: {"start time", "start", "from", "begin", "begintijd", "starttijd", "van", "beginn", "startzeit", "von", "debut", "heure de debut", "de", "inicio",
		"hora de inicio", "desde"},
	EndDate: {"end date", "einddatum", "enddatum", "date de fin", "fecha de fin"},
	EndTime: {"end time", "end", "to", "until", "eindtijd", "einde", "tot", "ende", "endzeit", "bis", "fin", "heure de fin", "a", "hora de fin", "hasta"},
	Hours: {"hours", "duration", "duration (decimal)", "duration (h)", "time", "time (hours)", "hours worked", "h", "uren", "duur", "tijd", "aantal uren", "stunden",
		"dauer", "zeit", "std", "heures", "duree", "temps", "horas", "duracion", "tiempo"},
	Project: {"project", "project name", "projekt", "projet", "proyecto"},
	Task:    {"task", "activity", "process", "taak", "activiteit", "aufgabe", "tatigkeit", "tache", "activite", "tarea", "actividad"},
	Note: {"note", "notes", "description", "comment", "what", "notitie", "omschrijving", "opmerking", "beschreibung", "notiz", "bemerkung", "remarque", "commentaire",
		"nota", "notas", "descripcion", "comentario"},
	Rate:     {"rate", "hourly rate", "billable rate", "tarief", "uurtarief", "stundensatz", "satz", "taux", "taux horaire", "tarifa", "tarifa por hora"},
	Value:    {"amount", "value", "billable amount", "total", "bedrag", "waarde", "betrag", "wert", "montant", "valeur", "importe", "valor"},
	Currency: {"currency", "valuta", "munt", "wahrung", "devise", "monnaie", "moneda"},
	Stream:   {"stream", "kind of work", "stroom", "strom", "flux", "flujo"},
	ID:       {"id", "entry id", "external id"},
}

// Remark is a remark about a guess, for the person who checks it.
type Remark struct {
	Field  Field
	Column string
	Text   string
}

// Guess says what the columns of a header seem to mean: by a preset whose
// columns are all there, else by the words people use. It remarks on columns
// that could mean the same and on fields it did not find.
func Guess(header []string) (Template, []Remark) {
	for _, p := range presets {
		if t, ok := p.fit(header); ok {
			return t, []Remark{{Text: "this looks like an export of " + p.Name}}
		}
	}
	t := Template{Columns: map[Field]string{}}
	var remarks []Remark
	taken := map[string]bool{}
	for _, f := range Fields {
		var found []string
		for _, word := range words[f] {
			for _, h := range header {
				if bare, _ := unitOf(h); intake.Fold(bare) == word && !taken[h] && !slices.Contains(found, h) {
					found = append(found, h)
				}
			}
		}
		if len(found) == 0 {
			continue
		}
		t.Columns[f] = found[0]
		taken[found[0]] = true
		if _, unit := unitOf(found[0]); unit != "" && (f == Rate || f == Value) {
			t.Currency = unit
		}
		for _, other := range found[1:] {
			remarks = append(remarks, Remark{f, other, fmt.Sprintf("%q could mean the same as %q", other, found[0])})
		}
	}
	return t, append(remarks, missing(t)...)
}

// missing remarks on fields without which nothing can be read.
func missing(t Template) []Remark {
	var out []Remark
	if _, err := t.check(); err != nil {
		out = append(out, Remark{Text: err.Error()})
	}
	return out
}

var inBrackets = regexp.MustCompile(`^(.*\S)\s*\(([A-Z]{3})\)$`)

// unitOf splits "Billable Rate (USD)".
func unitOf(header string) (bare string, unit quantity.Unit) {
	if m := inBrackets.FindStringSubmatch(strings.TrimSpace(header)); m != nil {
		if _, known := quantity.Lookup(quantity.Unit(m[2])); known {
			return m[1], quantity.Unit(m[2])
		}
	}
	return header, ""
}
