// Package web is the shell that every page stands in: layout, navigation,
// components, message catalogues, assets, forms and error pages.
//
// A room declares its routes, each with the capability its audience needs; the
// shell resolves who asks and which commons, refuses outsiders before the
// handler runs, and renders the handler's page inside the layout, or only its
// fragment when htmx asks. Every page works without JavaScript.
package web
