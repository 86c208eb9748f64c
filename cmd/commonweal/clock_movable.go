//go:build movableclock

package main

import (
	"os"
	"strings"
	"time"
)

// machineClock is the clock of a program built with -tags movableclock, which
// tests build to move it and nobody else should: the file that
// COMMONWEAL_CLOCK_OFFSET names holds a duration, such as -24h, that is added
// to the machine's time. It may change while the program runs; no file, or no
// duration in it, means 0. The programs that people run know none of this.
func machineClock() func() time.Time {
	path := os.Getenv("COMMONWEAL_CLOCK_OFFSET")
	return func() time.Time {
		text, _ := os.ReadFile(path)
		offset, _ := time.ParseDuration(strings.TrimSpace(string(text)))
		return time.Now().Add(offset)
	}
}
