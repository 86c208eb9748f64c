/** A client for a commons, for Node 20 and browsers, without dependencies. */
import type { TypedDocumentString } from "./generated/graphql.js";
import type { components } from "./generated/rest.js";
export * from "./generated/graphql.js";
export { Receiver } from "./webhook.js";
export type { components, operations, paths } from "./generated/rest.js";
/** An event as it is sent in bulk, and the lines that answer it. */
export type EventLine = components["schemas"]["EventLine"];
export type RecordedLine = components["schemas"]["RecordedLine"];
/** An entry of the log: what somebody did. */
export type Happening = {
    seq: number;
    act: string;
    at: string;
    by?: string;
    body: Record<string, unknown>;
};
/** What a host refused, with the stable code of the rule (docs/errors.md). */
export declare class Refusal extends Error {
    readonly status: number;
    readonly code?: string | undefined;
    readonly field?: string | undefined;
    constructor(message: string, status: number, code?: string | undefined, field?: string | undefined);
}
/** One commons, as whoever the token belongs to; without one, as its open books show it. */
export declare class Commonweal {
    readonly url: string;
    private readonly token?;
    private readonly fetching;
    /** @param url where the commons is: https://commons.example/c/garden */
    constructor(url: string, token?: string | undefined, fetching?: typeof fetch);
    /** Asks or acts in GraphQL, with the types of the operation; an error is thrown as a Refusal. */
    ask<Result, Variables>(operation: TypedDocumentString<Result, Variables>, ...[variables]: Variables extends Record<string, never> ? [] : [Variables]): Promise<Result>;
    /**
     * Records events, each that can be, and yields a line for each refused one and
     * the sum last; an answer without its sum throws. The key makes a repeat harmless.
     */
    record(events: Iterable<EventLine>, key?: string): AsyncGenerator<RecordedLine>;
    /**
     * Yields what happens behind an entry of the log, as it happens; -1 begins with
     * the first. acts are acts ("contribution.log") or rooms; none asks for everything. It
     * comes back by itself when a stream ends, and misses nothing.
     */
    happened(after: number, acts?: string[], signal?: AbortSignal): AsyncGenerator<Happening>;
    private send;
}
