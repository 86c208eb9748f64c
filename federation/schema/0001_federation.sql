-- The commons as an actor: whether it takes part, and its keys.
CREATE TABLE federation_actor (
  commons_id UUID NOT NULL,
  takes_part BOOLEAN NOT NULL,
  private_key TEXT NOT NULL, -- PEM; not in the log, not in exports
  public_key TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id)
) STRICT;

-- Actors of other servers, as their own documents say.
CREATE TABLE federation_peer (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  uri TEXT NOT NULL,
  host TEXT NOT NULL,
  kind TEXT NOT NULL,        -- Person, Organization, Group, Service or Application
  name TEXT NOT NULL,
  handle TEXT NOT NULL,
  inbox TEXT NOT NULL,
  key_id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  agent TEXT NOT NULL,       -- the agent that stands for it in our books; empty: none yet
  at BIGINT NOT NULL,        -- when its document was read
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, uri)
) STRICT;

CREATE TABLE federation_follow (
  commons_id UUID NOT NULL,
  peer UUID NOT NULL,
  ours BOOLEAN NOT NULL,     -- we follow them
  activity TEXT NOT NULL,    -- address of the Follow
  state TEXT NOT NULL,       -- asked, accepted or rejected
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, peer, ours),
  FOREIGN KEY (commons_id, peer) REFERENCES federation_peer (commons_id, id)
) STRICT;

CREATE TABLE federation_block (
  commons_id UUID NOT NULL,
  host TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, host)
) STRICT;

-- What was received, so that nothing counts twice: signatures and activities.
CREATE TABLE federation_seen (
  commons_id UUID NOT NULL,
  mark TEXT NOT NULL,
  digest TEXT NOT NULL,      -- of the activity
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, mark)
) STRICT;

-- What we sent, and to whom it still has to go.
CREATE TABLE federation_activity (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  kind TEXT NOT NULL,        -- Create(Proposal)
  open BOOLEAN NOT NULL,     -- stands in the outbox
  document TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE TABLE federation_delivery (
  commons_id UUID NOT NULL,
  activity UUID NOT NULL,
  peer UUID NOT NULL,
  state TEXT NOT NULL,       -- waiting, delivered or failed
  tries BIGINT NOT NULL,
  next BIGINT NOT NULL,
  problem TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, activity, peer),
  FOREIGN KEY (commons_id, activity) REFERENCES federation_activity (commons_id, id),
  FOREIGN KEY (commons_id, peer) REFERENCES federation_peer (commons_id, id)
) STRICT;
CREATE INDEX federation_delivery_waiting ON federation_delivery (commons_id, next) WHERE state = 'waiting';

-- Proposals of ours that were published, and proposals of others that we know.
CREATE TABLE federation_publication (
  commons_id UUID NOT NULL,
  proposal UUID NOT NULL,
  terms TEXT NOT NULL,       -- market.Proposal
  state TEXT NOT NULL,       -- published or withdrawn
  rule TEXT NOT NULL,        -- market.Rule: which offers are accepted by themselves
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, proposal)
) STRICT;
CREATE TABLE federation_listing (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  uri TEXT NOT NULL,
  peer UUID NOT NULL,
  terms TEXT NOT NULL,       -- market.Proposal
  state TEXT NOT NULL,       -- published or withdrawn
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, uri),
  FOREIGN KEY (commons_id, peer) REFERENCES federation_peer (commons_id, id)
) STRICT;

-- Offers that answer a proposal: ours to others, theirs to us.
CREATE TABLE federation_offer (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  ours BOOLEAN NOT NULL,
  uri TEXT NOT NULL,         -- of the activity
  peer UUID NOT NULL,
  proposal TEXT NOT NULL,    -- address
  terms TEXT NOT NULL,       -- market.Proposal as it was answered
  asked TEXT NOT NULL,       -- market.Agreement as it was offered
  final TEXT NOT NULL,       -- market.Agreement as it was finalized; empty before
  state TEXT NOT NULL,       -- open, accepted, rejected, completed or canceled
  reason TEXT NOT NULL,
  agreement UUID NOT NULL,   -- identifiers that it has in our books once it is there
  first UUID NOT NULL,
  second UUID NOT NULL,
  entered BOOLEAN NOT NULL,  -- it stands in our books
  at BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, uri),
  FOREIGN KEY (commons_id, peer) REFERENCES federation_peer (commons_id, id)
) STRICT;

-- Work plans (FEP-3264): of others, with what we promised in them; and ours, each
-- as one neighbor knows it, with what that one promised.
CREATE TABLE federation_plan (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  ours BOOLEAN NOT NULL,
  uri TEXT NOT NULL,
  peer UUID NOT NULL,        -- its author, or to whom it goes
  plan UUID NOT NULL,        -- in our books; of others once they are entered
  content TEXT NOT NULL,     -- workplan.Plan
  entered BOOLEAN NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, uri),
  FOREIGN KEY (commons_id, peer) REFERENCES federation_peer (commons_id, id)
) STRICT;

-- Commitments that both we and a peer know: the sides of agreements, the tasks of plans.
CREATE TABLE federation_promise (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,          -- of the commitment in our books, once it is there
  uri TEXT NOT NULL,         -- what the peer knows it by
  peer UUID NOT NULL,
  about UUID NOT NULL,       -- the offer or the plan
  in_plan BOOLEAN NOT NULL,
  we_give BOOLEAN NOT NULL,
  terms TEXT NOT NULL,       -- workplan.Amounts
  gone TEXT NOT NULL,        -- who let it go: us, them or both; empty: nobody
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, peer, uri),
  FOREIGN KEY (commons_id, peer) REFERENCES federation_peer (commons_id, id)
) STRICT;

-- What one side tells the other that was done of a promise. What a peer tells is
-- never more than something to confirm or to dispute.
CREATE TABLE federation_report (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,          -- of ours: the event
  ours BOOLEAN NOT NULL,
  uri TEXT NOT NULL,         -- of the event that is told of
  peer UUID NOT NULL,
  promise UUID NOT NULL,
  said TEXT NOT NULL,        -- workplan.Event
  state TEXT NOT NULL,       -- open, confirmed or disputed
  reason TEXT NOT NULL,
  event TEXT NOT NULL,       -- in our books; empty: none
  other TEXT NOT NULL,       -- what the other side calls its event of the same; empty: none
  at BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, peer, uri),
  FOREIGN KEY (commons_id, promise) REFERENCES federation_promise (commons_id, id)
) STRICT;
CREATE INDEX federation_report_promise ON federation_report (commons_id, promise);
