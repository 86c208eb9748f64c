package web

import (
	"net/http"
	"strings"

	"commonweal/platform/commons"
)

// host is the page of the host: its commons, or the only door when there is one.
func (s *Shell) host(q *Request) error {
	var list []commons.Commons
	if s.config.CommonsOf != nil {
		var err error
		if list, err = s.config.CommonsOf(q.R.Context(), q.Who.Account); err != nil {
			return err
		}
	}
	return q.Render(Page{Template: "web/host.html", Title: q.T("web.host.title"), Data: list})
}

// homeView is the home of a commons: what needs me, the state in figures, what happened.
type homeView struct {
	Commons   commons.Commons
	Attention []Attention
	Figures   []Figure
	Recent    []Happening
	Begin     []Beginning // empty once the commons is under way
	Young     bool        // little has happened yet
	Signed    bool
}

func (s *Shell) home(q *Request) error {
	v := homeView{Commons: q.Commons, Signed: q.Who.Account != ""}
	for _, room := range s.rooms {
		if !q.on(room) {
			continue
		}
		if room.Attention != nil {
			got, err := room.Attention(q)
			if err != nil {
				return err
			}
			v.Attention = append(v.Attention, got...)
		}
		if room.Figures != nil {
			got, err := room.Figures(q)
			if err != nil {
				return err
			}
			v.Figures = append(v.Figures, got...)
		}
	}
	var err error
	if s.config.Recent != nil {
		if v.Recent, err = s.config.Recent(q, recentMost); err != nil {
			return err
		}
	}
	if v.Young = len(v.Recent) < recentMost; v.Young {
		if v.Begin, err = s.begin(q); err != nil {
			return err
		}
	}
	return q.Render(Page{Template: "web/home.html", Title: q.T("web.nav.home"), Active: atHome, Data: v})
}

// recentMost is how many acts the home tells; a commons with fewer is young.
const recentMost = 12

// begin lists the first steps of all rooms; none once all are done.
func (s *Shell) begin(q *Request) (all []Beginning, err error) {
	left := false
	for _, room := range s.rooms {
		if room.Begin == nil || !q.on(room) {
			continue
		}
		list, err := room.Begin(q)
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			left = left || !b.Done
		}
		all = append(all, list...)
	}
	if !left {
		return nil, nil
	}
	return all, nil
}

// slashless leads /c/x/ to /c/x.
func (s *Shell) slashless(q *Request) error {
	http.Redirect(q.W, q.R, q.Path(), http.StatusMovedPermanently)
	return nil
}

// searchLimit is how many hits each room may give.
const searchLimit = 20

// searchView is the page, and the palette's list.
type searchView struct {
	Text string
	Hits []Hit
	Form *Form
}

func (s *Shell) search(q *Request) error {
	f := q.Form()
	v := searchView{Text: f.Text("q", Max(200)), Form: f}
	part := q.R.Header.Get("HX-Request") == "true"
	if v.Text != "" || part { // the palette begins with every place
		hits, err := s.find(q, v.Text)
		if err != nil {
			return err
		}
		v.Hits = hits
	}
	if q.WantsJSON() {
		return q.JSON(v.Hits)
	}
	if part {
		return q.Fragment("web/search.html#hits", v)
	}
	return q.Render(Page{Template: "web/search.html", Title: q.T("web.search.title"), Data: v})
}

// find asks every room, places of the rail first; an empty text finds those.
func (s *Shell) find(q *Request, text string) ([]Hit, error) {
	var hits []Hit
	needle := strings.ToLower(text)
	for _, item := range s.rail(q, "") {
		if strings.Contains(strings.ToLower(item.Label), needle) {
			hits = append(hits, Hit{Kind: q.T("web.search.page"), Label: item.Label, Path: item.Href})
		}
	}
	for _, room := range s.rooms {
		if text == "" || room.Search == nil || !q.on(room) {
			continue
		}
		got, err := room.Search(q, text, searchLimit)
		if err != nil {
			return nil, err
		}
		hits = append(hits, got[:min(len(got), searchLimit)]...)
	}
	return hits, nil
}
