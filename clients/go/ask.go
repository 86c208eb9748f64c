package commonweal

import (
	"net/http"
	"strings"

	"github.com/Khan/genqlient/graphql"
)

// GraphQL is the API of the commons, to be given to the functions that are made
// from the operations (Resources, LogContribution, …) or from your own.
func (c Client) GraphQL() graphql.Client {
	return graphql.NewClient(c.at("/graphql"), c)
}

// Do sends a request as whoever the token belongs to.
func (c Client) Do(r *http.Request) (*http.Response, error) {
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	return client.Do(r)
}

// at is an address below the commons.
func (c Client) at(path string) string { return strings.TrimSuffix(c.URL, "/") + path }
