// Merkle trees as logs have them (RFC 6962): hashing, and the two proofs, checked
// by the rules of RFC 9162, sections 2.1.3.2 and 2.1.4.2.

/** A SHA-256. */
export type Hash = Uint8Array;

const join = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
};

/** SHA-256 over parts, one after the other. */
export async function sha256(...parts: Uint8Array[]): Promise<Hash> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
}

/** The hash of an entry as a leaf. */
export const leafHash = (entry: Uint8Array): Promise<Hash> => sha256(Uint8Array.of(0), entry);

/** The hash of two subtrees. */
export const nodeHash = (left: Hash, right: Hash): Promise<Hash> => sha256(Uint8Array.of(1), left, right);

/** Whether two texts of bytes are the same. */
export const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((x, i) => x === b[i]);

/** Walks up from a node of a level of a tree: the numbers of the node and of the last one. */
class Climb {
  constructor(public node: bigint, public last: bigint) {}
  get inside(): boolean { return this.last > 0n; }
  get isRight(): boolean { return (this.node & 1n) === 1n; }
  get fromLeft(): boolean { return this.isRight || this.node === this.last; }
  up(): void {
    this.node >>= 1n;
    this.last >>= 1n;
  }
  /** Passes the levels at which the node has no sibling. */
  skip(): void {
    while (!this.isRight && this.node !== 0n) this.up();
  }
}

/** Whether the proof shows that the leaf is number index of the tree of a size with the root. */
export async function isIncluded(proof: Hash[], index: bigint, size: bigint, leaf: Hash, root: Hash): Promise<boolean> {
  if (index < 0n || index >= size) return false;
  const at = new Climb(index, size - 1n);
  let hash = leaf;
  for (const sibling of proof) {
    if (!at.inside) return false;
    if (at.fromLeft) {
      hash = await nodeHash(sibling, hash);
      at.skip();
    } else {
      hash = await nodeHash(hash, sibling);
    }
    at.up();
  }
  return !at.inside && same(hash, root);
}

/** Whether the proof shows that the tree of the old size is the beginning of the other. */
export async function isContinued(proof: Hash[], old: bigint, oldRoot: Hash, size: bigint, root: Hash): Promise<boolean> {
  if (old < 0n || old > size) return false;
  if (old === size) return proof.length === 0 && same(oldRoot, root);
  if (old === 0n) return proof.length === 0 && same(oldRoot, await sha256());
  const path = (old & (old - 1n)) === 0n ? [oldRoot, ...proof] : proof;
  const [first, ...rest] = path;
  if (!first) return false;
  const at = new Climb(old - 1n, size - 1n);
  while (at.isRight) at.up();
  let before = first;
  let now = first;
  for (const sibling of rest) {
    if (!at.inside) return false;
    if (at.fromLeft) {
      before = await nodeHash(sibling, before);
      now = await nodeHash(sibling, now);
      at.skip();
    } else {
      now = await nodeHash(now, sibling);
    }
    at.up();
  }
  return !at.inside && same(before, oldRoot) && same(now, root);
}
