/** How far the time of a delivery may be from now, in seconds. */
const tolerance = 300;
/** Checks the webhooks that a program gets (Standard Webhooks). */
export class Receiver {
    secret;
    clock;
    seen = new Map();
    /** @param secret whsec_…, as it was shown once */
    constructor(secret, clock = () => Date.now() / 1000) {
        this.secret = secret;
        this.clock = clock;
    }
    /**
     * Says what is wrong with a delivery; undefined for one that comes from the
     * commons, is fresh, and was not taken before. body is the text as it came.
     */
    async check(headers, body) {
        const id = headers.get("webhook-id") ?? "";
        const at = headers.get("webhook-timestamp") ?? "";
        if (!(await this.signed(`${id}.${at}.${body}`, headers.get("webhook-signature") ?? "")))
            return "signature";
        const now = this.clock();
        if (!/^\d+$/.test(at) || Math.abs(now - Number(at)) > tolerance)
            return "old";
        for (const [old, when] of this.seen)
            if (now - when > 2 * tolerance)
                this.seen.delete(old);
        if (this.seen.has(id))
            return "replayed";
        this.seen.set(id, now);
    }
    /** Gives a delivery back that could not be worked through, so that it may come again. */
    forget(headers) {
        this.seen.delete(headers.get("webhook-id") ?? "");
    }
    /** Whether one of the signatures is the right one; compared in constant time. */
    async signed(text, header) {
        const secret = bytes(this.secret.replace(/^whsec_/, ""));
        if (!secret?.length)
            return false;
        const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
        for (const part of header.split(" ")) {
            const given = part.startsWith("v1,") && bytes(part.slice(3));
            if (given && (await crypto.subtle.verify("HMAC", key, given, new TextEncoder().encode(text))))
                return true;
        }
        return false;
    }
}
/** What base64 stands for; undefined when it is none. */
function bytes(base64) {
    try {
        return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    }
    catch {
        return undefined;
    }
}
