// Package commonsroom is the pages of commons: founding one and changing its
// settings. It is a package of its own because the shell it renders with
// stands on commons.
package commonsroom
