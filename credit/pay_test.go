package credit

import (
	"testing"
)

// Bas mends Cleo's bicycle for two hours: Cleo goes below zero, Bas above.
// Cleo gardens for Dirk, and is back.
func TestCreditComesFromThoseWhoTrade(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		must(t, v.pays(v.cleo, v.bas, "2"))
		v.stands(v.cleo, "-2")
		v.stands(v.bas, "2")
		must(t, v.pays(v.dirk, v.cleo, "2.5"))
		v.stands(v.cleo, "0.5")
		v.stands(v.dirk, "-2.5")
	})
}

// A floor of -20 lets 20 hours leave and not a hundredth more; a ceiling of 40
// lets 40 arrive.
func TestInvariant2BandsHold(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		must(t, v.pays(v.cleo, v.bas, "20"))
		refused(t, v.pays(v.cleo, v.bas, "0.01"), "credit.spendable")
		must(t, v.pays(v.dirk, v.bas, "20"))
		refused(t, v.pays(v.ada, v.bas, "0.01"), "credit.cannot_receive")
		must(t, v.pays(v.bas, v.cleo, "40"))
		v.stands(v.bas, "0")
		v.stands(v.cleo, "20")
	})
}
