package vf

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// The bounds of what an event may hold.
const (
	maxName    = 300
	maxText    = 20_000
	maxClasses = 100
	// MaxMicros bounds every amount and balance, in millionths: a quarter of
	// what fits, so that no sum of four of them overflows.
	MaxMicros = 1 << 61
)

// normal returns the event as it is stored: times in UTC at microseconds,
// classifications as a sorted set, and, where the event says no time, the
// moment of recording.
func (e Event) normal(now time.Time) Event {
	e.Created = now
	for _, t := range []*time.Time{&e.HasBeginning, &e.HasEnd, &e.HasPointInTime} {
		*t = exact(*t)
	}
	if e.HasBeginning.IsZero() && e.HasEnd.IsZero() && e.HasPointInTime.IsZero() {
		e.HasPointInTime = now
	}
	e.ClassifiedAs = set(e.ClassifiedAs)
	e.ResourceQuantity, e.EffortQuantity = own(e.ResourceQuantity), own(e.EffortQuantity)
	return e
}

// own returns a copy, so that what is recorded does not change with what the
// caller holds.
func own(a *Amount) *Amount {
	if a == nil {
		return nil
	}
	c := *a
	return &c
}

// Time returns when the event happened: its point in time, else its beginning,
// else its end.
func (e Event) Time() time.Time {
	switch {
	case !e.HasPointInTime.IsZero():
		return e.HasPointInTime
	case !e.HasBeginning.IsZero():
		return e.HasBeginning
	}
	return e.HasEnd
}

// Begin and End answer for an event at a point in time too: both are that instant.
func (e Event) Begin() time.Time { return cmpTime(e.HasPointInTime, e.HasBeginning) }

// End is the end of the event, or its point in time.
func (e Event) End() time.Time { return cmpTime(e.HasPointInTime, e.HasEnd) }

func cmpTime(first, second time.Time) time.Time {
	if first.IsZero() {
		return second
	}
	return first
}

// CheckShape says whether the event is well formed on its own, before anybody
// looks at a resource: a known action, provider and receiver, the process on
// the side that the action stands on, the quantities it may carry with their
// units, a point in time or an interval, and signs. Faults are Invalid.
func (e *Event) CheckShape() error {
	row := e.Action.row()
	if row == nil {
		return unknownAction(e.Action)
	}
	for _, check := range []func(*Event, *Row) error{checkAgents, checkProcess, checkResources, checkQuantities, checkTime, checkTexts} {
		if err := check(e, row); err != nil {
			return err
		}
	}
	return nil
}

func unknownAction(a Action) error {
	names := make([]string, len(table))
	for i := range table {
		names[i] = string(table[i].Action)
		if strings.EqualFold(names[i], strings.ReplaceAll(string(a), "-", "")) {
			return fault.Invalidf("vf.unknown_action", "action", "%q is no action; did you mean %s?", clip(string(a)), names[i])
		}
	}
	return fault.Invalidf("vf.unknown_action", "action", "%q is no action; it is one of %s", clip(string(a)), strings.Join(names, ", "))
}

func checkAgents(e *Event, row *Row) error {
	if e.Provider == "" {
		return fault.Invalidf("vf.missing_agent", "provider", "%s has no provider; name the agent it comes from", row.Action)
	}
	if e.Receiver == "" {
		return fault.Invalidf("vf.missing_agent", "receiver", "%s has no receiver; name the agent it goes to", row.Action)
	}
	return nil
}

// checkProcess applies the column inputOutput. An event without inventoried
// records may stand outside every process: a service or payment outside the books.
func checkProcess(e *Event, row *Row) error {
	in, out := e.InputOf != "", e.OutputOf != ""
	inventoried := e.ResourceInventoriedAs != "" || e.ToResourceInventoriedAs != ""
	switch row.InputOutput {
	case NoProcess:
		if in || out {
			return fault.Invalidf("vf.process_not_allowed", side(in), "%s happens outside processes; leave %s empty", row.Action, side(in))
		}
	case Input:
		if out {
			return fault.Invalidf("vf.process_side", "outputOf", "%s is an input; name its process in inputOf", row.Action)
		}
		if !in && inventoried {
			return fault.Invalidf("vf.process_missing", "inputOf", "%s of an inventoried resource is the input of a process; name it in inputOf", row.Action)
		}
	case Output:
		if in {
			return fault.Invalidf("vf.process_side", "inputOf", "%s is an output; name its process in outputOf", row.Action)
		}
		if !out && inventoried {
			return fault.Invalidf("vf.process_missing", "outputOf", "%s of an inventoried resource is the output of a process; name it in outputOf", row.Action)
		}
	case OutputInput:
		if in && !out {
			return fault.Invalidf("vf.process_missing", "outputOf", "%s that feeds a process is first the output of another; name that one in outputOf", row.Action)
		}
		if in && e.InputOf == e.OutputOf {
			return fault.Invalidf("vf.process_side", "inputOf", "%s cannot feed the process %s it comes out of; name another", row.Action, e.InputOf)
		}
	}
	return nil
}

func side(in bool) string {
	if in {
		return "inputOf"
	}
	return "outputOf"
}

// checkResources refuses records that the action has no use for.
func checkResources(e *Event, row *Row) error {
	if e.ResourceInventoriedAs != "" && !row.TakesResource() {
		return fault.Invalidf("vf.resource_not_allowed", "resourceInventoriedAs", "%s has no inventoried resource; say what it is in resourceConformsTo", row.Action)
	}
	if e.ToResourceInventoriedAs == "" {
		return nil
	}
	if !row.TakesTarget() {
		return fault.Invalidf("vf.to_resource_not_allowed", "toResourceInventoriedAs", "%s has no receiving resource; leave toResourceInventoriedAs empty", row.Action)
	}
	if row.ContainedEffect == Remove && e.ResourceInventoriedAs == "" {
		return fault.Invalidf("vf.to_resource_not_allowed", "toResourceInventoriedAs", "%s takes a resource off the list of a container; name it in resourceInventoriedAs, or leave toResourceInventoriedAs empty", row.Action)
	}
	if row.Implies != "" && e.Provider == e.Receiver {
		return fault.Invalidf("vf.to_resource_not_allowed", "toResourceInventoriedAs",
			"%s passes a resource on only when provider and receiver differ; both are %s", row.Action, e.Provider)
	}
	if row.AccountingEffect == IncrementTo && e.ResourceInventoriedAs == e.ToResourceInventoriedAs {
		return fault.Invalidf("vf.to_resource_not_allowed", "toResourceInventoriedAs", "%s goes to another record than %s", row.Action, e.ResourceInventoriedAs)
	}
	return nil
}

// TakesResource reports whether the action can name an inventoried resource:
// it carries a resource quantity or state there.
func (r *Row) TakesResource() bool {
	return r.ChangesQuantity() || r.StateEffect != NoEffect
}

// TakesTarget reports whether the action can name a receiving resource, be it
// by an implied transfer or, for combine and separate, the container.
func (r *Row) TakesTarget() bool {
	_, acc := r.AccountingEffect.signs()
	_, onh := r.OnhandEffect.signs()
	return acc != 0 || onh != 0 || r.ContainedEffect != NoEffect || (r.Implies != "" && r.ChangesQuantity())
}

// ChangesQuantity reports whether the action changes an accounting or on-hand quantity.
func (r *Row) ChangesQuantity() bool {
	return r.AccountingEffect != NoQuantity || r.OnhandEffect != NoQuantity
}

func checkQuantities(e *Event, row *Row) error {
	if e.EffortQuantity != nil && row.EventQuantity == ResourceOnly {
		return fault.Invalidf("vf.effort_not_allowed", "effortQuantity", "%s carries a resource quantity only; %s is an effort", row.Action, e.EffortQuantity)
	}
	if e.ResourceQuantity != nil && row.EventQuantity == EffortOnly {
		return fault.Invalidf("vf.resource_quantity_not_allowed", "resourceQuantity", "%s carries an effort only; %s is a resource quantity", row.Action, e.ResourceQuantity)
	}
	if e.ResourceQuantity == nil && row.ChangesQuantity() {
		return fault.Invalidf("vf.missing_quantity", "resourceQuantity", "%s needs a resource quantity with its unit", row.Action)
	}
	if e.ResourceQuantity == nil && e.EffortQuantity == nil && row.EventQuantity != ResourceOnly {
		return fault.Invalidf("vf.missing_quantity", "effortQuantity", "%s needs an effort quantity such as 2.5 hour, or a resource quantity", row.Action)
	}
	if err := checkAmount(e, e.ResourceQuantity, "resourceQuantity"); err != nil {
		return err
	}
	return checkAmount(e, e.EffortQuantity, "effortQuantity")
}

func checkAmount(e *Event, a *Amount, field string) error {
	switch {
	case a == nil:
		return nil
	case a.Unit == "":
		return fault.Invalidf("vf.missing_unit", field, "the amount %s has no unit", a.Decimal())
	case len(a.Unit) > 64 || strings.ContainsFunc(string(a.Unit), notPrintable):
		return fault.Invalidf("vf.unit", field, "%q is no identifier of a unit: at most 64 bytes of printable text", clip(string(a.Unit)))
	case a.Micros < 0 && e.Corrects == "":
		return fault.Invalidf("vf.negative_quantity", field, "%s is negative; only an event that corrects another may be", a)
	case a.Micros > MaxMicros || a.Micros < -MaxMicros:
		return fault.Invalidf("vf.too_large", field, "%s is more than an event may carry, %s", a, quantity.Micros(MaxMicros, a.Unit))
	}
	return nil
}

func checkTime(e *Event, _ *Row) error {
	if !e.HasPointInTime.IsZero() && !(e.HasBeginning.IsZero() && e.HasEnd.IsZero()) {
		return fault.Invalidf("vf.time_point_and_interval", "hasPointInTime", "an event has a point in time or an interval, not both; leave one empty")
	}
	if !e.HasBeginning.IsZero() && !e.HasEnd.IsZero() && e.HasEnd.Before(e.HasBeginning) {
		return fault.Invalidf("vf.interval_reversed", "hasEnd", "the end %s lies before the beginning %s", e.HasEnd.Format(time.RFC3339), e.HasBeginning.Format(time.RFC3339))
	}
	for i, t := range [...]time.Time{e.HasBeginning, e.HasEnd, e.HasPointInTime} {
		if year := t.UTC().Year(); !t.IsZero() && (year < 1 || year > 9999) {
			return fault.Invalidf("vf.time_out_of_range", timeFields[i], "the year %d lies outside 1 to 9999", year)
		}
	}
	return nil
}

var timeFields = [...]string{"hasBeginning", "hasEnd", "hasPointInTime"}

func checkTexts(e *Event, _ *Row) error {
	if err := checkImages(e.Image, nil); err != nil {
		return err
	}
	if err := checkText("state", e.State, maxName); err != nil {
		return err
	}
	if err := checkText("note", e.Note, maxText); err != nil {
		return err
	}
	return checkClasses("resourceClassifiedAs", e.ClassifiedAs)
}

// checkImages refuses addresses of pictures that are not http, https or a
// path of this host: a script would be one.
func checkImages(image string, list []string) error {
	if len(list) > maxClasses {
		return fault.Invalidf("vf.too_many_classes", "imageList", "%d pictures; at most %d fit", len(list), maxClasses)
	}
	for n, address := range slices.Concat([]string{image}, list) {
		if address == "" && n == 0 {
			continue
		}
		field := "image"
		if n > 0 {
			field = "imageList"
		}
		if err := checkText(field, address, maxText); err != nil {
			return err
		}
		u, err := url.Parse(address)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "") || (u.Scheme == "" && !strings.HasPrefix(address, "/")) {
			return fault.Invalidf("vf.image", field, "%q is no address of a picture; it begins with https://, or with / for one of this host", clip(address))
		}
	}
	return nil
}

// checkDuration refuses a duration that is not in a unit of time.
func checkDuration(d *Amount) error {
	if d == nil {
		return nil
	}
	if err := checkAmount(&Event{}, d, "hasDuration"); err != nil {
		return err
	}
	if _, err := quantity.Convert(*d, "second-Time", quantity.HalfEven); err != nil {
		return fault.Invalidf("vf.duration_unit", "hasDuration", "%s is no duration; give it in minutes, hours or days", d)
	}
	return nil
}

// checkText refuses text that is too long, not UTF-8, or holds a NUL byte,
// which PostgreSQL cannot keep.
func checkText(field, text string, most int) error {
	switch {
	case len(text) > most:
		return fault.Invalidf("vf.text_too_long", field, "the text has %d bytes; at most %d fit", len(text), most)
	case !utf8.ValidString(text):
		return fault.Invalidf("vf.text_encoding", field, "%q is not UTF-8 text", clip(text))
	case strings.IndexByte(text, 0) >= 0:
		return fault.Invalidf("vf.text_encoding", field, "%q holds a NUL byte", clip(text))
	}
	return nil
}

func checkClasses(field string, classes []string) error {
	if len(classes) > maxClasses {
		return fault.Invalidf("vf.too_many_classes", field, "%d classifications; at most %d fit", len(classes), maxClasses)
	}
	for _, c := range classes {
		if c == "" {
			return fault.Invalidf("vf.empty_class", field, "a classification is empty")
		}
		if err := checkText(field, c, maxName); err != nil {
			return err
		}
	}
	return nil
}

func notPrintable(r rune) bool { return r <= ' ' || r == utf8.RuneError || r == 0x7f }

// set returns the texts sorted and each once; nil stays nil.
func set(texts []string) []string {
	if len(texts) < 2 {
		return texts
	}
	s := slices.Clone(texts)
	slices.Sort(s)
	return slices.Compact(s)
}

// exact is a time as it is kept: UTC, microseconds.
func exact(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Microsecond)
}
