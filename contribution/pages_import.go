package contribution

import "commonweal/platform/web"

func (p *Practice) importRoutes() []web.Route { return nil }
