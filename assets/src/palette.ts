// The command palette: Ctrl-K opens it, arrows move, Enter goes. Its list is
// the search page's own list, fetched by htmx as one types.

export function openPalette(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#palette");
  const input = dialog?.querySelector("input");
  if (!dialog || !input) return;
  const links = () => [...dialog.querySelectorAll<HTMLAnchorElement>(".hits a")];

  document.addEventListener("keydown", (e) => {
    const typing = (e.target as HTMLElement).closest?.("input, textarea, select, [contenteditable]");
    if ((e.key === "k" && (e.ctrlKey || e.metaKey)) || (e.key === "/" && !typing)) {
      e.preventDefault();
      if (dialog.open) dialog.close();
      else dialog.showModal();
      input.select();
    }
  });
  dialog.addEventListener("keydown", (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) {
      e.preventDefault();
      move(links(), step, input);
    }
  });
  dialog.querySelector("form")?.addEventListener("submit", (e) => {
    const first = links()[0];
    if (first && input.value !== "") {
      e.preventDefault();
      first.click();
    }
  });
  dialog.addEventListener("click", (e) => {
    if (e.target === dialog) dialog.close(); // the backdrop
  });
}

/** Moves the focus along the list; above its first line is the input. */
function move(list: HTMLAnchorElement[], step: number, input: HTMLInputElement): void {
  const next = list.indexOf(document.activeElement as HTMLAnchorElement) + step;
  if (next < 0) input.focus();
  else list[Math.min(next, list.length - 1)]?.focus();
}
