// What the visitor's hands and eyes do on a page. Evaluated by the tests.

const shown = (e) => e.checkVisibility({ visibilityProperty: true });
const words = (s) => (s ?? "").replace(/\s+/g, " ").trim();

/** The first visible field of a name, in the page before the frame around it. */
function field(name) {
  const all = [...document.querySelectorAll(`[name="${name}"]`)].filter((e) => e.type !== "hidden" && shown(e));
  const found = all.find((e) => e.closest("main")) ?? all[0];
  if (!found) throw new Error(`no visible field ${name}`);
  return found;
}

function changed(e) {
  e.dispatchEvent(new Event("input", { bubbles: true }));
  e.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Puts a value into a field; answers "type" when the text is to be typed. */
function fill(name, text) {
  const e = field(name);
  e.scrollIntoView({ block: "center" });
  e.focus();
  if (e.tagName === "SELECT") {
    const option = [...e.options].find((o) => words(o.text) === text || o.value === text);
    if (!option) throw new Error(`${name} offers no ${text}, only ${[...e.options].map((o) => words(o.text)).join(", ")}`);
    e.value = option.value;
    changed(e);
    return "chosen";
  }
  if (["date", "datetime-local", "range"].includes(e.type)) {
    e.value = text;
    changed(e);
    return "set";
  }
  e.select();
  return "type";
}

/** Clicks the box or radio button of a name and value. */
function tick(name, value) {
  const box = [...document.querySelectorAll(`main [name="${name}"]`)].find((e) => e.value === value);
  if (!box) throw new Error(`no box ${name}=${value}`);
  if (!box.checked) box.click();
  return box.checked;
}

/** Whether a button or link goes by a name, to the eye or the ear; "Work…" stands for any name that begins so. */
function named(e, name) {
  const heard = e.cloneNode(true);
  for (const mute of heard.querySelectorAll("[aria-hidden=true]")) mute.remove();
  const names = [e.innerText, e.getAttribute("aria-label"), heard.textContent].map(words);
  return name.endsWith("…") ? names.some((s) => s.startsWith(name.slice(0, -1))) : names.includes(name);
}

/** The smallest part of the page that has a heading, row or line with a text. */
function part(text) {
  if (!text) return document;
  return [...document.querySelectorAll("main li, main tr, main section, main form, main fieldset, main details")].filter((e) => words(e.innerText).includes(text)).pop() ?? document.createElement("div");
}

/** The middle of the button or link that shows a text; null while there is none, something covers it, or it may still move. */
function find(text, within) {
  if (document.querySelector(".htmx-request")) return null;
  const all = [...part(within).querySelectorAll("button, a[href], summary")].filter((e) => shown(e) && !e.disabled && named(e, text));
  for (const e of [...all.filter((e) => e.closest("main")), ...all]) {
    e.scrollIntoView({ block: "center", behavior: "instant" });
    const box = [...e.getClientRects()].find((r) => r.width > 2 && r.height > 2);
    if (!box) continue;
    const at = { X: box.left + box.width / 2, Y: box.top + box.height / 2 };
    const top = document.elementFromPoint(at.X, at.Y);
    if (!top || !(e === top || e.contains(top))) continue;
    if (!e.matches("summary")) document.documentElement.dataset.left = "yes";
    return at;
  }
  return null;
}

/** Whether the page that was left has made place for another, whole, with all that it fetches by itself. */
function arrived() {
  return document.readyState === "complete" && !document.documentElement.dataset.left && !document.querySelector(".htmx-request");
}

/** Whether nothing moves. */
function still() {
  return document.getAnimations().every((a) => a.playState !== "running");
}

/** Whether all figures are drawn; goes to one that is not, as figures are drawn when they come into view. */
function drawn() {
  const blank = [...document.querySelectorAll("figure.chart .canvas")].find((e) => shown(e) && !e.querySelector("svg path"));
  blank?.scrollIntoView({ block: "center", behavior: "instant" });
  return !blank;
}

function top() {
  window.scrollTo({ top: 0, behavior: "instant" });
  return true;
}

function text() {
  return words(document.body?.innerText);
}

function address() {
  return location.href;
}

/** Whether something is wider than the screen, and what. */
function overflow() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".scroll, pre, [data-chart]"));
  return `the page is ${document.documentElement.scrollWidth} pixels wide on a screen of ${width}: ` + wide.slice(0, 5).map((e) => `${e.tagName.toLowerCase()}.${e.className}`).join(" ");
}

/** What the page shows only once, such as a link or a token. */
function secret() {
  return document.querySelector("main [data-copy]").dataset.copy;
}

/** What the keyboard is at: the name of a field, or the words of a link or button. */
function focused() {
  const e = document.activeElement;
  return e === document.body ? "" : e.name || words(e.getAttribute("aria-label") ?? e.innerText);
}
