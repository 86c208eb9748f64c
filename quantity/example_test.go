package quantity_test

import (
	"fmt"

	"golang.org/x/text/language"

	"commonweal/quantity"
)

// Thirty euros over work worth 36.00, flour worth 5.00 and an oven worth 4.00.
func ExampleSplit() {
	ties := quantity.TieKeysFor("log entry 4711", []string{"ada", "ben", "chi"})
	euros := quantity.Unit("EUR")
	shares, err := quantity.Split(quantity.Of(30, euros), euros.Step(), []int64{3600, 500, 400}, ties)
	fmt.Println(shares, err)
	// Output: [24 EUR 3.33 EUR 2.67 EUR] <nil>
}

// A larger pot can lower a share, so a pot that is paid out again and again
// needs a rule of its own.
func ExampleCumulative() {
	weights, ids := []int64{1, 3, 3}, []string{"ada", "ben", "chi"}
	for _, total := range []int64{3, 4} {
		shares, _ := quantity.ApportionInt64(total, weights, quantity.TieKeysFor("pot", ids))
		fmt.Println(total, "at once:", shares)
	}
	pot := quantity.Cumulative{DistributionID: "pot", Receivers: ids, Weights: weights}
	first, _ := pot.Pay(3)
	then, _ := pot.Pay(1)
	fmt.Println("3, then 1:", first, then)
	// Output:
	// 3 at once: [1 1 1]
	// 4 at once: [0 2 2]
	// 3, then 1: [1 1 1] [0 0 1]
}

func ExampleParseLocal() {
	for _, text := range []string{"1.234,56", "1:30", "1.234"} {
		hours, err := quantity.ParseLocal(language.Dutch, text, quantity.Hour)
		fmt.Println(hours.Decimal(), err)
	}
	// Output:
	// 1234.56 <nil>
	// 1.5 <nil>
	// 0 "1.234" can mean 1234 or 1,234; write one of these
}

func ExampleConvert() {
	flour, err := quantity.Convert(quantity.Of(5, "poundAvoirdupois"), "kilogram", quantity.HalfEven)
	fmt.Println(flour, err)
	_, err = quantity.Convert(quantity.Of(2, quantity.CareHour), quantity.Hour, quantity.HalfEven)
	fmt.Println(err)
	// Output:
	// 2.267962 kilogram <nil>
	// unit: careHour (care time) does not convert to hour (time); only a named rate can relate them
}
