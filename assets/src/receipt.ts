// Checks a receipt, here and without asking anybody: a C2SP tlog-proof whose extra
// line holds the entry and the keys.
import { isIncluded, leafHash, sha256, same, type Hash } from "./merkle.ts";
import { base64, canVerify, parseHead, parseKey, parseNote, signedBy, type Head, type Note, type Signed } from "./note.ts";

const utf8 = new TextEncoder();

/** How one check ended; open: this browser cannot say, or there was nothing to check. */
export type Outcome = "good" | "bad" | "open";

/** What came of checking a receipt. */
export interface Checked {
  form: Outcome; // it is a receipt
  entry: Outcome; // the entry has the number and belongs to the log
  place: Outcome; // it stands in the tree
  signature: Outcome; // the key signed the tree
  witnesses: Outcome; // neighbors cosigned it
  opened: Outcome; // what it shows of private parts is what was sealed
  head?: Head;
  index?: bigint;
  act?: string;
  key?: string;
  cosigned: Signed[];
}

interface Entry {
  seq: number;
  act: string;
  commons: string;
  sealed?: Record<string, string>;
}

interface Extra {
  entry: string;
  key: string;
  witnesses?: string[];
  opened?: Record<string, { salt: string; text: string }>;
}

/** A receipt that was read, and not checked. */
interface Receipt {
  index: bigint;
  proof: Hash[];
  checkpoint: string;
  extra: Extra;
}

/** Reads a receipt; null for what is none. */
export function parseReceipt(receipt: string): Receipt | null {
  const cut = receipt.indexOf("\n\n");
  const [first, second, third, ...hashes] = receipt.slice(0, Math.max(cut, 0)).split("\n");
  const encoded = /^extra (\S+)$/.exec(second ?? "")?.[1];
  const index = /^index (0|[1-9]\d{0,18})$/.exec(third ?? "")?.[1];
  const raw = encoded ? base64(encoded) : null;
  const proof = hashes.map(base64);
  if (first !== "c2sp.org/tlog-proof@v1" || !raw || !index || proof.some((h) => h?.length !== 32)) return null;
  try {
    const extra = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw)) as Extra;
    if (!isExtra(extra)) return null;
    return { index: BigInt(index), proof: proof as Hash[], checkpoint: receipt.slice(cut + 2), extra };
  } catch {
    return null;
  }
}

/** Whether a receipt's extra line holds what it should, and nothing that nobody would check. */
function isExtra(extra: Extra): boolean {
  const only = (o: object, ...names: string[]) => Object.keys(o).every((name) => names.includes(name));
  const opened = Object.values(extra.opened ?? {});
  return typeof extra.entry === "string" && typeof extra.key === "string" && only(extra, "entry", "key", "witnesses", "opened") &&
    Array.isArray(extra.witnesses ?? []) && (extra.witnesses ?? []).every((w) => typeof w === "string") &&
    opened.every((o) => only(o, "salt", "text") && typeof o.salt === "string" && typeof o.text === "string");
}

const nothing = (): Checked => ({ form: "bad", entry: "open", place: "open", signature: "open", witnesses: "open", opened: "open", cosigned: [] });

/** Checks the text of a receipt by the keys that it brings along. */
export async function checkReceipt(receipt: string): Promise<Checked> {
  const out = nothing();
  const r = parseReceipt(receipt);
  const note = r && parseNote(r.checkpoint);
  const head = note && parseHead(note.body);
  const entry = r && entryOf(r.extra.entry);
  if (!r || !note || !head || !entry) return out;
  Object.assign(out, { form: "good", head, index: r.index, act: entry.act, key: r.extra.key });
  out.entry = BigInt(entry.seq) === r.index && head.origin.endsWith("/c/" + entry.commons) ? "good" : "bad";
  const leaf = await leafHash(utf8.encode(r.extra.entry));
  out.place = (await isIncluded(r.proof, r.index, head.size, leaf, head.root)) ? "good" : "bad";
  out.opened = await opens(r.extra, entry);
  if (await canVerify()) await signatures(out, note, head, r.extra);
  return out;
}

/** The entry, of whose JSON no more is believed than is used here. */
function entryOf(line: string): Entry | null {
  try {
    const e = JSON.parse(line) as Entry;
    return Number.isSafeInteger(e.seq) && typeof e.act === "string" && typeof e.commons === "string" ? e : null;
  } catch {
    return null;
  }
}

/** Checks what the receipt shows of private parts against their seals. */
async function opens(extra: Extra, entry: Entry): Promise<Outcome> {
  const fields = Object.entries(extra.opened ?? {});
  for (const [field, { salt, text }] of fields) {
    const sealed = entry.sealed?.[field];
    const raw = base64(salt);
    if (!sealed || raw?.length !== 32) return "bad";
    const want = base64(sealed.replaceAll("-", "+").replaceAll("_", "/") + "=");
    const found = await sha256(utf8.encode("commonweal/sealed/v1\0"), raw, utf8.encode(text));
    if (!want || !same(want, found)) return "bad";
  }
  return fields.length > 0 ? "good" : "open";
}

async function signatures(out: Checked, note: Note, head: Head, extra: Extra): Promise<void> {
  const key = await parseKey(extra.key);
  out.signature = key?.kind === "log" && key.name === head.origin && (await signedBy(note, key)) ? "good" : "bad";
  for (const vkey of extra.witnesses ?? []) {
    const witness = await parseKey(vkey);
    const signed = witness?.kind === "witness" ? await signedBy(note, witness) : false;
    if (!signed) {
      out.witnesses = "bad";
      return;
    }
    out.cosigned.push(signed);
    out.witnesses = "good";
  }
}

/** Whether nothing was wrong with the receipt. */
export const isGood = (c: Checked): boolean =>
  c.form === "good" && [c.entry, c.place].every((x) => x === "good") && [c.signature, c.witnesses, c.opened].every((x) => x !== "bad");
