package web

func (s *Shell) styleguideRoutes() []Route { return nil }
