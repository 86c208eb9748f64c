// The API explorer asks without leaving the page and remembers earlier
// questions in this browser. Without it the form sends itself as any other.

interface Asked { query: string; variables: string }

const kept = 20;
const storage = "api-questions";

/** Brings a form with [data-explorer] to life. */
export function explore(form: HTMLFormElement): void {
  const word = (name: string) => form.dataset[name] ?? "";
  const query = form.querySelector<HTMLTextAreaElement>("#query")!;
  const variables = form.querySelector<HTMLTextAreaElement>("#variables")!;
  const answer = form.querySelector<HTMLElement>("[data-answer]")!;
  const status = form.querySelector<HTMLElement>("[data-status]")!;

  const put = (asked: Asked) => {
    query.value = asked.query;
    variables.value = asked.variables;
    variables.closest("details")!.open = asked.variables !== "";
    query.focus();
  };
  const ask = async () => {
    const asked = { query: query.value, variables: variables.value.trim() };
    let body: string;
    try {
      body = JSON.stringify({ query: asked.query, variables: asked.variables ? JSON.parse(asked.variables) : {} });
    } catch {
      status.textContent = word("variables");
      variables.focus();
      return;
    }
    answer.setAttribute("aria-busy", "true");
    try {
      const begin = performance.now();
      const got = await fetch(form.dataset["explorer"]!, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": crypto.randomUUID() }, body });
      const text = await got.text();
      const ms = Math.round(performance.now() - begin);
      const data = JSON.parse(text) as { errors?: unknown };
      answer.textContent = JSON.stringify(data, null, 2);
      status.textContent = word("took").replace("%1", String(ms)).replace("%2", size(text.length)) + (data.errors ? ` · ${word("failed")}` : "");
      remember(asked);
      earlier(form, put);
    } catch {
      status.textContent = word("away");
    }
    answer.removeAttribute("aria-busy");
  };
  form.addEventListener("submit", (e) => { e.preventDefault(); void ask(); });
  form.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); void ask(); }
  });
  query.addEventListener("keydown", indent);
  for (const link of form.querySelectorAll<HTMLAnchorElement>("a[data-query]")) {
    link.addEventListener("click", (e) => { e.preventDefault(); put({ query: link.dataset["query"]!, variables: "" }); void ask(); });
  }
  earlier(form, put);
}

/** Keeps the indentation of the line when a new one begins, one step deeper behind a bracket. */
function indent(e: KeyboardEvent): void {
  const area = e.target as HTMLTextAreaElement;
  if (e.key !== "Enter" || e.ctrlKey || e.metaKey || e.isComposing) return;
  e.preventDefault();
  area.setRangeText(newLine(area.value.slice(0, area.selectionStart)), area.selectionStart, area.selectionEnd, "end");
}

/** What a new line begins with behind this text. */
export function newLine(before: string): string {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return "\n" + (/^ */.exec(line)?.[0] ?? "") + (/[{([]\s*$/.test(line) ? "  " : "");
}

/** A size for people: "820 B", "12 kB". */
export function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${Math.round(bytes / 1000)} kB`;
}

function remembered(): Asked[] {
  try {
    return JSON.parse(localStorage.getItem(storage) ?? "[]") as Asked[];
  } catch {
    return []; // private windows and old entries: begin anew
  }
}

function remember(asked: Asked): void {
  const others = remembered().filter((x) => x.query !== asked.query || x.variables !== asked.variables);
  try {
    localStorage.setItem(storage, JSON.stringify([asked, ...others].slice(0, kept)));
  } catch { /* no room, or not allowed: the page works without */ }
}

/** Fills the menu of earlier questions. */
function earlier(form: HTMLFormElement, put: (asked: Asked) => void): void {
  const label = form.querySelector<HTMLElement>(".asking-earlier")!;
  const menu = label.querySelector("select")!;
  const list = remembered();
  label.hidden = list.length === 0;
  menu.replaceChildren(new Option(form.dataset["earlier"], ""), ...list.map((x, i) => new Option(summary(x.query), String(i))));
  menu.onchange = () => {
    const chosen = list[Number(menu.value)];
    if (menu.value !== "" && chosen) put(chosen);
    menu.value = "";
  };
}

/** The first words of a query: its comment, else its text on one line. */
export function summary(query: string): string {
  const comment = /^\s*#\s*(.+)/.exec(query)?.[1];
  return (comment ?? query.replace(/\s+/g, " ").trim()).slice(0, 60);
}
