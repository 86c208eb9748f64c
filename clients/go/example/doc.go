// Command example records three events, one of which is refused.
package main
