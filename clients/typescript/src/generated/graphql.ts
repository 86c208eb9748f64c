import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant with its zone, RFC 3339: "2026-03-01T09:00:00Z". */
  DateTime: { input: string; output: string; }
  /** An exact decimal number, as a text: "2.5". */
  Decimal: { input: string | number; output: string; }
  /** The address of something, absolute. */
  URI: { input: string; output: string; }
};

export type Action =
  | 'accept'
  | 'cite'
  | 'combine'
  | 'consume'
  | 'copy'
  | 'deliverService'
  | 'dropoff'
  | 'lower'
  | 'modify'
  | 'move'
  | 'pickup'
  | 'produce'
  | 'raise'
  | 'separate'
  | 'transfer'
  | 'transferAllRights'
  | 'transferCustody'
  | 'use'
  | 'work';

export type AgentInput = {
  classifiedAs?: InputMaybe<Array<Scalars['String']['input']>>;
  image?: InputMaybe<Scalars['URI']['input']>;
  kind: AgentKind;
  name: Scalars['String']['input'];
  note?: InputMaybe<Scalars['String']['input']>;
  primaryLocation?: InputMaybe<Scalars['ID']['input']>;
};

export type AgentKind =
  | 'EcologicalAgent'
  | 'Organization'
  | 'Person';

export type AgentRelationshipInput = {
  hasBeginning?: InputMaybe<Scalars['DateTime']['input']>;
  hasEnd?: InputMaybe<Scalars['DateTime']['input']>;
  inScopeOf?: InputMaybe<Scalars['ID']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  object?: InputMaybe<Scalars['ID']['input']>;
  relationship?: InputMaybe<Scalars['ID']['input']>;
  subject?: InputMaybe<Scalars['ID']['input']>;
};

export type AgentRelationshipRoleInput = {
  actsFor?: InputMaybe<Scalars['Boolean']['input']>;
  inverseRoleLabel?: InputMaybe<Scalars['String']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
};

export type AgreementBundleInput = {
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
};

export type AgreementInput = {
  bundledIn?: InputMaybe<Scalars['ID']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
};

export type AllocationInput = {
  effortQuantity?: InputMaybe<MeasureInput>;
  resourceQuantity?: InputMaybe<MeasureInput>;
  target: Scalars['ID']['input'];
};

export type BatchLotRecordInput = {
  batchLotCode?: InputMaybe<Scalars['String']['input']>;
  expirationDate?: InputMaybe<Scalars['DateTime']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
};

/** Of what to speak; what is left out asks for nothing. */
export type BooksFilter = {
  /** The account and those below it. */
  account?: InputMaybe<Scalars['String']['input']>;
  /** Entries of which somebody is the other party. */
  agent?: InputMaybe<Scalars['ID']['input']>;
  /** Count days by when the log heard of it, not by when it happened. */
  byRecording?: InputMaybe<Scalars['Boolean']['input']>;
  /** How many entries of the log are known; what was recorded later does not count. */
  entries?: InputMaybe<Scalars['Int']['input']>;
  /** Days, both included: "2026-03-01". */
  from?: InputMaybe<Scalars['String']['input']>;
  project?: InputMaybe<Scalars['ID']['input']>;
  to?: InputMaybe<Scalars['String']['input']>;
  unit?: InputMaybe<Scalars['String']['input']>;
};

export type ClaimInput = {
  action?: InputMaybe<Action>;
  claimUnder?: InputMaybe<Scalars['ID']['input']>;
  due?: InputMaybe<Scalars['DateTime']['input']>;
  effortQuantity?: InputMaybe<MeasureInput>;
  finished?: InputMaybe<Scalars['Boolean']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  provider?: InputMaybe<Scalars['ID']['input']>;
  receiver?: InputMaybe<Scalars['ID']['input']>;
  resourceClassifiedAs?: InputMaybe<Array<Scalars['String']['input']>>;
  resourceConformsTo?: InputMaybe<Scalars['ID']['input']>;
  resourceQuantity?: InputMaybe<MeasureInput>;
  triggeredBy?: InputMaybe<Scalars['ID']['input']>;
};

export type CommitmentInput = {
  action?: InputMaybe<Action>;
  clauseOf?: InputMaybe<Scalars['ID']['input']>;
  due?: InputMaybe<Scalars['DateTime']['input']>;
  effortQuantity?: InputMaybe<MeasureInput>;
  finished?: InputMaybe<Scalars['Boolean']['input']>;
  hasBeginning?: InputMaybe<Scalars['DateTime']['input']>;
  hasEnd?: InputMaybe<Scalars['DateTime']['input']>;
  hasPointInTime?: InputMaybe<Scalars['DateTime']['input']>;
  independentDemandOf?: InputMaybe<Scalars['ID']['input']>;
  inputOf?: InputMaybe<Scalars['ID']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  outputOf?: InputMaybe<Scalars['ID']['input']>;
  plannedWithin?: InputMaybe<Scalars['ID']['input']>;
  provider?: InputMaybe<Scalars['ID']['input']>;
  receiver?: InputMaybe<Scalars['ID']['input']>;
  reciprocalClauseOf?: InputMaybe<Scalars['ID']['input']>;
  resourceClassifiedAs?: InputMaybe<Array<Scalars['String']['input']>>;
  resourceConformsTo?: InputMaybe<Scalars['ID']['input']>;
  resourceInventoriedAs?: InputMaybe<Scalars['ID']['input']>;
  resourceQuantity?: InputMaybe<MeasureInput>;
  satisfies?: InputMaybe<Array<AllocationInput>>;
  stage?: InputMaybe<Scalars['ID']['input']>;
  state?: InputMaybe<Scalars['String']['input']>;
};

export type ContributionAnswerVerdict =
  | 'dismissed'
  | 'duplicate'
  | 'scored'
  | 'skipped';

/** What comes off before anything is shared: kind is processor, host, platform, tax, tip or other. */
export type ContributionDeductionInput = {
  amount: MeasureInput;
  kind: Scalars['String']['input'];
  to?: InputMaybe<Scalars['ID']['input']>;
  toName?: InputMaybe<Scalars['String']['input']>;
};

export type ContributionDistributionState =
  | 'canceled'
  | 'done'
  | 'opened'
  | 'reversed';

/** Only an adopted version distributes; it is never changed, only followed by another. */
export type ContributionEquationState =
  | 'adopted'
  | 'draft'
  | 'retired'
  | 'simulated';

/** The first day without them; decision, in one public line, where it was decided. The reason is kept sealed. */
export type ContributionExitInput = {
  decision: Scalars['String']['input'];
  from: Scalars['String']['input'];
  person: Scalars['ID']['input'];
  project?: InputMaybe<Scalars['ID']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
  way: ContributionWay;
};

/**
 * A file as text, in a format of the import page: timesheet, opencollective, praise, praise-scores, sourcecred,
 * sourcecred-graph; or git, and the name of a repository that the operator offers. Larger files come in by that page.
 */
export type ContributionFileInput = {
  content?: InputMaybe<Scalars['String']['input']>;
  format: Scalars['String']['input'];
  name?: InputMaybe<Scalars['String']['input']>;
  project?: InputMaybe<Scalars['ID']['input']>;
  repository?: InputMaybe<Scalars['String']['input']>;
};

/** Which contributions to list; what is left out asks for nothing. */
export type ContributionFilter = {
  deliverable?: InputMaybe<Scalars['String']['input']>;
  /** Days, both included: "2026-03-01". */
  from?: InputMaybe<Scalars['String']['input']>;
  kind?: InputMaybe<Scalars['String']['input']>;
  person?: InputMaybe<Scalars['ID']['input']>;
  process?: InputMaybe<Scalars['ID']['input']>;
  project?: InputMaybe<Scalars['ID']['input']>;
  state?: InputMaybe<ContributionState>;
  until?: InputMaybe<Scalars['String']['input']>;
};

export type ContributionGiftInput = {
  amount: Scalars['Int']['input'];
  note?: InputMaybe<Scalars['String']['input']>;
  to: Scalars['ID']['input'];
};

/** Who an identity of the file is: a member, or somebody to be made one; neither: what is theirs is left out. */
export type ContributionIdentityInput = {
  agent?: InputMaybe<Scalars['ID']['input']>;
  identity: Scalars['ID']['input'];
  make?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Money that came in. Of a payer who is not known here, the name. */
export type ContributionIncomeInput = {
  at: Scalars['DateTime']['input'];
  deductions?: InputMaybe<Array<ContributionDeductionInput>>;
  gross: MeasureInput;
  kind: ContributionIncomeKind;
  note?: InputMaybe<Scalars['String']['input']>;
  payer?: InputMaybe<Scalars['ID']['input']>;
  payerName?: InputMaybe<Scalars['String']['input']>;
  project: Scalars['ID']['input'];
  reference?: InputMaybe<Scalars['String']['input']>;
};

export type ContributionIncomeKind =
  | 'donation'
  | 'fee'
  | 'grant'
  | 'sale';

/** What somebody gave. Left out: person, oneself; process, the project's own; rate and value, those of the kind; from, now. */
export type ContributionInput = {
  /** The number of the contribution that this one replaces. */
  corrects?: InputMaybe<Scalars['ID']['input']>;
  deliverable?: InputMaybe<Scalars['String']['input']>;
  from?: InputMaybe<Scalars['DateTime']['input']>;
  kind: Scalars['String']['input'];
  links?: InputMaybe<Array<Scalars['URI']['input']>>;
  note?: InputMaybe<Scalars['String']['input']>;
  person?: InputMaybe<Scalars['ID']['input']>;
  process?: InputMaybe<Scalars['ID']['input']>;
  project: Scalars['ID']['input'];
  quantity: MeasureInput;
  rate?: InputMaybe<MeasureInput>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
  value?: InputMaybe<MeasureInput>;
};

/** A kind to add, or what changes of one; what is left out stays as it is. What a kind counts and the stream it belongs to never change. */
export type ContributionKindInput = {
  action?: InputMaybe<Action>;
  evidence?: InputMaybe<Scalars['String']['input']>;
  kind: Scalars['String']['input'];
  name?: InputMaybe<Scalars['String']['input']>;
  /** A value of zero takes the rate away. */
  rate?: InputMaybe<MeasureInput>;
  retired?: InputMaybe<Scalars['Boolean']['input']>;
  stream?: InputMaybe<ContributionStream>;
  unit?: InputMaybe<Scalars['String']['input']>;
  validation?: InputMaybe<ContributionValidationInput>;
};

/** Who learns which rater gave which mark: nobody, everybody after the close, or everybody from the start. */
export type ContributionNames =
  | 'after'
  | 'always'
  | 'nobody';

/** Which project a name of the file means; left out: one of that name is opened. */
export type ContributionProjectNameInput = {
  name: Scalars['String']['input'];
  project: Scalars['ID']['input'];
};

export type ContributionProjectValidationInput = {
  kind: Scalars['String']['input'];
  validation: ContributionValidationInput;
};

/**
 * A round. Of the modes scores and points: panel, how many judge each contribution; marks, the scale (left out: 0 and
 * Fibonacci numbers up to 144); quorum, marks needed for a score; trim, marks dropped at each end; duplicate, the worth of
 * a duplicate as a part of its original; ratersEach, how many people must have marked something of an author. With a
 * spread, contributions whose marks lie further apart than spreadMost go to a second panel for secondDays. Of the mode
 * give: budget, what each member gives; damping, how gifts in return count less, within windowDays; giversEach, from how
 * many people a member must have received; spreadRest, what nobody gave goes to all in equal parts.
 */
export type ContributionRoundInput = {
  budget?: Scalars['Int']['input'];
  closes: Scalars['DateTime']['input'];
  damping?: Scalars['Int']['input'];
  duplicate?: Scalars['Decimal']['input'];
  from: Scalars['String']['input'];
  giversEach?: Scalars['Int']['input'];
  karma?: InputMaybe<MeasureInput>;
  kinds?: InputMaybe<Array<Scalars['String']['input']>>;
  marks?: InputMaybe<Array<Scalars['Int']['input']>>;
  mode?: ContributionRoundMode;
  name: Scalars['String']['input'];
  names?: ContributionNames;
  normalize?: Scalars['Boolean']['input'];
  opens?: InputMaybe<Scalars['DateTime']['input']>;
  panel?: Scalars['Int']['input'];
  projects?: InputMaybe<Array<Scalars['ID']['input']>>;
  quorum?: Scalars['Int']['input'];
  ratersEach?: Scalars['Int']['input'];
  secondDays?: Scalars['Int']['input'];
  spread?: InputMaybe<ContributionSpread>;
  spreadMost?: InputMaybe<Scalars['Int']['input']>;
  spreadRest?: Scalars['Boolean']['input'];
  trim?: Scalars['Int']['input'];
  until: Scalars['String']['input'];
  windowDays?: Scalars['Int']['input'];
};

/** scores: a panel marks each contribution. give: every member gives points to colleagues. points: a panel gives points, multiplied by how much the contributor took part. */
export type ContributionRoundMode =
  | 'give'
  | 'points'
  | 'scores';

export type ContributionRoundState =
  | 'canceled'
  | 'closed'
  | 'reversed'
  | 'running'
  | 'second';

/** How far marks lie apart: the largest less the smallest, or the median of the distances from the median. */
export type ContributionSpread =
  | 'mad'
  | 'range';

/** Where a contribution stands. Only a validated one is valued. */
export type ContributionState =
  | 'amended'
  | 'disputed'
  | 'logged'
  | 'rejected'
  | 'validated';

/** livelihood: paid work. love: unpaid work for the commons. care: the upkeep of the collective. */
export type ContributionStream =
  | 'care'
  | 'livelihood'
  | 'love';

export type ContributionValidationInput = {
  monthlyMaximum?: InputMaybe<MeasureInput>;
  noReturnFavor?: InputMaybe<Scalars['Boolean']['input']>;
  silentDays?: InputMaybe<Scalars['Int']['input']>;
  stewardsOnly?: InputMaybe<Scalars['Boolean']['input']>;
  validBelow?: InputMaybe<MeasureInput>;
  validators?: InputMaybe<Scalars['Int']['input']>;
};

/** accept and reject are for others than who gave it; appeal is for who gave it; uphold and grant are for stewards, after an appeal. */
export type ContributionVerdict =
  | 'accept'
  | 'appeal'
  | 'grant'
  | 'reject'
  | 'uphold';

/** A version by its text, so that nobody puts another into force than the one they read. */
export type ContributionVersionInput = {
  hash: Scalars['String']['input'];
  id: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

export type ContributionWay =
  | 'dismissed'
  | 'dismissed_with_cause'
  | 'resigned'
  | 'resigned_with_reason';

export type CreditLegInput = {
  amount: MeasureInput;
  /** An account, or an agent who has one in the currency. */
  from: Scalars['ID']['input'];
  gift?: InputMaybe<Scalars['Boolean']['input']>;
  to: Scalars['ID']['input'];
};

export type CreditPaymentInput = {
  category?: InputMaybe<Scalars['String']['input']>;
  legs: Array<CreditLegInput>;
  note?: InputMaybe<Scalars['String']['input']>;
  private?: InputMaybe<Scalars['Boolean']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
  /** Pays as much of the one leg as its payer may spend. */
  upTo?: InputMaybe<Scalars['Boolean']['input']>;
  /** pay, confirm, request, third_party or reserve; pay where it is left out. */
  workflow?: InputMaybe<Scalars['String']['input']>;
};

export type EconomicEventFilter = {
  action?: InputMaybe<Array<Action>>;
  agent?: InputMaybe<Scalars['ID']['input']>;
  /** At this time or later. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  inScopeOf?: InputMaybe<Scalars['ID']['input']>;
  inputOf?: InputMaybe<Scalars['ID']['input']>;
  outputOf?: InputMaybe<Scalars['ID']['input']>;
  process?: InputMaybe<Scalars['ID']['input']>;
  provider?: InputMaybe<Scalars['ID']['input']>;
  receiver?: InputMaybe<Scalars['ID']['input']>;
  /** Before this time. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

export type EconomicEventInput = {
  action: Action;
  actsUnder?: InputMaybe<Scalars['ID']['input']>;
  effortQuantity?: InputMaybe<MeasureInput>;
  fulfills?: InputMaybe<Array<AllocationInput>>;
  hasBeginning?: InputMaybe<Scalars['DateTime']['input']>;
  hasEnd?: InputMaybe<Scalars['DateTime']['input']>;
  hasPointInTime?: InputMaybe<Scalars['DateTime']['input']>;
  image?: InputMaybe<Scalars['URI']['input']>;
  inScopeOf?: InputMaybe<Scalars['ID']['input']>;
  inputOf?: InputMaybe<Scalars['ID']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  outputOf?: InputMaybe<Scalars['ID']['input']>;
  provider: Scalars['ID']['input'];
  realizationOf?: InputMaybe<Scalars['ID']['input']>;
  receiver: Scalars['ID']['input'];
  reciprocalRealizationOf?: InputMaybe<Scalars['ID']['input']>;
  resourceClassifiedAs?: InputMaybe<Array<Scalars['String']['input']>>;
  resourceConformsTo?: InputMaybe<Scalars['ID']['input']>;
  resourceInventoriedAs?: InputMaybe<Scalars['ID']['input']>;
  resourceQuantity?: InputMaybe<MeasureInput>;
  satisfies?: InputMaybe<Array<AllocationInput>>;
  settles?: InputMaybe<Array<AllocationInput>>;
  state?: InputMaybe<Scalars['String']['input']>;
  toLocation?: InputMaybe<Scalars['ID']['input']>;
  toResourceInventoriedAs?: InputMaybe<Scalars['ID']['input']>;
};

export type IntentInput = {
  action?: InputMaybe<Action>;
  availableQuantity?: InputMaybe<MeasureInput>;
  due?: InputMaybe<Scalars['DateTime']['input']>;
  effortQuantity?: InputMaybe<MeasureInput>;
  finished?: InputMaybe<Scalars['Boolean']['input']>;
  hasBeginning?: InputMaybe<Scalars['DateTime']['input']>;
  hasEnd?: InputMaybe<Scalars['DateTime']['input']>;
  hasPointInTime?: InputMaybe<Scalars['DateTime']['input']>;
  image?: InputMaybe<Scalars['URI']['input']>;
  imageList?: InputMaybe<Array<Scalars['String']['input']>>;
  inputOf?: InputMaybe<Scalars['ID']['input']>;
  minimumQuantity?: InputMaybe<MeasureInput>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  outputOf?: InputMaybe<Scalars['ID']['input']>;
  plannedWithin?: InputMaybe<Scalars['ID']['input']>;
  provider?: InputMaybe<Scalars['ID']['input']>;
  receiver?: InputMaybe<Scalars['ID']['input']>;
  resourceClassifiedAs?: InputMaybe<Array<Scalars['String']['input']>>;
  resourceConformsTo?: InputMaybe<Scalars['ID']['input']>;
  resourceInventoriedAs?: InputMaybe<Scalars['ID']['input']>;
  resourceQuantity?: InputMaybe<MeasureInput>;
  stage?: InputMaybe<Scalars['ID']['input']>;
  state?: InputMaybe<Scalars['String']['input']>;
};

/** Things that name another one by a property: {property: "provider", id: ...}. */
export type LinkFilter = {
  id: Scalars['ID']['input'];
  property: Scalars['String']['input'];
};

export type MeasureInput = {
  /** An exact decimal, as a text: "2.5". */
  hasNumericalValue: Scalars['Decimal']['input'];
  /** The identifier of a unit: "hour", "kilogram", "EUR". */
  hasUnit: Scalars['ID']['input'];
};

/** The record that an event creates: for transfers, moves and copies the receiving one. */
export type NewResourceInput = {
  classifiedAs?: InputMaybe<Array<Scalars['String']['input']>>;
  conformsTo?: InputMaybe<Scalars['ID']['input']>;
  currentCurrencyLocation?: InputMaybe<Scalars['String']['input']>;
  currentVirtualLocation?: InputMaybe<Scalars['String']['input']>;
  image?: InputMaybe<Scalars['URI']['input']>;
  imageList?: InputMaybe<Array<Scalars['String']['input']>>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  ofBatchLot?: InputMaybe<Scalars['ID']['input']>;
  trackingIdentifier?: InputMaybe<Scalars['String']['input']>;
};

export type PlanInput = {
  due?: InputMaybe<Scalars['DateTime']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
};

export type PolicyInput = {
  containers?: InputMaybe<Scalars['String']['input']>;
  negativeBalance?: InputMaybe<Scalars['String']['input']>;
  pairing?: InputMaybe<Scalars['String']['input']>;
  partialAccept?: InputMaybe<Scalars['String']['input']>;
  wholeContainer?: InputMaybe<Scalars['String']['input']>;
  withdrawal?: InputMaybe<Scalars['String']['input']>;
};

export type ProcessInput = {
  basedOn?: InputMaybe<Scalars['ID']['input']>;
  classifiedAs?: InputMaybe<Array<Scalars['String']['input']>>;
  hasBeginning?: InputMaybe<Scalars['DateTime']['input']>;
  hasEnd?: InputMaybe<Scalars['DateTime']['input']>;
  inScopeOf?: InputMaybe<Scalars['ID']['input']>;
  name: Scalars['String']['input'];
  note?: InputMaybe<Scalars['String']['input']>;
  plannedWithin?: InputMaybe<Scalars['ID']['input']>;
};

export type ProcessSpecificationInput = {
  image?: InputMaybe<Scalars['URI']['input']>;
  name: Scalars['String']['input'];
  note?: InputMaybe<Scalars['String']['input']>;
};

export type ProposalInput = {
  eligibleLocation?: InputMaybe<Scalars['ID']['input']>;
  hasBeginning?: InputMaybe<Scalars['DateTime']['input']>;
  hasEnd?: InputMaybe<Scalars['DateTime']['input']>;
  listedIn?: InputMaybe<Array<Scalars['ID']['input']>>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  proposedTo?: InputMaybe<Array<Scalars['ID']['input']>>;
  publishes?: InputMaybe<Array<Scalars['ID']['input']>>;
  purpose?: InputMaybe<ProposalPurpose>;
  reciprocal?: InputMaybe<Array<Scalars['ID']['input']>>;
  unitBased?: InputMaybe<Scalars['Boolean']['input']>;
};

export type ProposalListInput = {
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  proposedTo?: InputMaybe<Array<Scalars['ID']['input']>>;
};

export type ProposalPurpose =
  | 'offer'
  | 'request';

export type RecipeExchangeInput = {
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
};

export type RecipeFlowInput = {
  action?: InputMaybe<Action>;
  effortQuantity?: InputMaybe<MeasureInput>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  recipeClauseOf?: InputMaybe<Scalars['ID']['input']>;
  recipeInputOf?: InputMaybe<Scalars['ID']['input']>;
  recipeOutputOf?: InputMaybe<Scalars['ID']['input']>;
  recipeReciprocalClauseOf?: InputMaybe<Scalars['ID']['input']>;
  resourceClassifiedAs?: InputMaybe<Array<Scalars['String']['input']>>;
  resourceConformsTo?: InputMaybe<Scalars['ID']['input']>;
  resourceQuantity?: InputMaybe<MeasureInput>;
  stage?: InputMaybe<Scalars['ID']['input']>;
  state?: InputMaybe<Scalars['String']['input']>;
};

export type RecipeInput = {
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  primaryOutput?: InputMaybe<Scalars['ID']['input']>;
  recipeIncludes?: InputMaybe<Array<Scalars['ID']['input']>>;
};

export type RecipeProcessInput = {
  hasDuration?: InputMaybe<MeasureInput>;
  image?: InputMaybe<Scalars['URI']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  processClassifiedAs?: InputMaybe<Array<Scalars['String']['input']>>;
  processConformsTo?: InputMaybe<Scalars['ID']['input']>;
};

export type ResourceSpecificationInput = {
  defaultUnitOfEffort?: InputMaybe<Scalars['ID']['input']>;
  defaultUnitOfResource?: InputMaybe<Scalars['ID']['input']>;
  image?: InputMaybe<Scalars['URI']['input']>;
  imageList?: InputMaybe<Array<Scalars['String']['input']>>;
  mediumOfExchange?: InputMaybe<Scalars['Boolean']['input']>;
  name: Scalars['String']['input'];
  note?: InputMaybe<Scalars['String']['input']>;
  resourceClassifiedAs?: InputMaybe<Array<Scalars['String']['input']>>;
  substitutable?: InputMaybe<Scalars['Boolean']['input']>;
};

export type SpatialThingInput = {
  alt?: InputMaybe<MeasureInput>;
  hasDetailedGeometry?: InputMaybe<Array<Scalars['String']['input']>>;
  lat?: InputMaybe<MeasureInput>;
  long?: InputMaybe<MeasureInput>;
  mappableAddress?: InputMaybe<Scalars['String']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  private?: InputMaybe<Scalars['Boolean']['input']>;
};

export type RecordEventMutationVariables = Exact<{
  event: EconomicEventInput;
  creates?: InputMaybe<NewResourceInput>;
  key?: InputMaybe<Scalars['String']['input']>;
}>;


export type RecordEventMutation = { __typename?: 'Mutation', createEconomicEvent: { __typename?: 'EconomicEventResponse', economicEvent: { __typename?: 'EconomicEvent', id: string }, economicResource: { __typename?: 'EconomicResource', id: string, name: string | null, onhandQuantity: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } | null } | null } };

export type LogContributionMutationVariables = Exact<{
  contribution: ContributionInput;
  key?: InputMaybe<Scalars['String']['input']>;
}>;


export type LogContributionMutation = { __typename?: 'Mutation', logContribution: { __typename?: 'Contribution', number: string, kind: string, state: ContributionState, at: string, person: { __typename?: 'EcologicalAgent', id: string, name: string } | { __typename?: 'Organization', id: string, name: string } | { __typename?: 'Person', id: string, name: string }, quantity: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } }, value: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } | null } };

export type ValidateContributionMutationVariables = Exact<{
  number: Scalars['ID']['input'];
  verdict: ContributionVerdict;
  reason?: InputMaybe<Scalars['String']['input']>;
  key?: InputMaybe<Scalars['String']['input']>;
}>;


export type ValidateContributionMutation = { __typename?: 'Mutation', validateContribution: { __typename?: 'Contribution', number: string, state: ContributionState } };

export type RecordIncomeMutationVariables = Exact<{
  income: ContributionIncomeInput;
  key?: InputMaybe<Scalars['String']['input']>;
}>;


export type RecordIncomeMutation = { __typename?: 'Mutation', recordContributionIncome: { __typename?: 'ContributionIncome', id: string, net: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } } };

export type OpenDistributionMutationVariables = Exact<{
  equation: Scalars['ID']['input'];
  incomes?: InputMaybe<Array<Scalars['ID']['input']> | Scalars['ID']['input']>;
  key?: InputMaybe<Scalars['String']['input']>;
}>;


export type OpenDistributionMutation = { __typename?: 'Mutation', openDistribution: { __typename?: 'ContributionDistribution', id: string, number: number } };

export type DistributeMutationVariables = Exact<{
  distribution: Scalars['ID']['input'];
  key?: InputMaybe<Scalars['String']['input']>;
}>;


export type DistributeMutation = { __typename?: 'Mutation', distribute: { __typename?: 'ContributionDistribution', id: string, state: ContributionDistributionState, paid: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } }, residue: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } } };

export type PayOutMutationVariables = Exact<{
  to: Scalars['ID']['input'];
  amount: MeasureInput;
  at: Scalars['DateTime']['input'];
  reference?: InputMaybe<Scalars['String']['input']>;
  key?: InputMaybe<Scalars['String']['input']>;
}>;


export type PayOutMutation = { __typename?: 'Mutation', payOutContribution: { __typename?: 'ContributionPayout', amount: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } } };

export type QuantityFragment = { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } };

type Somebody_EcologicalAgent_Fragment = { __typename?: 'EcologicalAgent', id: string, name: string };

type Somebody_Organization_Fragment = { __typename?: 'Organization', id: string, name: string };

type Somebody_Person_Fragment = { __typename?: 'Person', id: string, name: string };

export type SomebodyFragment = Somebody_EcologicalAgent_Fragment | Somebody_Organization_Fragment | Somebody_Person_Fragment;

export type PageFragment = { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null };

export type ResourceLineFragment = { __typename?: 'EconomicResource', id: string, name: string | null, onhandQuantity: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } | null };

export type EventLineFragment = { __typename?: 'EconomicEvent', id: string, action: Action, hasPointInTime: string | null, provider: { __typename?: 'EcologicalAgent', id: string, name: string } | { __typename?: 'Organization', id: string, name: string } | { __typename?: 'Person', id: string, name: string }, receiver: { __typename?: 'EcologicalAgent', id: string, name: string } | { __typename?: 'Organization', id: string, name: string } | { __typename?: 'Person', id: string, name: string }, resourceQuantity: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } | null, effortQuantity: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } | null };

export type ContributionLineFragment = { __typename?: 'Contribution', number: string, kind: string, state: ContributionState, at: string, person: { __typename?: 'EcologicalAgent', id: string, name: string } | { __typename?: 'Organization', id: string, name: string } | { __typename?: 'Person', id: string, name: string }, quantity: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } }, value: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } | null };

export type ClaimLineFragment = { __typename?: 'ContributionClaim', trace: string, paid: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { __typename?: 'Query', myAgent: { __typename?: 'EcologicalAgent', id: string, name: string } | { __typename?: 'Organization', id: string, name: string } | { __typename?: 'Person', id: string, name: string } | null };

export type ResourcesQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ResourcesQuery = { __typename?: 'Query', economicResources: { __typename?: 'EconomicResourceConnection', nodes: Array<{ __typename?: 'EconomicResource', id: string, name: string | null, onhandQuantity: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type EventsQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type EventsQuery = { __typename?: 'Query', economicEvents: { __typename?: 'EconomicEventConnection', totalCount: number, nodes: Array<{ __typename?: 'EconomicEvent', id: string, action: Action, hasPointInTime: string | null, provider: { __typename?: 'EcologicalAgent', id: string, name: string } | { __typename?: 'Organization', id: string, name: string } | { __typename?: 'Person', id: string, name: string }, receiver: { __typename?: 'EcologicalAgent', id: string, name: string } | { __typename?: 'Organization', id: string, name: string } | { __typename?: 'Person', id: string, name: string }, resourceQuantity: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } | null, effortQuantity: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type ProjectsQueryVariables = Exact<{ [key: string]: never; }>;


export type ProjectsQuery = { __typename?: 'Query', contributionProjects: Array<{ __typename?: 'ContributionProject', name: string, closed: boolean, agent: { __typename?: 'EcologicalAgent', id: string, name: string } | { __typename?: 'Organization', id: string, name: string } | { __typename?: 'Person', id: string, name: string } }> };

export type ContributionsQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ContributionFilter>;
}>;


export type ContributionsQuery = { __typename?: 'Query', contributions: { __typename?: 'ContributionConnection', totalCount: number, nodes: Array<{ __typename?: 'Contribution', number: string, kind: string, state: ContributionState, at: string, person: { __typename?: 'EcologicalAgent', id: string, name: string } | { __typename?: 'Organization', id: string, name: string } | { __typename?: 'Person', id: string, name: string }, quantity: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } }, value: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type WhyQueryVariables = Exact<{
  distribution: Scalars['ID']['input'];
  receiver: Scalars['ID']['input'];
  bucket: Scalars['String']['input'];
}>;


export type WhyQuery = { __typename?: 'Query', contributionWhy: { __typename?: 'ContributionDerivation', amount: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } }, claims: Array<{ __typename?: 'ContributionClaim', trace: string, paid: { __typename?: 'Measure', hasNumericalValue: string, hasUnit: { __typename?: 'Unit', label: string, symbol: string } } }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const PageFragmentDoc = new TypedDocumentString(`
    fragment Page on PageInfo {
  hasNextPage
  endCursor
}
    `, {"fragmentName":"Page"}) as unknown as TypedDocumentString<PageFragment, unknown>;
export const QuantityFragmentDoc = new TypedDocumentString(`
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}
    `, {"fragmentName":"Quantity"}) as unknown as TypedDocumentString<QuantityFragment, unknown>;
export const ResourceLineFragmentDoc = new TypedDocumentString(`
    fragment ResourceLine on EconomicResource {
  id
  name
  onhandQuantity {
    ...Quantity
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}`, {"fragmentName":"ResourceLine"}) as unknown as TypedDocumentString<ResourceLineFragment, unknown>;
export const SomebodyFragmentDoc = new TypedDocumentString(`
    fragment Somebody on Agent {
  id
  name
}
    `, {"fragmentName":"Somebody"}) as unknown as TypedDocumentString<SomebodyFragment, unknown>;
export const EventLineFragmentDoc = new TypedDocumentString(`
    fragment EventLine on EconomicEvent {
  id
  action
  hasPointInTime
  provider {
    ...Somebody
  }
  receiver {
    ...Somebody
  }
  resourceQuantity {
    ...Quantity
  }
  effortQuantity {
    ...Quantity
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}
fragment Somebody on Agent {
  id
  name
}`, {"fragmentName":"EventLine"}) as unknown as TypedDocumentString<EventLineFragment, unknown>;
export const ContributionLineFragmentDoc = new TypedDocumentString(`
    fragment ContributionLine on Contribution {
  number
  kind
  state
  at
  person {
    ...Somebody
  }
  quantity {
    ...Quantity
  }
  value {
    ...Quantity
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}
fragment Somebody on Agent {
  id
  name
}`, {"fragmentName":"ContributionLine"}) as unknown as TypedDocumentString<ContributionLineFragment, unknown>;
export const ClaimLineFragmentDoc = new TypedDocumentString(`
    fragment ClaimLine on ContributionClaim {
  trace
  paid {
    ...Quantity
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}`, {"fragmentName":"ClaimLine"}) as unknown as TypedDocumentString<ClaimLineFragment, unknown>;
export const RecordEventDocument = new TypedDocumentString(`
    mutation RecordEvent($event: EconomicEventInput!, $creates: NewResourceInput, $key: String) {
  createEconomicEvent(
    event: $event
    newInventoriedResource: $creates
    idempotencyKey: $key
  ) {
    economicEvent {
      id
    }
    economicResource {
      ...ResourceLine
    }
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}
fragment ResourceLine on EconomicResource {
  id
  name
  onhandQuantity {
    ...Quantity
  }
}`) as unknown as TypedDocumentString<RecordEventMutation, RecordEventMutationVariables>;
export const LogContributionDocument = new TypedDocumentString(`
    mutation LogContribution($contribution: ContributionInput!, $key: String) {
  logContribution(contribution: $contribution, idempotencyKey: $key) {
    ...ContributionLine
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}
fragment Somebody on Agent {
  id
  name
}
fragment ContributionLine on Contribution {
  number
  kind
  state
  at
  person {
    ...Somebody
  }
  quantity {
    ...Quantity
  }
  value {
    ...Quantity
  }
}`) as unknown as TypedDocumentString<LogContributionMutation, LogContributionMutationVariables>;
export const ValidateContributionDocument = new TypedDocumentString(`
    mutation ValidateContribution($number: ID!, $verdict: ContributionVerdict!, $reason: String, $key: String) {
  validateContribution(
    number: $number
    verdict: $verdict
    reason: $reason
    idempotencyKey: $key
  ) {
    number
    state
  }
}
    `) as unknown as TypedDocumentString<ValidateContributionMutation, ValidateContributionMutationVariables>;
export const RecordIncomeDocument = new TypedDocumentString(`
    mutation RecordIncome($income: ContributionIncomeInput!, $key: String) {
  recordContributionIncome(income: $income, idempotencyKey: $key) {
    id
    net {
      ...Quantity
    }
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}`) as unknown as TypedDocumentString<RecordIncomeMutation, RecordIncomeMutationVariables>;
export const OpenDistributionDocument = new TypedDocumentString(`
    mutation OpenDistribution($equation: ID!, $incomes: [ID!], $key: String) {
  openDistribution(equation: $equation, incomes: $incomes, idempotencyKey: $key) {
    id
    number
  }
}
    `) as unknown as TypedDocumentString<OpenDistributionMutation, OpenDistributionMutationVariables>;
export const DistributeDocument = new TypedDocumentString(`
    mutation Distribute($distribution: ID!, $key: String) {
  distribute(distribution: $distribution, idempotencyKey: $key) {
    id
    state
    paid {
      ...Quantity
    }
    residue {
      ...Quantity
    }
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}`) as unknown as TypedDocumentString<DistributeMutation, DistributeMutationVariables>;
export const PayOutDocument = new TypedDocumentString(`
    mutation PayOut($to: ID!, $amount: MeasureInput!, $at: DateTime!, $reference: String, $key: String) {
  payOutContribution(
    to: $to
    amount: $amount
    at: $at
    reference: $reference
    idempotencyKey: $key
  ) {
    amount {
      ...Quantity
    }
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}`) as unknown as TypedDocumentString<PayOutMutation, PayOutMutationVariables>;
export const MeDocument = new TypedDocumentString(`
    query Me {
  myAgent {
    ...Somebody
  }
}
    fragment Somebody on Agent {
  id
  name
}`) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const ResourcesDocument = new TypedDocumentString(`
    query Resources($first: Int, $after: String) {
  economicResources(first: $first, after: $after) {
    nodes {
      ...ResourceLine
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}
fragment Page on PageInfo {
  hasNextPage
  endCursor
}
fragment ResourceLine on EconomicResource {
  id
  name
  onhandQuantity {
    ...Quantity
  }
}`) as unknown as TypedDocumentString<ResourcesQuery, ResourcesQueryVariables>;
export const EventsDocument = new TypedDocumentString(`
    query Events($first: Int, $after: String) {
  economicEvents(first: $first, after: $after) {
    nodes {
      ...EventLine
    }
    totalCount
    pageInfo {
      ...Page
    }
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}
fragment Somebody on Agent {
  id
  name
}
fragment Page on PageInfo {
  hasNextPage
  endCursor
}
fragment EventLine on EconomicEvent {
  id
  action
  hasPointInTime
  provider {
    ...Somebody
  }
  receiver {
    ...Somebody
  }
  resourceQuantity {
    ...Quantity
  }
  effortQuantity {
    ...Quantity
  }
}`) as unknown as TypedDocumentString<EventsQuery, EventsQueryVariables>;
export const ProjectsDocument = new TypedDocumentString(`
    query Projects {
  contributionProjects {
    name
    closed
    agent {
      ...Somebody
    }
  }
}
    fragment Somebody on Agent {
  id
  name
}`) as unknown as TypedDocumentString<ProjectsQuery, ProjectsQueryVariables>;
export const ContributionsDocument = new TypedDocumentString(`
    query Contributions($first: Int, $after: String, $filter: ContributionFilter) {
  contributions(first: $first, after: $after, filter: $filter) {
    nodes {
      ...ContributionLine
    }
    totalCount
    pageInfo {
      ...Page
    }
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}
fragment Somebody on Agent {
  id
  name
}
fragment Page on PageInfo {
  hasNextPage
  endCursor
}
fragment ContributionLine on Contribution {
  number
  kind
  state
  at
  person {
    ...Somebody
  }
  quantity {
    ...Quantity
  }
  value {
    ...Quantity
  }
}`) as unknown as TypedDocumentString<ContributionsQuery, ContributionsQueryVariables>;
export const WhyDocument = new TypedDocumentString(`
    query Why($distribution: ID!, $receiver: ID!, $bucket: String!) {
  contributionWhy(
    distribution: $distribution
    receiver: $receiver
    bucket: $bucket
  ) {
    amount {
      ...Quantity
    }
    claims {
      ...ClaimLine
    }
  }
}
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}
fragment ClaimLine on ContributionClaim {
  trace
  paid {
    ...Quantity
  }
}`) as unknown as TypedDocumentString<WhyQuery, WhyQueryVariables>;