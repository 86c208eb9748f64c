// Package commons knows the commons a host serves: name, address, language,
// currency, which practices are switched on, and what outsiders may see.
//
// What a commons says of itself is one row in its own lane, and every change
// of it is journaled there. The host keeps an address book in its own lane:
// which commons has which address, and a copy of what the front page shows.
// No transaction spans two lanes, so the copy is marked stale before the
// commons changes and written anew afterwards; whoever finds it stale reads
// the commons itself, which an interrupted change costs and no more. An address that was taken for a commons whose founding
// was interrupted is finished by asking for the same founding again.
//
// Invariants
//
//  1. An address belongs to one commons for ever; neither changes.
//  2. A commons exists once its own row exists: an address alone is nothing.
//  3. The commons and the agent that stands for it in events have the same
//     identifier, and come into being in the same act.
//  4. Whoever asks by address or identifier in this process sees a change as
//     soon as its act has answered, in another process within hot.Fresh; when
//     nothing has changed since, no query is made.
//  5. The host's front page never shows a commons whose books are not open.
//  6. A commons with a founder has a steward from its first moment.
package commons
