package graphqlroom

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"commonweal/platform/fault"
	"commonweal/platform/web"
)

// typeView is one type of the schema as the reference shows it.
type typeView struct {
	Name, Kind, Text string
	Fields           []fieldView
	Values           []fieldView // of an enum
	Possible         []string    // of an interface or union
	Interfaces       []string
}

// fieldView is one field, input or enum value.
type fieldView struct {
	Name, Text, Type, Of string // Of is the named type, which has a page
	Args                 []fieldView
	Default              string
	Needs                string // the capability, when it has one of its own
	Gone                 string // why it is deprecated
}

// plumbing reports whether a type only holds a page of another one together.
func plumbing(name string) bool {
	return strings.HasSuffix(name, "Connection") || strings.HasSuffix(name, "Edge")
}

// types lists the types, or those in whose name or fields something is found.
func (e *endpoint) types(q *web.Request) error {
	f := q.Form()
	find := strings.ToLower(strings.TrimSpace(f.Raw("find")))
	groups := map[string][]typeView{}
	for _, name := range e.typeNames() {
		if v := e.typeView(name); find == "" && !plumbing(name) || find != "" && v.has(find) {
			groups[v.Kind] = append(groups[v.Kind], v)
		}
	}
	type group struct {
		Title string
		Types []typeView
	}
	var list []group
	for _, kind := range []string{"OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "SCALAR"} {
		if len(groups[kind]) > 0 {
			list = append(list, group{q.T("graphql.kind." + strings.ToLower(kind)), groups[kind]})
		}
	}
	return q.Render(web.Page{Template: "graphql/types.html", Title: q.T("graphql.types.title"), Crumbs: crumbs(q), Data: map[string]any{"Form": f, "Groups": list}})
}

// typePage shows one type.
func (e *endpoint) typePage(q *web.Request) error {
	name := q.R.PathValue("type")
	if !slices.Contains(e.typeNames(), name) {
		return fault.NotFoundf("graphql.no_type", "", "the API has no type %.60q", name)
	}
	back := append(crumbs(q), web.Crumb{Label: q.T("graphql.types.title"), Path: q.Path("api", "types")})
	return q.Render(web.Page{Template: "graphql/type.html", Title: name, Crumbs: back, Data: e.typeView(name)})
}

func crumbs(q *web.Request) []web.Crumb {
	return []web.Crumb{{Label: q.T("graphql.explorer.title"), Path: q.Path("api")}}
}

// typeNames are the types of the schema in order, without those of introspection:
// Query and Mutation first.
func (e *endpoint) typeNames() []string {
	names := []string{"Query", "Mutation"}
	var rest []string
	for name := range e.schema.AST().Types {
		if !strings.HasPrefix(name, "__") && !slices.Contains(names, name) {
			rest = append(rest, name)
		}
	}
	slices.Sort(rest)
	return append(names, rest...)
}

func (e *endpoint) typeView(name string) typeView {
	def := e.schema.AST().Types[name]
	v := typeView{Name: name, Kind: string(def.Kind), Text: def.Description, Interfaces: def.Interfaces}
	for _, f := range def.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		view := fieldView{Name: f.Name, Text: f.Description, Type: f.Type.String(), Of: f.Type.Name(), Needs: string(e.schema.Needs(name, f.Name)), Gone: gone(f.Directives)}
		if f.DefaultValue != nil {
			view.Default = f.DefaultValue.String()
		}
		for _, a := range f.Arguments {
			arg := fieldView{Name: a.Name, Text: a.Description, Type: a.Type.String(), Of: a.Type.Name()}
			if a.DefaultValue != nil {
				arg.Default = a.DefaultValue.String()
			}
			view.Args = append(view.Args, arg)
		}
		v.Fields = append(v.Fields, view)
	}
	for _, x := range def.EnumValues {
		v.Values = append(v.Values, fieldView{Name: x.Name, Text: x.Description, Gone: gone(x.Directives)})
	}
	if def.Kind == ast.Interface || def.Kind == ast.Union {
		for _, p := range e.schema.AST().GetPossibleTypes(def) {
			v.Possible = append(v.Possible, p.Name)
		}
		slices.Sort(v.Possible)
	}
	return v
}

// gone says why something is deprecated; "" when it is not.
func gone(directives ast.DirectiveList) string {
	d := directives.ForName("deprecated")
	if d == nil {
		return ""
	}
	if reason := d.Arguments.ForName("reason"); reason != nil {
		return reason.Value.Raw
	}
	return "No longer supported"
}

// has reports whether the name or a field of a type holds the text.
func (v typeView) has(text string) bool {
	holds := func(f fieldView) bool { return strings.Contains(strings.ToLower(f.Name), text) }
	return strings.Contains(strings.ToLower(v.Name), text) || slices.ContainsFunc(v.Fields, holds) || slices.ContainsFunc(v.Values, holds)
}
