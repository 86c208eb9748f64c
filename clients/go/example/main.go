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
	c := commonweal.Client{URL: os.Getenv("COMMONWEAL_URL"), Token: os.Getenv("COMMONWEAL_TOKEN")}
	me := os.Getenv("COMMONWEAL_AGENT")
	ride := commonweal.Event{Action: "work", Provider: me, Receiver: me, EffortQuantity: &commonweal.Amount{Unit: "hour", Value: "1.5"}, Note: "drove the van"}
	nothing := commonweal.Event{Action: "work", Provider: me, Receiver: me}
	why := ""
	sum, err := c.Record(context.Background(), "", slices.Values([]commonweal.Event{ride, nothing, ride}), func(r commonweal.Refused) { why = r.Error.Code })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("recorded %d, refused %d (%s)\n", sum.Recorded, sum.Refused, why)
}
