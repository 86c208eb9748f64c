// Niceties of forms: start at the errors, ask first, copy, send on change, not twice, keep drafts.

/** A form that came back with errors starts at their summary. */
export function startAtErrors(): void {
  document.querySelector<HTMLElement>("#errors")?.focus();
}

/** A button with data-confirm asks before its form is sent. */
export function confirmFirst(): void {
  document.addEventListener("submit", (e) => {
    const question = (e.submitter as HTMLElement | null)?.dataset["confirm"];
    if (question && !window.confirm(question)) {
      e.preventDefault();
      e.stopImmediatePropagation();
    }
  }, true);
}

/** A button with data-copy copies its text and says so. */
export function copyOnClick(): void {
  document.addEventListener("click", async (e) => {
    const button = (e.target as HTMLElement).closest?.<HTMLElement>("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
    toast(button.dataset["done"] ?? "");
  });
}

/** Shows a short message that goes by itself. */
export function toast(text: string): void {
  const box = document.querySelector("#toasts");
  if (!box || text === "") return;
  const p = document.createElement("p");
  p.textContent = text;
  box.append(p);
  setTimeout(() => p.remove(), 4000);
}

/** An input with data-submit sends its form when it changes. */
export function submitOnChange(): void {
  document.addEventListener("change", (e) => {
    const input = e.target as HTMLInputElement;
    if (input.matches?.("[data-submit]")) input.form?.requestSubmit();
  });
}

/** While a form is on its way its buttons rest; coming back wakes them. */
export function guardDoubleSend(): void {
  document.addEventListener("submit", (e) => {
    const form = e.target as HTMLFormElement;
    if (e.defaultPrevented || form.method !== "post" || form.matches("[hx-post]")) return;
    form.setAttribute("aria-busy", "true");
    setTimeout(() => { // after the browser has read which button was pressed
      for (const b of form.querySelectorAll("button")) b.disabled = true;
    });
  });
  window.addEventListener("pageshow", (e) => {
    if (!e.persisted) return;
    for (const form of document.querySelectorAll("form[aria-busy]")) {
      form.removeAttribute("aria-busy");
      for (const b of form.querySelectorAll("button")) b.disabled = false;
    }
  });
}

/**
 * A form with data-draft keeps what is typed in this browser until it is sent,
 * so that a closed tab loses nothing.
 */
export function keepDrafts(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    const key = `draft:${location.pathname}:${form.dataset["draft"]}`;
    const inputs = () => [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea, input[type=text]")];
    const saved = JSON.parse(localStorage.getItem(key) ?? "{}") as Record<string, string>;
    for (const input of inputs()) {
      const text = saved[input.name];
      if (text !== undefined && input.value === "") input.value = text;
    }
    form.addEventListener("input", () => {
      localStorage.setItem(key, JSON.stringify(Object.fromEntries(inputs().map((i) => [i.name, i.value]))));
    });
    form.addEventListener("submit", () => localStorage.removeItem(key));
  }
}
