package web

// Shell holds all rooms.
type Shell struct{}
