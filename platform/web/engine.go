package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// engine holds every page of every room, each parsed with the layout, the
// components and the room's partials (pages/_*.html).
//
// The functions of a template (t, amount, path, ...) depend on the request.
// html/template binds functions to a template, so each page keeps a few
// instances and lends each to one request at a time.
type engine struct {
	base  *template.Template // layout and components
	pages map[string]*pageTemplate
}

// pageTemplate is one page file and its idle instances.
type pageTemplate struct {
	pristine *template.Template   // never executed, so that it can be cloned
	own      []*template.Template // those of the page and its room, without layout and components
	mu       sync.Mutex
	idle     []*instance
}

// idleLimit is how many instances of a page wait for the next request.
const idleLimit = 8

// instance is a page's templates, bound to one request while lent out.
type instance struct {
	set     *template.Template
	q       *Request
	summary *Form // whose errors are to be summed up in this page
}

// layoutView is what the layout sees; Data reaches the page's own body as its dot.
type layoutView struct {
	Page
	Frame frame
}

func newEngine(rooms []Room) (*engine, error) {
	base, err := template.New("base").Funcs((&instance{}).funcs()).ParseFS(ownFiles, "layout/*.html", "components/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	e := &engine{base, map[string]*pageTemplate{}}
	for _, room := range rooms {
		if room.Pages == nil {
			continue
		}
		if err := e.addRoom(room); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func (e *engine) addRoom(room Room) error {
	names, err := fs.Glob(room.Pages, "pages/*.html")
	if err != nil {
		return err
	}
	partials, err := sharing(e.base)
	if err != nil {
		return err
	}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			if _, err := parseAs(partials, room, name, path.Base(name)); err != nil {
				return err
			}
		}
	}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		set, err := sharing(partials)
		if err != nil {
			return err
		}
		if set, err = parseAs(set, room, name, "content"); err != nil {
			return err
		}
		p := &pageTemplate{pristine: set, own: beyond(e.base, set)}
		for _, t := range p.own {
			if err := namesDefined(set, t); err != nil {
				return fmt.Errorf("web: %s/%s: %w", room.Word, name, err)
			}
		}
		e.pages[room.Word+"/"+path.Base(name)] = p
	}
	return nil
}

// sharing returns a set with the templates of another one. They have their
// trees in common, so it must not be executed, only cloned: copies of the
// layout in each of some hundred pages would take megabytes.
func sharing(set *template.Template) (*template.Template, error) {
	out := template.New(set.Name()).Funcs((&instance{}).funcs())
	for _, t := range set.Templates() {
		if t.Tree == nil {
			continue
		}
		if _, err := out.AddParseTree(t.Name(), t.Tree); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// parseAs parses a file of the room into the set under the name.
func parseAs(set *template.Template, room Room, file, name string) (*template.Template, error) {
	text, err := fs.ReadFile(room.Pages, file)
	if err != nil {
		return nil, err
	}
	if _, err := set.New(name).Parse(string(text)); err != nil {
		return nil, fmt.Errorf("web: %s: %w", room.Word, err)
	}
	return set, nil
}

// beyond lists the templates of the set that the base does not have.
func beyond(base, set *template.Template) []*template.Template {
	var own []*template.Template
	for _, t := range set.Templates() {
		if t.Tree != nil && base.Lookup(t.Name()) == nil {
			own = append(own, t)
		}
	}
	return own
}

// all visits every template once: layout and components, then each page's own.
func (e *engine) all(visit func(*template.Template)) {
	for _, t := range e.base.Templates() {
		if t.Tree != nil {
			visit(t)
		}
	}
	for _, p := range e.pages {
		for _, t := range p.own {
			visit(t)
		}
	}
}

// lend returns an instance bound to the request; give it back with back.
func (p *pageTemplate) lend(q *Request) (*instance, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		in := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		in.q = q
		return in, nil
	}
	p.mu.Unlock()
	set, err := p.pristine.Clone()
	if err != nil {
		return nil, err
	}
	in := &instance{set: set, q: q}
	set.Funcs(in.funcs())
	return in, nil
}

func (p *pageTemplate) back(in *instance) {
	in.q = nil
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) < idleLimit {
		p.idle = append(p.idle, in)
	}
}

// page executes a page: whole in its layout, or its body and title for htmx.
func (e *engine) page(w io.Writer, q *Request, p Page, part bool) error {
	layout := "layout.html"
	if part {
		layout = "part.html"
	}
	f, err := q.frame(p)
	if err != nil {
		return err
	}
	return e.execute(w, q, p.Template, layout, layoutView{p, f})
}

// fragment executes one named template of a page's file.
func (e *engine) fragment(w io.Writer, q *Request, name string, data any) error {
	file, part, found := strings.Cut(name, "#")
	if !found {
		part = "content"
	}
	return e.execute(w, q, file, part, data)
}

func (e *engine) execute(w io.Writer, q *Request, file, name string, data any) error {
	p, ok := e.pages[file]
	if !ok {
		return fmt.Errorf("web: no template %q; a room's pages are named WORD/FILE.html", file)
	}
	in, err := p.lend(q)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := in.set.ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("web: %s: %w", file, err) // the instance may be half escaped: drop it
	}
	page, err := in.summarize(b.Bytes())
	if err != nil {
		return fmt.Errorf("web: %s: %w", file, err)
	}
	p.back(in)
	_, err = w.Write(page)
	return err
}

// component executes a component with its properties, for the functions
// that make components.
func (in *instance) component(name string, props any) (template.HTML, error) {
	var b bytes.Buffer
	err := in.set.ExecuteTemplate(&b, "component/"+name, props)
	return template.HTML(b.String()), err // made by html/template: already escaped
}
