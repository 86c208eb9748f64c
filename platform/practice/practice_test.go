package practice

import (
	"slices"
	"testing"
	"testing/fstest"

	"commonweal/platform/auth"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

func TestHouseGathersItsRooms(t *testing.T) {
	files := fstest.MapFS{"messages/en.toml": {Data: []byte("")}}
	house := House{
		{Word: "books", Grants: []auth.Grant{{Capability: "books.read"}}, Schema: store.Schema{Room: "books", Files: files}},
		{Word: "credit", Practice: true, Grants: []auth.Grant{{Capability: "credit.pay", Least: auth.Member}},
			Web: web.Room{Messages: files}, Jobs: []job.Kind{{Name: "credit.clear"}}},
	}
	if got := house.Words(); !slices.Equal(got, []string{"credit"}) {
		t.Errorf("practices %v", got)
	}
	if got := house.Schemas(); len(got) != 1 || got[0].Room != "books" {
		t.Errorf("schemas %v", got)
	}
	if got := house.Pages(); len(got) != 1 || got[0].Word != "credit" || !got[0].Practice {
		t.Errorf("pages %+v", got)
	}
	if got := house.Jobs(); len(got) != 1 || got[0].Name != "credit.clear" {
		t.Errorf("jobs %v", got)
	}
	member := house.Table().As(auth.Identity{Role: auth.Member})
	if !member.Can("credit.pay") || !member.Can("books.read") || member.Can("credit.other") {
		t.Error("the table does not hold the rooms' grants")
	}
}
