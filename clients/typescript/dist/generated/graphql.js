export class TypedDocumentString extends String {
    __apiType;
    value;
    __meta__;
    constructor(value, __meta__) {
        super(value);
        this.value = value;
        this.__meta__ = __meta__;
    }
    toString() {
        return this.value;
    }
}
export const PageFragmentDoc = new TypedDocumentString(`
    fragment Page on PageInfo {
  hasNextPage
  endCursor
}
    `, { "fragmentName": "Page" });
export const QuantityFragmentDoc = new TypedDocumentString(`
    fragment Quantity on Measure {
  hasNumericalValue
  hasUnit {
    label
    symbol
  }
}
    `, { "fragmentName": "Quantity" });
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
}`, { "fragmentName": "ResourceLine" });
export const SomebodyFragmentDoc = new TypedDocumentString(`
    fragment Somebody on Agent {
  id
  name
}
    `, { "fragmentName": "Somebody" });
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
}`, { "fragmentName": "EventLine" });
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
}`, { "fragmentName": "ContributionLine" });
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
}`, { "fragmentName": "ClaimLine" });
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
}`);
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
}`);
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
    `);
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
}`);
export const OpenDistributionDocument = new TypedDocumentString(`
    mutation OpenDistribution($equation: ID!, $incomes: [ID!], $key: String) {
  openDistribution(equation: $equation, incomes: $incomes, idempotencyKey: $key) {
    id
    number
  }
}
    `);
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
}`);
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
}`);
export const MeDocument = new TypedDocumentString(`
    query Me {
  myAgent {
    ...Somebody
  }
}
    fragment Somebody on Agent {
  id
  name
}`);
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
}`);
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
}`);
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
}`);
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
}`);
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
}`);
