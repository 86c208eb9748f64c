package web

import (
	"fmt"
	"html/template"
	"slices"
	"text/template/parse"

	"commonweal/assets"
)

// icon makes a decorative icon from the sprite; the words beside it carry the
// meaning. Names are those of Lucide, see assets/icons.json.
func (in *instance) icon(name string) template.HTML {
	return template.HTML(`<svg class="icon" width="20" height="20" aria-hidden="true" focusable="false"><use href="` +
		template.HTMLEscapeString(in.q.shell.assets.Path("icons.svg")+"#"+name) + `"></use></svg>`)
}

// checkIcons reports icons that the sprite does not have: those of the rail
// and those that stand as constants in templates.
func (s *Shell) checkIcons() error {
	known := append(assets.Icons(), "mark")
	var unknown string
	check := func(name string) {
		if !slices.Contains(known, name) {
			unknown = name
		}
	}
	for _, room := range s.rooms {
		for _, item := range room.Nav {
			check(item.Icon)
		}
	}
	s.engine.all(func(t *template.Template) {
		walk(t.Tree.Root, func(n parse.Node) { iconNames(n, check) })
	})
	if unknown != "" {
		return fmt.Errorf("web: there is no icon %q; the names are in assets/icons.json", unknown)
	}
	return nil
}

// iconNames visits the constant x of {{icon "x"}} and of the property "icon" "x".
func iconNames(n parse.Node, visit func(string)) {
	cmd, ok := n.(*parse.CommandNode)
	if !ok {
		return
	}
	for i := 0; i+1 < len(cmd.Args); i++ {
		call, isCall := cmd.Args[i].(*parse.IdentifierNode)
		property, isProperty := cmd.Args[i].(*parse.StringNode)
		if (i == 0 && isCall && call.Ident == "icon") || (i > 0 && isProperty && property.Text == "icon") {
			if name, ok := cmd.Args[i+1].(*parse.StringNode); ok {
				visit(name.Text)
			}
		}
	}
}
