export * from "./generated/graphql.js";
export { Receiver } from "./webhook.js";
/** What a host refused, with the stable code of the rule (docs/errors.md). */
export class Refusal extends Error {
    status;
    code;
    field;
    constructor(message, status, code, field) {
        super(message);
        this.status = status;
        this.code = code;
        this.field = field;
    }
}
/** One commons, as whoever the token belongs to; without one, as its open books show it. */
export class Commonweal {
    url;
    token;
    fetching;
    /** @param url where the commons is: https://commons.example/c/garden */
    constructor(url, token, fetching = (...ask) => fetch(...ask)) {
        this.url = url;
        this.token = token;
        this.fetching = fetching;
        this.url = url.replace(/\/$/, "");
    }
    /** Asks or acts in GraphQL, with the types of the operation; an error is thrown as a Refusal. */
    async ask(operation, ...[variables]) {
        const answer = await this.send("/graphql", "application/json", JSON.stringify({ query: operation.toString(), variables }));
        const { data, errors } = (await answer.json());
        if (errors?.length)
            throw new Refusal(errors[0].message, answer.status, errors[0].extensions?.code, errors[0].extensions?.field);
        return data;
    }
    /**
     * Records events, each that can be, and yields a line for each refused one and
     * the sum last; an answer without its sum throws. The key makes a repeat harmless.
     */
    async *record(events, key) {
        const body = Array.from(events, (event) => JSON.stringify(event) + "\n").join("");
        const answer = await this.send("/events?answers=refused", "application/x-ndjson", body, key ? { "Idempotency-Key": key } : {});
        for await (const text of lines(answer)) {
            const line = JSON.parse(text);
            yield line;
            if ("lines" in line)
                return;
        }
        throw new Refusal("the answer broke off; send the same again under the same key", answer.status);
    }
    /**
     * Yields what happens behind an entry of the log, as it happens; -1 begins with
     * the first. acts are acts ("contribution.log") or rooms; none asks for everything. It
     * comes back by itself when a stream ends, and misses nothing.
     */
    async *happened(after, acts = [], signal) {
        while (!signal?.aborted) {
            const ask = new URLSearchParams([["after", String(after)], ...acts.map((act) => ["act", act])]);
            const answer = await this.send(`/stream?${ask}`, undefined, undefined, { Accept: "text/event-stream" }, signal);
            for await (const line of lines(answer)) {
                if (!line.startsWith("data: "))
                    continue;
                const happening = JSON.parse(line.slice(6));
                after = happening.seq;
                yield happening;
            }
        }
    }
    async send(path, type, body, headers = {}, signal) {
        if (type)
            headers["Content-Type"] = type;
        if (this.token)
            headers.Authorization = `Bearer ${this.token}`;
        const answer = await this.fetching(this.url + path, { method: body === undefined ? "GET" : "POST", headers, body, signal });
        if (answer.ok)
            return answer;
        const text = await answer.text();
        try {
            const { error, errors } = JSON.parse(text);
            const why = error ?? { ...errors[0].extensions, message: errors[0].message };
            throw new Refusal(why.message, answer.status, why.code, why.field);
        }
        catch (failed) {
            throw failed instanceof Refusal ? failed : new Refusal(text, answer.status);
        }
    }
}
/** The lines of an answer, as they come; who stops reading lets go of it. */
async function* lines(answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    try {
        for (;;) {
            const { value, done } = await reader.read();
            if (done)
                break;
            const all = (rest + value).split("\n");
            rest = all.pop();
            yield* all;
        }
        if (rest)
            yield rest;
    }
    finally {
        await reader.cancel();
    }
}
