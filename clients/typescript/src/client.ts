/** A client for a commons, for Node 20 and browsers, without dependencies. */
import type { TypedDocumentString } from "./generated/graphql.js"
import type { components } from "./generated/rest.js"

export * from "./generated/graphql.js"
export { Receiver } from "./webhook.js"
export type { components, operations, paths } from "./generated/rest.js"

/** An event as it is sent in bulk, and the lines that answer it. */
export type EventLine = components["schemas"]["EventLine"]
export type RecordedLine = components["schemas"]["RecordedLine"]

/** An entry of the log: what somebody did. */
export type Happening = { seq: number; act: string; at: string; by?: string; body: Record<string, unknown> }

/** What a host refused, with the stable code of the rule (docs/errors.md). */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code?: string,
    readonly field?: string,
  ) {
    super(message)
  }
}

/** One commons, as whoever the token belongs to; without one, as its open books show it. */
export class Commonweal {
  /** @param url where the commons is: https://commons.example/c/garden */
  constructor(
    readonly url: string,
    private readonly token?: string,
    private readonly fetching: typeof fetch = (...ask) => fetch(...ask),
  ) {
    this.url = url.replace(/\/$/, "")
  }

  /** Asks or acts in GraphQL, with the types of the operation; an error is thrown as a Refusal. */
  async ask<Result, Variables>(operation: TypedDocumentString<Result, Variables>, ...[variables]: Variables extends Record<string, never> ? [] : [Variables]): Promise<Result> {
    const answer = await this.send("/graphql", "application/json", JSON.stringify({ query: operation.toString(), variables }))
    const { data, errors } = (await answer.json()) as { data: Result; errors?: { message: string; extensions?: { code?: string; field?: string } }[] }
    if (errors?.length) throw new Refusal(errors[0].message, answer.status, errors[0].extensions?.code, errors[0].extensions?.field)
    return data
  }

  /**
   * Records events, each that can be, and yields a line for each refused one and
   * the sum last; an answer without its sum throws. The key makes a repeat harmless.
   */
  async *record(events: Iterable<EventLine>, key?: string): AsyncGenerator<RecordedLine> {
    const body = Array.from(events, (event) => JSON.stringify(event) + "\n").join("")
    const answer = await this.send("/events?answers=refused", "application/x-ndjson", body, key ? { "Idempotency-Key": key } : {})
    for await (const text of lines(answer)) {
      const line = JSON.parse(text) as RecordedLine
      yield line
      if ("lines" in line) return
    }
    throw new Refusal("the answer broke off; send the same again under the same key", answer.status)
  }

  /**
   * Yields what happens behind an entry of the log, as it happens; -1 begins with
   * the first. acts are acts ("contribution.log") or rooms; none asks for everything. It
   * comes back by itself when a stream ends, and misses nothing.
   */
  async *happened(after: number, acts: string[] = [], signal?: AbortSignal): AsyncGenerator<Happening> {
    while (!signal?.aborted) {
      const ask = new URLSearchParams([["after", String(after)], ...acts.map((act) => ["act", act])])
      const answer = await this.send(`/stream?${ask}`, undefined, undefined, { Accept: "text/event-stream" }, signal)
      for await (const line of lines(answer)) {
        if (!line.startsWith("data: ")) continue
        const happening = JSON.parse(line.slice(6)) as Happening
        after = happening.seq
        yield happening
      }
    }
  }

  private async send(path: string, type?: string, body?: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    if (type) headers["Content-Type"] = type
    if (this.token) headers.Authorization = `Bearer ${this.token}`
    const answer = await this.fetching(this.url + path, { method: body === undefined ? "GET" : "POST", headers, body, signal })
    if (answer.ok) return answer
    const text = await answer.text()
    try {
      const { error, errors } = JSON.parse(text)
      const why = error ?? { ...errors[0].extensions, message: errors[0].message }
      throw new Refusal(why.message, answer.status, why.code, why.field)
    } catch (failed) {
      throw failed instanceof Refusal ? failed : new Refusal(text, answer.status)
    }
  }
}

/** The lines of an answer, as they come; who stops reading lets go of it. */
async function* lines(answer: Response): AsyncGenerator<string> {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ""
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) break
      const all = (rest + value).split("\n")
      rest = all.pop()!
      yield* all
    }
    if (rest) yield rest
  } finally {
    await reader.cancel()
  }
}
