// Package commons knows the commons a host serves: name, address, language,
// currency, which practices are switched on, and what outsiders may see.
package commons
