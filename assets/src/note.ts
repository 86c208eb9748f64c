// Signed checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
import { same, sha256, type Hash } from "./merkle.ts";

const text = new TextEncoder();

/** Bytes of base64 as RFC 4648 writes it, in one spelling only; null for anything else. */
export function base64(encoded: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
    return btoa(String.fromCharCode(...bytes)) === encoded ? bytes : null;
  } catch {
    return null;
  }
}

/** A head of a log: how many entries it has, and the root over them. */
export interface Head {
  origin: string;
  size: bigint;
  root: Hash;
}

/** A signature line of a note. */
interface Signature {
  name: string;
  id: Uint8Array;
  bytes: Uint8Array;
}

/** A note: what is signed, and its signatures. */
export interface Note {
  body: string;
  signatures: Signature[];
}

/** Reads a note; null for what is none. */
export function parseNote(signed: string): Note | null {
  const cut = signed.lastIndexOf("\n\n");
  if (cut < 0 || !signed.endsWith("\n")) return null;
  const signatures: Signature[] = [];
  for (const line of signed.slice(cut + 2, -1).split("\n")) {
    const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    const raw = encoded ? base64(encoded) : null;
    if (!name || !raw || raw.length < 5) return null;
    signatures.push({ name, id: raw.slice(0, 4), bytes: raw.slice(4) });
  }
  return { body: signed.slice(0, cut + 1), signatures };
}

/** Reads the body of a checkpoint; null for what is none. */
export function parseHead(body: string): Head | null {
  const [origin, size, encoded] = body.split("\n");
  const root = encoded ? base64(encoded) : null;
  if (!origin || !size || !/^(0|[1-9]\d{0,18})$/.test(size) || root?.length !== 32) return null;
  return { origin, size: BigInt(size), root };
}

/** A public key: its name, its number in signature lines, what it signs, and itself. */
export interface Key {
  name: string;
  id: Uint8Array;
  kind: "log" | "witness";
  public: Uint8Array;
}

const kinds: Record<number, Key["kind"]> = { 1: "log", 4: "witness" };

/** Reads a public key (a vkey) and checks its number; null for what is none. */
export async function parseKey(vkey: string): Promise<Key | null> {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) ?? [];
  const raw = encoded ? base64(encoded) : null;
  const kind = kinds[raw?.[0] ?? 0];
  if (!name || !id || raw?.length !== 33 || !kind) return null;
  const number = (await sha256(text.encode(name + "\n"), raw)).slice(0, 4);
  const hex = [...number].map((b) => b.toString(16).padStart(2, "0")).join("");
  return hex === id ? { name, id: number, kind, public: raw.slice(1) } : null;
}

/** Whether this browser can check signatures. */
export async function canVerify(): Promise<boolean> {
  try {
    return Boolean(await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]));
  } catch {
    return false;
  }
}

async function verify(key: Key, message: string, signature: Uint8Array): Promise<boolean> {
  const imported = await crypto.subtle.importKey("raw", new Uint8Array(key.public), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, new Uint8Array(signature), text.encode(message));
}

/** What a note says about one key: when a witness signed, or that a log did. */
export interface Signed {
  name: string;
  at?: Date;
}

/** Checks the signature of a key under a note: null when there is none by it, false when it is wrong. */
export async function signedBy(note: Note, key: Key): Promise<Signed | null | false> {
  const found = note.signatures.find((s) => s.name === key.name && same(s.id, key.id));
  if (!found) return null;
  if (key.kind === "log") return (await verify(key, note.body, found.bytes)) && { name: key.name };
  if (found.bytes.length !== 72) return false;
  const seconds = new DataView(found.bytes.buffer, found.bytes.byteOffset).getBigUint64(0);
  const good = await verify(key, `cosignature/v1\ntime ${seconds}\n${note.body}`, found.bytes.slice(8));
  return good && { name: key.name, at: new Date(Number(seconds) * 1000) };
}
