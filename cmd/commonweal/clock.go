//go:build !movableclock

package main

import "time"

// machineClock returns nil: the program goes by the machine's clock.
func machineClock() func() time.Time { return nil }
