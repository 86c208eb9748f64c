package web

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"commonweal/platform/fault"
)

// catalogue is every message of every room, by language. Keys are the room's
// word and the path in its file: log.title in contribution/messages/en.toml
// is "contribution.log.title".
type catalogue struct {
	byLang   map[language.Tag]map[string]wording
	wordings map[language.Tag]map[string]string // of refusals, by their English
	tags     []language.Tag                     // those with at least one message, English first
	matcher  language.Matcher
}

// wording is one text by plural category of CLDR; a text without plurals has
// only "other". Placeholders are {name}.
type wording map[string]string

// pluralWords are CLDR's categories; a TOML table of these is one message.
var pluralWords = map[string]plural.Form{
	"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many, "other": plural.Other,
}

func loadMessages(rooms []Room) (*catalogue, error) {
	c := &catalogue{byLang: map[language.Tag]map[string]wording{}, wordings: map[language.Tag]map[string]string{}}
	for _, tag := range Languages {
		c.byLang[tag], c.wordings[tag] = map[string]wording{}, map[string]string{}
		for _, room := range rooms {
			if room.Messages == nil {
				continue
			}
			if err := c.load(room, tag); err != nil {
				return nil, err
			}
		}
		if len(c.byLang[tag]) > 0 {
			c.tags = append(c.tags, tag)
		}
	}
	if len(c.tags) == 0 {
		c.tags = Languages[:1]
	}
	c.matcher = language.NewMatcher(c.tags)
	return c, nil
}

// load reads a room's messages in a language: messages/en.toml and, for a room
// with many pages, messages/SUBJECT.en.toml beside it. A room may lack a
// language; checkKeys insists on the needed ones. messages/wording.nl.toml
// translates what the rules say themselves, by their English (see Say).
func (c *catalogue) load(room Room, tag language.Tag) error {
	names, err := fs.Glob(room.Messages, "messages/*."+tag.String()+".toml")
	if err != nil {
		return err
	}
	for _, name := range append([]string{path.Join("messages", tag.String()+".toml")}, names...) {
		text, err := fs.ReadFile(room.Messages, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var tree map[string]any
		if err == nil {
			err = toml.Unmarshal(text, &tree)
		}
		if err == nil && strings.HasPrefix(path.Base(name), "wording.") {
			err = addWordings(c.wordings[tag], tree)
		} else if err == nil {
			err = flatten(c.byLang[tag], room.Word, tree)
		}
		if err != nil {
			return fmt.Errorf("web: %s/%s: %w", room.Word, name, err)
		}
	}
	return nil
}

// addWordings takes up translations: {1} stands for the first blank of the
// English. A blank that is not there is refused; other braces are text.
func addWordings(into map[string]string, tree map[string]any) error {
	for english, v := range tree {
		text, ok := v.(string)
		if !ok || text == "" {
			return fmt.Errorf("%q has no text", english)
		}
		blanks := len(fault.Verbs(english))
		for _, name := range (wording{"other": text}).placeholders() {
			if n, err := strconv.Atoi(name); err == nil && (n < 1 || n > blanks) {
				return fmt.Errorf("%q has %d blanks, its translation names {%s}", english, blanks, name)
			}
		}
		if had, twice := into[english]; twice && had != text {
			return fmt.Errorf("%q is translated twice", english)
		}
		into[english] = text
	}
	return nil
}

func flatten(into map[string]wording, prefix string, tree map[string]any) error {
	for key, v := range tree {
		full := prefix + "." + key
		switch v := v.(type) {
		case string:
			into[full] = wording{"other": v}
		case map[string]any:
			m, err := asPlural(v)
			if err != nil {
				return fmt.Errorf("%s: %w", full, err)
			}
			if m != nil {
				into[full] = m
			} else if err := flatten(into, full, v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s is %T; a message is a string or a table of plural forms", full, v)
		}
	}
	return nil
}

// asPlural returns the message when the table holds nothing but plural forms.
func asPlural(tree map[string]any) (wording, error) {
	m := wording{}
	for key, v := range tree {
		text, ok := v.(string)
		if _, isForm := pluralWords[key]; !isForm || !ok {
			return nil, nil
		}
		m[key] = text
	}
	if m["other"] == "" && len(m) > 0 {
		return nil, fmt.Errorf(`a message with plural forms needs "other"`)
	}
	return m, nil
}

// match returns the best language that has messages.
func (c *catalogue) match(wish []language.Tag) language.Tag {
	_, i, confidence := c.matcher.Match(wish...)
	if confidence == language.No {
		return c.tags[0]
	}
	return c.tags[i]
}

// find returns the message in the language, else in English.
func (c *catalogue) find(tag language.Tag, key string) (wording, bool) {
	if m, ok := c.byLang[tag][key]; ok {
		return m, true
	}
	m, ok := c.byLang[Languages[0]][key]
	return m, ok
}

// T returns a message in the reader's language. args are names and values for
// its {placeholders}; the value named "n" chooses the plural form. A key
// without a message is returned as it is, so that the gap is seen.
func (q *Request) T(key string, args ...any) string {
	m, ok := q.shell.messages.find(q.Lang, key)
	if !ok {
		return key
	}
	text := m["other"]
	if len(m) > 1 {
		text = m.form(q.Lang, args)
	}
	if len(args) == 0 {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, "{"+fmt.Sprint(args[i])+"}", q.shown(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// form picks the plural form for the argument named "n".
func (m wording) form(tag language.Tag, args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != "n" {
			continue
		}
		digits := strings.TrimPrefix(fmt.Sprint(args[i+1]), "-")
		n, err := strconv.Atoi(digits)
		if err != nil {
			break
		}
		got := plural.Cardinal.MatchPlural(tag, n%10_000_000, 0, 0, 0, 0)
		for word, f := range pluralWords {
			if text, has := m[word]; has && f == got {
				return text
			}
		}
	}
	return m["other"]
}

// placeholders returns the names a message needs, sorted, each once.
func (m wording) placeholders() []string {
	var names []string
	for _, text := range m {
		for rest := text; ; {
			_, after, found := strings.Cut(rest, "{")
			if !found {
				break
			}
			name, tail, closed := strings.Cut(after, "}")
			if closed && !slices.Contains(names, name) {
				names = append(names, name)
			}
			rest = tail
		}
	}
	slices.Sort(names)
	return names
}
