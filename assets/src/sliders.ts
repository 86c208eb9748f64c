// Sliders show their value as they move, and a form with data-live sends
// itself so that its preview follows. Only the newest preview is wanted.

const pause = 120; // milliseconds of rest before the preview is asked for

export function runSliders(): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("input", (e) => {
    const input = e.target as HTMLInputElement;
    if (input.type === "range") {
      const output = input.parentElement?.querySelector("output");
      if (output) output.value = input.value;
    }
    const form = input.form;
    if (!form?.matches("[data-live]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => form.dispatchEvent(new Event("live", { bubbles: true })), pause);
  });
}
