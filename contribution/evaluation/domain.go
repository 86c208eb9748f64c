package evaluation

import (
	"maps"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// Domains is the tree of fields in which karma is earned: domain → parent. A
// domain that is nobody's child has the parent "", the whole commons. Karma
// counts in its domain and in all that lie above.
type Domains map[string]string

// Check refuses a parent that is not a domain, and a circle.
func (d Domains) Check() error {
	for _, name := range slices.Sorted(maps.Keys(d)) {
		if name == "" {
			return fault.Invalidf("evaluation.bad_domain", "domains", "a domain needs a name; the empty one is the whole commons")
		}
		path := []string{name}
		for at := d[name]; at != ""; at = d[at] {
			if _, known := d[at]; !known {
				return fault.NotFoundf("evaluation.unknown_domain", "domains", "the domain %q lies in %q, which is not a domain", path[len(path)-1], at)
			}
			if slices.Contains(path, at) {
				return fault.Invalidf("evaluation.domain_cycle", "domains", "domains lie in each other in a circle: %s", strings.Join(append(path, at), " in "))
			}
			path = append(path, at)
		}
	}
	return nil
}

// known refuses a name that is neither a domain nor the whole commons.
func (d Domains) known(name string) error {
	if _, ok := d[name]; !ok && name != "" {
		return fault.NotFoundf("evaluation.unknown_domain", "domain", "%q is not a domain of this commons", name)
	}
	return nil
}

// within returns the domain and all that lie below it.
func (d Domains) within(domain string) map[string]bool {
	in := map[string]bool{domain: true}
	for name := range d {
		for at := name; ; at = d[at] {
			if at == domain {
				in[name] = true
			}
			if at == "" {
				break
			}
		}
	}
	return in
}
