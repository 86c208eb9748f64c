// A running timer counts up beside the time at which it started, which is
// what the server keeps.

/** Starts every [data-timer] below root; data-since is an RFC 3339 time. */
export function runTimers(root: ParentNode): void {
  for (const node of root.querySelectorAll<HTMLElement>("[data-timer]:not([data-runs])")) {
    const since = Date.parse(node.dataset["since"] ?? "");
    if (Number.isNaN(since)) continue;
    node.dataset["runs"] = "";
    const show = () => {
      if (!node.isConnected) return clearInterval(ticking);
      node.textContent = clock(Date.now() - since);
    };
    const ticking = setInterval(show, 1000);
    show();
  }
}

/** Writes milliseconds as hours, minutes and seconds: "1:02:05". */
export function clock(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}
