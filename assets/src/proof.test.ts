import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, headOf, parseProof, type Kept } from "./heads.ts";
import { isContinued, isIncluded, leafHash, nodeHash, same, sha256, type Hash } from "./merkle.ts";
import { parseKey, parseNote } from "./note.ts";
import { checkReceipt, isGood, type Checked } from "./receipt.ts";
import { cosignedReceipt } from "./receipt.fixture.ts";

// Trees after the definitions of RFC 6962, section 2.1, without any of the code under test but the two hashes.
const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));
async function root(leaves: Hash[]): Promise<Hash> {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0]!;
  const k = split(leaves.length);
  return nodeHash(await root(leaves.slice(0, k)), await root(leaves.slice(k)));
}
async function path(m: number, leaves: Hash[]): Promise<Hash[]> {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k ? [...(await path(m, leaves.slice(0, k))), await root(leaves.slice(k))] : [...(await path(m - k, leaves.slice(k))), await root(leaves.slice(0, k))];
}
async function proof(m: number, leaves: Hash[], whole = true): Promise<Hash[]> {
  if (m === leaves.length) return whole ? [] : [await root(leaves)];
  const k = split(leaves.length);
  return m <= k ? [...(await proof(m, leaves.slice(0, k), whole)), await root(leaves.slice(k))] : [...(await proof(m - k, leaves.slice(k), false)), await root(leaves.slice(0, k))];
}
const some = (n: number, from = 0): Promise<Hash[]> => Promise.all(Array.from({ length: n }, (_, i) => leafHash(Uint8Array.of(i + from))));
const flipped = (h: Hash): Hash => h.map((x, i) => (i === 0 ? x ^ 1 : x));

test("every entry of every tree up to 40 is included, at its place only", async () => {
  for (let n = 1; n <= 40; n++) {
    const leaves = await some(n);
    const top = await root(leaves);
    for (let m = 0; m < n; m++) {
      const p = await path(m, leaves);
      assert.ok(await isIncluded(p, BigInt(m), BigInt(n), leaves[m]!, top), `${m} of ${n}`);
      assert.ok(!(await isIncluded(p, BigInt(m), BigInt(n), flipped(leaves[m]!), top)));
      assert.ok(!(await isIncluded(p, BigInt(m), BigInt(n), leaves[m]!, flipped(top))));
      assert.ok(!(await isIncluded([...p, top], BigInt(m), BigInt(n), leaves[m]!, top)));
      if (n > 1) assert.ok(!(await isIncluded(p, BigInt((m + 1) % n), BigInt(n), leaves[m]!, top)));
      if (p.length > 0) assert.ok(!(await isIncluded(p.slice(1), BigInt(m), BigInt(n), leaves[m]!, top)));
    }
  }
  assert.ok(!(await isIncluded([], 0n, 0n, await leafHash(new Uint8Array()), await sha256())));
});

test("every tree up to 40 continues every smaller one, and no other", async () => {
  const leaves = await some(40);
  const roots = await Promise.all(Array.from({ length: 41 }, (_, n) => root(leaves.slice(0, n))));
  for (let n = 0; n <= 40; n++) {
    for (let m = 0; m <= n; m++) {
      const p = m === 0 ? [] : await proof(m, leaves.slice(0, n));
      assert.ok(await isContinued(p, BigInt(m), roots[m]!, BigInt(n), roots[n]!), `${m} to ${n}`);
      assert.ok(!(await isContinued(p, BigInt(m), flipped(roots[m]!), BigInt(n), roots[n]!)));
      assert.ok(!(await isContinued([...p, roots[n]!], BigInt(m), roots[m]!, BigInt(n), roots[n]!)));
      if (m > 0) assert.ok(!(await isContinued(p, BigInt(m), roots[m]!, BigInt(n), flipped(roots[n]!))));
      if (m > 0 && p.length > 0) assert.ok(!(await isContinued(p.slice(0, -1), BigInt(m), roots[m]!, BigInt(n), roots[n]!)));
    }
  }
  assert.ok(!(await isContinued([], 5n, roots[5]!, 4n, roots[4]!)));
});

test("a receipt that another program wrote is right, and every changed letter spoils it", async () => {
  const c = await checkReceipt(cosignedReceipt);
  const all: Partial<Checked> = { form: "good", entry: "good", place: "good", signature: "good", witnesses: "good", opened: "good" };
  for (const [name, want] of Object.entries(all)) assert.equal(c[name as keyof Checked], want, name);
  assert.ok(isGood(c));
  assert.equal(c.cosigned.length, 2);
  assert.equal(c.cosigned[0]?.at?.toISOString(), "2026-05-04T12:00:00.000Z");
  const key = (c.key ?? "").length;
  assert.ok(key > 50);
  for (let i = 0; i < cosignedReceipt.length; i += 7) {
    const other = cosignedReceipt[i] === "A" ? "B" : "A";
    const changed = cosignedReceipt.slice(0, i) + other + cosignedReceipt.slice(i + 1);
    assert.ok(!isGood(await checkReceipt(changed)), `letter ${i}: ${cosignedReceipt.slice(i - 10, i + 10)}`);
  }
  for (const text of ["", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\n", cosignedReceipt.slice(0, -2), "\u0000"]) assert.equal((await checkReceipt(text)).form, "bad", text.slice(0, 40));
});

// A log in the browser's own cryptography.
async function log(name: string, leaves: Hash[], pair?: CryptoKeyPair): Promise<Kept & { pair: CryptoKeyPair }> {
  pair ??= (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const text = new TextEncoder();
  const b64 = (b: Uint8Array) => Buffer.from(b).toString("base64");
  const raw = Uint8Array.of(1, ...new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const id = (await sha256(text.encode(name + "\n"), raw)).slice(0, 4);
  const body = `${name}\n${leaves.length}\n${b64(await root(leaves))}\n`;
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, text.encode(body)));
  return { pair, key: `${name}+${Buffer.from(id).toString("hex")}+${b64(raw)}`, signed: `${body}\n— ${name} ${b64(Uint8Array.of(...id, ...signature))}\n` };
}

test("a browser keeps what it saw and is told every other history", async () => {
  const leaves = await some(30);
  const fork = [...(await some(12)), ...(await some(18, 100))];
  const never = () => Promise.reject(new Error("away"));
  const from = (l: Hash[]) => async (old: bigint, size: bigint) => proof(Number(old), l.slice(0, Number(size)));
  const old = await log("l", leaves.slice(0, 20));
  const at = (l: Hash[]) => log("l", l, old.pair);
  assert.equal(await compare(old, null, never), "first");
  assert.equal(await compare(old, old, never), "same");
  assert.equal(await compare(await at(leaves), old, from(leaves)), "continues");
  assert.equal(await compare(await at(leaves), old, never), "unproven");
  assert.equal(await compare(await at(leaves.slice(0, 19)), old, from(leaves)), "shorter");
  assert.equal(await compare(await at(fork), old, from(fork)), "broken");
  assert.equal(await compare(await at(fork.slice(0, 20)), old, never), "broken");
  assert.equal(await compare(await at(leaves), old, async () => []), "broken");
  assert.equal(await compare(await at(leaves), await log("l", [], old.pair), never), "continues");
  assert.equal(await compare(await log("l", leaves), old, from(leaves)), "newkey");
  assert.equal(await compare(await log("l", fork), old, from(fork)), "broken");
  const other = await at(leaves);
  assert.equal(await compare({ ...other, key: (await log("l", leaves)).key }, old, never), "unsigned");
  assert.equal(await compare({ ...other, signed: other.signed.replace("\n30\n", "\n31\n") }, old, never), "unsigned");
  assert.equal(await compare({ ...other, key: other.key.replace("l+", "m+") }, old, never), "unsigned");
});

test("notes, keys and proofs are read in one spelling only", async () => {
  const { signed, key } = await log("l", await some(3));
  assert.equal(headOf(signed)?.size, 3n);
  for (const bad of ["", "l\n3\n", signed.slice(0, -1), signed.replace("\n3\n", "\n03\n"), signed.replace("\n3\n", "\n-3\n"), signed.replace("—", "-"), signed.replace(/ (\S)(\S+)\n$/, " $2\n")]) assert.equal(headOf(bad), null, JSON.stringify(bad));
  assert.equal(parseNote("text\n\n— a AAAA\n"), null);
  for (const bad of ["", "l", key + "=", key.replace("+", "+0"), key.replace(/\+A/, "+B"), key.toUpperCase()]) assert.equal(await parseKey(bad), null, bad);
  assert.throws(() => parseProof("AAAA\n"));
  assert.ok(same(parseProof(Buffer.alloc(32).toString("base64") + "\n")[0]!, new Uint8Array(32)));
});
