package web

import (
	"html/template"
)

// icon makes a decorative icon from the sprite; the words beside it carry the
// meaning. Names are those of Lucide, see assets/icons.json.
func (in *instance) icon(name string) template.HTML {
	return template.HTML(`<svg class="icon" width="20" height="20" aria-hidden="true" focusable="false"><use href="` +
		template.HTMLEscapeString(in.q.shell.assets.Path("icons.svg")+"#"+name) + `"></use></svg>`)
}
