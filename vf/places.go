package vf

import (
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// The classes of this file. Relationships and their roles are ours (cw:):
// ValueFlows 1.0 leaves them to others.
const (
	KindSpatialThing          Kind = "SpatialThing"
	KindBatchLotRecord        Kind = "BatchLotRecord"
	KindAgentRelationshipRole Kind = "AgentRelationshipRole"
	KindAgentRelationship     Kind = "AgentRelationship"
)

// The units of a place: degrees of WGS 84 (geo:lat, geo:long) and meters.
const (
	degree quantity.Unit = "degree"
	metre  quantity.Unit = "metre"
)

// SpatialThing is a place. Latitude, longitude and altitude are exact decimals
// in degrees of WGS 84 and in meters. A private place (where a person lives)
// is in the journal as a commitment only.
type SpatialThing struct {
	About
	Lat                 *Amount  `json:"lat,omitempty"`
	Long                *Amount  `json:"long,omitempty"`
	Alt                 *Amount  `json:"alt,omitempty"`
	MappableAddress     string   `json:"mappableAddress,omitempty"` // private
	HasDetailedGeometry []string `json:"hasDetailedGeometry,omitempty"`
	Private             bool     `json:"private,omitempty"` // cw:private
}

// Kind implements Entity.
func (*SpatialThing) Kind() Kind { return KindSpatialThing }

// Refs implements Entity.
func (*SpatialThing) Refs() []Ref { return nil }

func (s *SpatialThing) check(*Book) error {
	if s.Name == "" && !s.Private {
		return fault.Invalidf("vf.missing_name", "name", "the place has no name; say what people call it")
	}
	for _, c := range [...]struct {
		field string
		value *Amount
		unit  quantity.Unit
		most  int64
	}{{"lat", s.Lat, degree, 90}, {"long", s.Long, degree, 180}, {"alt", s.Alt, metre, 100_000}} {
		if c.value == nil {
			continue
		}
		if c.value.Unit != c.unit {
			return fault.Invalidf("vf.unit_mismatch", c.field, "%s is given in %s, not in %q", c.field, c.unit, clip(string(c.value.Unit)))
		}
		if most := c.most * quantity.Scale; c.value.Micros > most || c.value.Micros < -most {
			return fault.Invalidf("vf.coordinate", c.field, "%s lies outside -%d to %d", c.value, c.most, c.most)
		}
	}
	if (s.Lat == nil) != (s.Long == nil) {
		return fault.Invalidf("vf.coordinate", "long", "latitude and longitude come together; give both or neither")
	}
	if err := checkText("mappableAddress", s.MappableAddress, maxText); err != nil {
		return err
	}
	return checkClasses("hasDetailedGeometry", s.HasDetailedGeometry)
}

func (s *SpatialThing) seal(put func(field, text string)) {
	s.About.seal(put)
	put("mappableAddress", s.MappableAddress)
	s.MappableAddress = ""
	if !s.Private {
		return
	}
	put("name", s.Name)
	s.Name = ""
	for _, c := range [...]struct {
		field string
		value **Amount
	}{{"lat", &s.Lat}, {"long", &s.Long}, {"alt", &s.Alt}} {
		if *c.value != nil {
			put(c.field, (*c.value).Decimal())
			*c.value = nil
		}
	}
	for _, g := range s.HasDetailedGeometry {
		put("hasDetailedGeometry", g)
	}
	s.HasDetailedGeometry = nil
}

// BatchLotRecord says which batch or lot resources are of, for recalls. Its
// name is not used: the code identifies it.
type BatchLotRecord struct {
	About
	BatchLotCode   string    `json:"batchLotCode"`
	ExpirationDate time.Time `json:"expirationDate,omitzero"`
}

// Kind implements Entity.
func (*BatchLotRecord) Kind() Kind { return KindBatchLotRecord }

// Refs implements Entity.
func (*BatchLotRecord) Refs() []Ref { return nil }

func (l *BatchLotRecord) check(*Book) error {
	if l.BatchLotCode == "" {
		return fault.Invalidf("vf.missing_code", "batchLotCode", "the lot has no code; give the one on the label")
	}
	return checkText("batchLotCode", l.BatchLotCode, maxName)
}

func (l *BatchLotRecord) when() time.Time { return l.ExpirationDate }

// AgentRelationshipRole is a way in which agents relate: "member of", read
// from the object's side as InverseRoleLabel, "has member".
type AgentRelationshipRole struct {
	About
	InverseRoleLabel string `json:"inverseRoleLabel,omitempty"`
	// ActsFor says that whoever stands in the role may record for the object
	// what the object does or gives (cw:actsFor).
	ActsFor bool `json:"actsFor,omitempty"`
}

// Kind implements Entity.
func (*AgentRelationshipRole) Kind() Kind { return KindAgentRelationshipRole }

// Refs implements Entity.
func (*AgentRelationshipRole) Refs() []Ref { return nil }

func (r *AgentRelationshipRole) check(*Book) error {
	if r.Name == "" {
		return fault.Invalidf("vf.missing_name", "name", "the role has no label, such as \"member of\"")
	}
	return checkText("inverseRoleLabel", r.InverseRoleLabel, maxName)
}

// AgentRelationship says that the subject stands in a role to the object, in
// the scope of an agent or everywhere, from a day and until a day.
type AgentRelationship struct {
	About
	Subject      store.ID  `json:"subject"`
	Object       store.ID  `json:"object"`
	Relationship store.ID  `json:"relationship"` // an AgentRelationshipRole
	InScopeOf    store.ID  `json:"inScopeOf,omitempty"`
	HasBeginning time.Time `json:"hasBeginning,omitzero"`
	HasEnd       time.Time `json:"hasEnd,omitzero"`
}

// Kind implements Entity.
func (*AgentRelationship) Kind() Kind { return KindAgentRelationship }

// Refs implements Entity.
func (r *AgentRelationship) Refs() []Ref {
	var out refs
	out.add("subject", KindAgent, r.Subject)
	out.add("object", KindAgent, r.Object)
	out.add("relationship", KindAgentRelationshipRole, r.Relationship)
	out.add("inScopeOf", KindAgent, r.InScopeOf)
	return out
}

func (r *AgentRelationship) check(*Book) error {
	for _, f := range [...]struct {
		field string
		id    store.ID
	}{{"subject", r.Subject}, {"object", r.Object}, {"relationship", r.Relationship}} {
		if f.id == "" {
			return fault.Invalidf("vf.missing_agent", f.field, "a relationship has a subject, an object and a role; %s is empty", f.field)
		}
	}
	if r.Subject == r.Object {
		return fault.Invalidf("vf.same_agent", "object", "%s cannot stand in a relationship to itself", r.Object)
	}
	return checkTime(&Event{HasBeginning: r.HasBeginning, HasEnd: r.HasEnd}, nil)
}
