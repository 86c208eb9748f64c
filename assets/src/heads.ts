// Remembers, per log, the last head that this browser saw, and holds every later
// one against it: a log that became shorter or does not continue it is told in
// plain words. What is remembered never goes back.
import { isContinued, type Hash } from "./merkle.ts";
import { base64, canVerify, parseHead, parseKey, parseNote, signedBy, type Head } from "./note.ts";

/** What a browser keeps of a log. */
export interface Kept {
  signed: string; // the checkpoint
  key: string; // that signed it
}

/** How a head compares with the one that was kept. */
export type Verdict = "first" | "same" | "continues" | "newkey" | "shorter" | "broken" | "unsigned" | "unproven";

/** A checkpoint whose form is right, with its head. */
export function headOf(signed: string): Head | null {
  const note = parseNote(signed);
  return note && parseHead(note.body);
}

/** Compares a head with the one kept. prove fetches the proof between two sizes; it may fail. */
export async function compare(now: Kept, kept: Kept | null, prove: (old: bigint, size: bigint) => Promise<Hash[]>): Promise<Verdict> {
  const head = headOf(now.signed);
  if (!head || !(await isSigned(now, head))) return "unsigned";
  const old = kept && headOf(kept.signed);
  if (!kept || !old) return "first";
  if (head.size < old.size) return "shorter";
  let proof: Hash[] = [];
  try {
    if (old.size > 0n && old.size < head.size) proof = await prove(old.size, head.size);
  } catch {
    return "unproven"; // the network, perhaps; nothing is remembered
  }
  if (!(await isContinued(proof, old.size, old.root, head.size, head.root))) return "broken";
  if (now.key !== kept.key) return "newkey";
  return head.size === old.size ? "same" : "continues";
}

/** Whether the key signed the head; a browser that cannot tell believes it. */
async function isSigned(now: Kept, head: Head): Promise<boolean> {
  const [note, key] = [parseNote(now.signed), await parseKey(now.key)];
  if (!note || key?.kind !== "log" || key.name !== head.origin) return false;
  return !(await canVerify()) || Boolean(await signedBy(note, key));
}

/** Reads the lines of a proof. */
export function parseProof(text: string): Hash[] {
  const hashes = text.split("\n").filter((line) => line !== "").map(base64);
  if (hashes.some((h) => h?.length !== 32)) throw new Error("no proof");
  return hashes as Hash[];
}

const slot = (origin: string): string => "head:" + origin;

function kept(origin: string): Kept | null {
  try {
    const found = JSON.parse(localStorage.getItem(slot(origin)) ?? "null") as Kept | null;
    return typeof found?.signed === "string" && headOf(found.signed)?.origin === origin ? found : null;
  } catch {
    return null;
  }
}

/** Looks at the head that a page carries in [data-head], and unhides what is to be said about it. */
export async function watchHeads(root: ParentNode): Promise<void> {
  const box = root.querySelector<HTMLElement>("[data-head]:not([data-seen])");
  const signed = box?.querySelector("[data-checkpoint]")?.textContent ?? "";
  const head = headOf(signed);
  if (!box || !head || !("subtle" in crypto)) return;
  box.dataset["seen"] = "";
  const before = kept(head.origin);
  const verdict = await compare({ signed, key: box.dataset["key"] ?? "" }, before, async (old, size) => {
    const answer = await fetch(`${box.dataset["head"]}/${old}/${size}`);
    if (!answer.ok) throw new Error(String(answer.status));
    return parseProof(await answer.text());
  });
  if (["first", "continues", "newkey"].includes(verdict)) remember(head.origin, { signed, key: box.dataset["key"] ?? "" });
  tell(box, verdict, before);
}

function remember(origin: string, now: Kept): void {
  try {
    localStorage.setItem(slot(origin), JSON.stringify(now));
  } catch { /* a browser that keeps nothing: each visit is the first */ }
}

function tell(box: HTMLElement, verdict: Verdict, before: Kept | null): void {
  const evidence = verdict === "shorter" || verdict === "broken";
  for (const part of box.querySelectorAll<HTMLElement>("[data-when]")) part.hidden = part.dataset["when"] !== verdict && !(evidence && part.dataset["when"] === "evidence");
  for (const part of box.querySelectorAll("[data-old-checkpoint]")) part.textContent = before?.signed ?? "";
  box.hidden = false;
}
