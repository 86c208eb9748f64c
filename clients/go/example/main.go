package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"slices"

	commonweal "commonweal/clients/go"
)

func main() {
	ctx := context.Background()
	c := commonweal.Client{URL: os.Getenv("COMMONWEAL_URL"), Token: os.Getenv("COMMONWEAL_TOKEN")}
	who, err := commonweal.Me(ctx, c.GraphQL())
	check(err)
	me := (*who.MyAgent).GetId()

	ride := commonweal.Event{Action: "work", Provider: me, Receiver: me, EffortQuantity: &commonweal.Amount{Unit: "hour", Value: "1.5"}, Note: "drove the van"}
	nothing := commonweal.Event{Action: "work", Provider: me, Receiver: me}
	why := ""
	sum, err := c.Record(ctx, "", slices.Values([]commonweal.Event{ride, nothing, ride}), func(r commonweal.Refused) { why = r.Error.Code })
	check(err)
	fmt.Printf("recorded %d, refused %d (%s)\n", sum.Recorded, sum.Refused, why)

	key, name := "potatoes-1", "Potatoes"
	harvest := &commonweal.EconomicEventInput{Action: commonweal.ActionRaise, Provider: me, Receiver: me, ResourceQuantity: &commonweal.MeasureInput{HasNumericalValue: "12.5", HasUnit: "kilogram"}}
	potatoes := &commonweal.NewResourceInput{Name: &name, ClassifiedAs: []string{"https://www.wikidata.org/wiki/Q16587531"}}
	made, err := commonweal.RecordEvent(ctx, c.GraphQL(), harvest, potatoes, &key)
	check(err)
	stock := made.CreateEconomicEvent.EconomicResource
	fmt.Printf("%s: %s %s\n", *stock.Name, stock.OnhandQuantity.HasNumericalValue, stock.OnhandQuantity.HasUnit.Symbol)

	for h, err := range c.Happened(ctx, -1, "vf.record") {
		check(err)
		fmt.Printf("first in the log: %s\n", h.Act)
		break
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
