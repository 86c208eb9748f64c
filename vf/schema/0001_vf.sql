-- Who takes part. The name of a person is private and never journaled.
CREATE TABLE vf_agent (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('Person', 'Organization', 'EcologicalAgent')),
  name TEXT NOT NULL,
  folded TEXT NOT NULL, -- the name as search sees it
  note TEXT NOT NULL,
  classes TEXT NOT NULL, -- JSON list
  location UUID, -- primaryLocation
  image TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE INDEX vf_agent_by_name ON vf_agent (commons_id, folded, id);
CREATE INDEX vf_agent_by_location ON vf_agent (commons_id, location, id) WHERE location IS NOT NULL;

CREATE TABLE vf_agent_class (
  commons_id UUID NOT NULL,
  class TEXT NOT NULL,
  agent_id UUID NOT NULL,
  PRIMARY KEY (commons_id, class, agent_id),
  FOREIGN KEY (commons_id, agent_id) REFERENCES vf_agent (commons_id, id)
) STRICT;

CREATE TABLE vf_specification (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  note TEXT NOT NULL,
  classes TEXT NOT NULL,
  image TEXT NOT NULL,
  images TEXT NOT NULL, -- JSON list
  substitutable BOOLEAN NOT NULL,
  medium_of_exchange BOOLEAN NOT NULL,
  unit_of_resource TEXT NOT NULL,
  unit_of_effort TEXT NOT NULL,
  policy TEXT NOT NULL, -- JSON: the policy in force
  PRIMARY KEY (commons_id, id)
) STRICT;

CREATE TABLE vf_policy_change (
  commons_id UUID NOT NULL,
  specification_id UUID NOT NULL,
  at BIGINT NOT NULL,
  by_agent UUID,
  policy TEXT NOT NULL,
  PRIMARY KEY (commons_id, specification_id, at),
  FOREIGN KEY (commons_id, specification_id) REFERENCES vf_specification (commons_id, id)
) STRICT;

CREATE TABLE vf_process_specification (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  note TEXT NOT NULL,
  image TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;

CREATE TABLE vf_process (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  note TEXT NOT NULL,
  based_on UUID,
  classes TEXT NOT NULL,
  project_id UUID, -- inScopeOf
  begins BIGINT,
  ends BIGINT,
  finished BOOLEAN NOT NULL,
  plan_id UUID, -- plannedWithin
  PRIMARY KEY (commons_id, id),
  FOREIGN KEY (commons_id, based_on) REFERENCES vf_process_specification (commons_id, id),
  FOREIGN KEY (commons_id, project_id) REFERENCES vf_agent (commons_id, id)
) STRICT;
CREATE INDEX vf_process_by_project ON vf_process (commons_id, project_id, id);
CREATE INDEX vf_process_by_kind ON vf_process (commons_id, based_on, id) WHERE based_on IS NOT NULL;
CREATE INDEX vf_process_by_plan ON vf_process (commons_id, plan_id, id) WHERE plan_id IS NOT NULL;

-- A cache of what the events add up to; replaying them rebuilds every row.
-- Quantities are millionths of the unit.
CREATE TABLE vf_resource (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  note TEXT NOT NULL,
  specification_id UUID,
  classes TEXT NOT NULL,
  tracking TEXT NOT NULL,
  lot UUID,
  accountable UUID,
  custodian UUID,
  unit TEXT NOT NULL,
  accounting BIGINT NOT NULL CHECK (accounting BETWEEN -2305843009213693952 AND 2305843009213693952),
  onhand BIGINT NOT NULL CHECK (onhand BETWEEN -2305843009213693952 AND 2305843009213693952),
  location UUID,
  stage UUID,
  state TEXT NOT NULL,
  contained_in UUID,
  contains BIGINT NOT NULL CHECK (contains >= 0),
  combined_by UUID,
  combined BIGINT NOT NULL,
  previous_event UUID NOT NULL,
  chain_position BIGINT NOT NULL CHECK (chain_position > 0),
  more TEXT, -- JSON: pictures, where it is when it is digital, the unit of its use
  PRIMARY KEY (commons_id, id),
  FOREIGN KEY (commons_id, specification_id) REFERENCES vf_specification (commons_id, id)
) STRICT;
CREATE INDEX vf_resource_by_specification ON vf_resource (commons_id, specification_id, id);
CREATE INDEX vf_resource_by_accountable ON vf_resource (commons_id, accountable, id);
CREATE INDEX vf_resource_by_lot ON vf_resource (commons_id, lot) WHERE lot IS NOT NULL;
CREATE INDEX vf_resource_by_location ON vf_resource (commons_id, location) WHERE location IS NOT NULL;
CREATE INDEX vf_resource_by_stage ON vf_resource (commons_id, stage, id) WHERE stage IS NOT NULL;
CREATE INDEX vf_resource_inside ON vf_resource (commons_id, contained_in) WHERE contained_in IS NOT NULL;

-- What a process holds of a record by one action: the halves of pairs, what was combined, what came out.
CREATE TABLE vf_flow (
  commons_id UUID NOT NULL,
  process_id UUID NOT NULL,
  resource_id UUID NOT NULL,
  action TEXT NOT NULL,
  event_id UUID NOT NULL,
  by_agent UUID NOT NULL,
  micros BIGINT NOT NULL,
  container UUID,
  combined BIGINT NOT NULL,
  PRIMARY KEY (commons_id, process_id, resource_id, action),
  FOREIGN KEY (commons_id, process_id) REFERENCES vf_process (commons_id, id)
) STRICT;

-- The events themselves: only ever appended. What they name is checked before,
-- so that a bulk import pays for no foreign keys.
CREATE TABLE vf_event (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  at BIGINT NOT NULL, -- when it happened: the point in time, else the beginning, else the end
  begins BIGINT,
  ends BIGINT,
  created BIGINT NOT NULL,
  action TEXT NOT NULL,
  provider UUID NOT NULL,
  receiver UUID NOT NULL,
  input_of UUID,
  output_of UUID,
  scope UUID, -- inScopeOf as the event says it
  resource_id UUID,
  to_resource_id UUID,
  specification_id UUID,
  quantity BIGINT,
  unit TEXT,
  effort BIGINT,
  effort_unit TEXT,
  agreement UUID,
  corrects UUID,
  previous UUID,
  position BIGINT,
  to_previous UUID,
  to_position BIGINT,
  more TEXT, -- JSON: what few events carry
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE INDEX vf_event_corrections ON vf_event (commons_id, corrects) WHERE corrects IS NOT NULL;
CREATE INDEX vf_event_agreement ON vf_event (commons_id, agreement) WHERE agreement IS NOT NULL;

-- What people wrote about an event. It lies beside the log and may be erased.
CREATE TABLE vf_note (
  commons_id UUID NOT NULL,
  event_id UUID NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (commons_id, event_id)
) STRICT;

-- Plans, intents, commitments, agreements, proposals, claims, recipes, places,
-- lots, relationships. What is asked for has a column; the rest is the body.
CREATE TABLE vf_entity (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  kind TEXT NOT NULL, -- the class of the vocabulary
  at BIGINT NOT NULL, -- when it is due, else when it was made
  open BOOLEAN NOT NULL, -- not finished
  folded TEXT NOT NULL,
  revision BIGINT NOT NULL CHECK (revision > 0),
  body TEXT NOT NULL, -- JSON, with what is private
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE INDEX vf_entity_by_time ON vf_entity (commons_id, kind, at, id);

-- Who names whom, by the class and property of the source: Commitment.inputOf.
CREATE TABLE vf_link (
  commons_id UUID NOT NULL,
  target_id UUID NOT NULL,
  property TEXT NOT NULL,
  source_id UUID NOT NULL,
  PRIMARY KEY (commons_id, target_id, property, source_id)
) STRICT;
CREATE INDEX vf_link_of_source ON vf_link (commons_id, source_id);

-- How much of an event or commitment fulfills, satisfies or settles what, in
-- millionths. The origin is the event that a correction corrects, else the source.
CREATE TABLE vf_allocation (
  commons_id UUID NOT NULL,
  source_id UUID NOT NULL,
  property TEXT NOT NULL,
  target_id UUID NOT NULL,
  origin_id UUID NOT NULL,
  quantity BIGINT NOT NULL,
  effort BIGINT NOT NULL,
  PRIMARY KEY (commons_id, source_id, property, target_id)
) STRICT;
CREATE INDEX vf_allocation_by_target ON vf_allocation (commons_id, target_id, property);
CREATE INDEX vf_allocation_by_origin ON vf_allocation (commons_id, origin_id);

-- What was imported, by its identifier where it comes from: events get others
-- here. The address may name people, so it lies beside the log and may be erased.
CREATE TABLE vf_origin (
  commons_id UUID NOT NULL,
  there_id UUID NOT NULL,
  id UUID NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (commons_id, there_id)
) STRICT;
CREATE INDEX vf_origin_by_id ON vf_origin (commons_id, id);
