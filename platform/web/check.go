package web

import (
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"text/template/parse"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// namesDefined reports the first template that t calls and nobody defines.
func namesDefined(set, t *template.Template) (err error) {
	walk(t.Tree.Root, func(n parse.Node) {
		if call, ok := n.(*parse.TemplateNode); ok && set.Lookup(call.Name) == nil && err == nil {
			err = fmt.Errorf("template %q is used but not defined", call.Name)
		}
	})
	return err
}

// required are the languages without which the program does not start; for the
// others a gap is shown in English, and a test of the whole program finds it.
var required = []language.Tag{language.English, language.Dutch}

// checkKeys reports every message that a template or the rail names and that
// is missing in a required language, and catalogues that disagree.
func (s *Shell) checkKeys() error {
	var gaps []string
	for _, key := range s.usedKeys() {
		for _, tag := range required {
			if _, ok := s.messages.byLang[tag][key]; !ok {
				gaps = append(gaps, fmt.Sprintf("%s is missing in %s", key, tag))
			}
		}
	}
	gaps = append(gaps, s.messages.disagreements()...)
	if len(gaps) > 0 {
		slices.Sort(gaps)
		return fmt.Errorf("web: messages:\n  %s", strings.Join(slices.Compact(gaps), "\n  "))
	}
	return nil
}

// usedKeys lists the keys that stand as constants in templates ({{t "key"}})
// and in the rail.
func (s *Shell) usedKeys() []string {
	seen := map[string]bool{}
	for _, room := range s.rooms {
		for _, item := range room.Nav {
			seen[item.Label] = true
		}
	}
	s.engine.all(func(t *template.Template) {
		walk(t.Tree.Root, func(n parse.Node) { collectKey(n, seen) })
	})
	keys := make([]string, 0, len(seen))
	for key := range seen {
		keys = append(keys, key)
	}
	return keys
}

// collectKey adds the constant first argument of a call of t.
func collectKey(n parse.Node, seen map[string]bool) {
	cmd, ok := n.(*parse.CommandNode)
	if !ok || len(cmd.Args) < 2 {
		return
	}
	if f, ok := cmd.Args[0].(*parse.IdentifierNode); !ok || f.Ident != "t" {
		return
	}
	if key, ok := cmd.Args[1].(*parse.StringNode); ok {
		seen[key.Text] = true
	}
}

// disagreements lists keys that one required language has and another lacks,
// and messages whose placeholders differ from English, in any language.
func (c *catalogue) disagreements() []string {
	var out []string
	english := c.byLang[language.English]
	for tag, messages := range c.byLang {
		for key, m := range messages {
			e, ok := english[key]
			if !ok {
				out = append(out, fmt.Sprintf("%s is in %s but not in English", key, tag))
			} else if want, got := e.placeholders(), m.placeholders(); !slices.Equal(want, got) {
				out = append(out, fmt.Sprintf("%s has {%s} in English but {%s} in %s",
					key, strings.Join(want, "} {"), strings.Join(got, "} {"), tag))
			}
		}
	}
	for _, tag := range required {
		for key := range english {
			if _, ok := c.byLang[tag][key]; !ok {
				out = append(out, fmt.Sprintf("%s is missing in %s", key, tag))
			}
		}
	}
	return out
}

// Gaps lists what a language lacks: messages that English has, and plural forms
// that the language tells apart and a message does not.
func (s *Shell) Gaps(tag language.Tag) []string {
	var gaps []string
	forms := pluralForms(tag)
	for key, english := range s.messages.byLang[language.English] {
		m, ok := s.messages.byLang[tag][key]
		if !ok {
			gaps = append(gaps, key+" is missing")
			continue
		}
		for _, form := range forms {
			if _, has := m[form]; !has && len(english) > 1 {
				gaps = append(gaps, fmt.Sprintf("%s lacks the plural form %q", key, form))
			}
		}
	}
	slices.Sort(gaps)
	return gaps
}

// pluralForms are the plural forms of whole numbers in a language, sorted.
func pluralForms(tag language.Tag) []string {
	seen := map[string]bool{}
	for n := range 200 {
		got := plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)
		for word, form := range pluralWords {
			if form == got {
				seen[word] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// walk visits every node of a template, calls in arguments included.
func walk(n parse.Node, visit func(parse.Node)) {
	if n == nil {
		return
	}
	visit(n)
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, c := range n.Nodes {
				walk(c, visit)
			}
		}
	case *parse.ActionNode:
		walkPipe(n.Pipe, visit)
	case *parse.IfNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.RangeNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.WithNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.TemplateNode:
		walkPipe(n.Pipe, visit)
	case *parse.PipeNode:
		walkPipe(n, visit)
	case *parse.CommandNode:
		for _, a := range n.Args {
			walk(a, visit)
		}
	}
}

func walkBranch(n *parse.BranchNode, visit func(parse.Node)) {
	walkPipe(n.Pipe, visit)
	walk(n.List, visit)
	if n.ElseList != nil {
		walk(n.ElseList, visit)
	}
}

func walkPipe(p *parse.PipeNode, visit func(parse.Node)) {
	if p == nil {
		return
	}
	for _, c := range p.Cmds {
		walk(c, visit)
	}
}
