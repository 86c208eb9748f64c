/** Why a delivery is refused. */
export type WebhookFault = "signature" | "old" | "replayed";
/** Checks the webhooks that a program gets (Standard Webhooks). */
export declare class Receiver {
    private readonly secret;
    private readonly clock;
    private readonly seen;
    /** @param secret whsec_…, as it was shown once */
    constructor(secret: string, clock?: () => number);
    /**
     * Says what is wrong with a delivery; undefined for one that comes from the
     * commons, is fresh, and was not taken before. body is the text as it came.
     */
    check(headers: Headers, body: string): Promise<WebhookFault | undefined>;
    /** Gives a delivery back that could not be worked through, so that it may come again. */
    forget(headers: Headers): void;
    /** Whether one of the signatures is the right one; compared in constant time. */
    private signed;
}
