package market

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
)

// CheckPayment refuses what is no payment link: the address of a page, or a payto
// address (RFC 8905), which names an account. Empty is none. Invalid: federation.payment.
func CheckPayment(link string) error {
	if link == "" || isPayment(link) {
		return nil
	}
	return fault.Invalidf("federation.payment", "payment", "%.100q is no payment link; it begins with https:// or payto://", link)
}

// isPayment reports whether a text may be followed as a payment link.
func isPayment(link string) bool {
	u, err := url.Parse(link)
	odd := strings.ContainsFunc(link, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' })
	if err != nil || odd || len(link) > maxAddress || u.Host == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "payto"
}

// paymentLink is a payment link as FEP-0ea0 writes it: in attachment of a proposal,
// in url of an agreement.
func paymentLink(link string) map[string]any {
	return map[string]any{"type": "Link", "name": "Payment", "href": link, "rel": "payment"}
}

// readPayment returns the first payment link in a member of a document: an address, or
// a Link whose relations include payment. Another scheme than https and payto is no link.
func readPayment(o activitypub.Object, member string) string {
	if text := o.Text(member); text != "" {
		return only(text)
	}
	for _, l := range o.Objects(member) {
		if l.Is("Link") && slices.Contains(l.IDs("rel"), "payment") {
			if link := only(l.Text("href")); link != "" {
				return link
			}
		}
	}
	return ""
}

func only(link string) string {
	if isPayment(link) {
		return link
	}
	return ""
}
