package e2e_test

// opensRound asks colleagues what contributions were worth to them.
func (v *visitor) opensRound() {
	v.t.Helper()
	v.open("/c/windworks/contribution/rounds")
	v.look("no-rounds")
	v.press("Open a round")
	v.press("Quick 1 to 5…")
	v.fill("name", "First round")
	v.look("round-form")
	v.press("Open the round")
	v.sees("First round", "Under way")
	v.look("round")
}

// evaluates follows the word on the home page and gives a mark to each
// contribution that the lot gave to this person.
func (v *visitor) evaluates(marks ...string) {
	v.t.Helper()
	v.open("/c/windworks")
	v.look("home")
	v.press("Evaluate…")
	for _, mark := range marks {
		v.look("evaluate")
		v.press(mark)
	}
	v.sees("All done.")
	v.look("evaluated")
}

// closesRound counts the answers.
func (v *visitor) closesRound() {
	v.t.Helper()
	v.open("/c/windworks/contribution/rounds")
	v.press("First round")
	v.press("Close now")
	v.sees("The round is closed and counted.", "Results")
	v.look("results")
	v.open("/c/windworks/contribution/karma")
	v.sees("Joris Example", "Noor Example")
	v.look("karma")
}
