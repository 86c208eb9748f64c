import assert from "node:assert/strict";
import { test } from "node:test";
import { quote } from "./csv.ts";
import { newLine, size, summary } from "./explorer.ts";
import { columns, escape } from "./options.ts";
import { clock } from "./timer.ts";

test("CSV quotes what RFC 4180 says", () => {
  assert.equal(quote("plain"), "plain");
  assert.equal(quote('say "hi", then\nleave'), '"say ""hi"", then\nleave"');
});

test("a spreadsheet never runs a name, and numbers stay numbers", () => {
  for (const text of ["=1+1", "+1", "@SUM(A1)", "-cmd", "\tx"]) assert.equal(quote(text).replaceAll('"', "").at(0), "'");
  assert.equal(quote("-2.5"), "-2.5");
  assert.equal(quote("1,234.50"), '"1,234.50"');
});

test("a name with markup is shown, not run, in a tooltip", () => {
  assert.equal(escape(`<img src=x onerror="a&b">'`), "&#60;img src=x onerror=&#34;a&#38;b&#34;&#62;&#39;");
});

test("the timer counts past a day and never below zero", () => {
  assert.equal(clock(0), "0:00:00");
  assert.equal(clock(3_725_999), "1:02:05");
  assert.equal(clock(90_000_000), "25:00:00");
  assert.equal(clock(-5000), "0:00:00");
});

test("a flow has as many columns as its longest way has stops, and a circle ends", () => {
  const flow = (...links: string[][]) => columns({ kind: "sankey", title: "", summary: "", unit: "", links: links.map(([from, to]) => ({ from, to, value: 1, shown: "1" })) });
  assert.equal(flow(["sales", "pot"]), 2);
  assert.equal(flow(["sales", "pot"], ["sales", "tax"], ["pot", "fund"], ["fund", "ada"]), 4);
  assert.equal(flow(["a", "b"], ["b", "a"]), 3);
});

test("a new line of a query stands where the last one began, deeper behind a bracket", () => {
  assert.equal(newLine("{"), "\n  ");
  assert.equal(newLine("{\n  nodes {"), "\n    ");
  assert.equal(newLine("{\n  nodes { id }"), "\n  ");
});

test("earlier questions are known by their comment, else by their first words", () => {
  assert.equal(summary("# The latest events\n{ x }"), "The latest events");
  assert.equal(summary("{\n  agents {\n    id } }"), "{ agents { id } }");
  assert.equal(size(999), "999 B");
  assert.equal(size(12_300), "12 kB");
});
