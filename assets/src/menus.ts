// Menus are <details>; here they also close on Escape and when one looks elsewhere.

export function closeMenus(): void {
  const others = (inside: Node | null) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      if (!inside || !menu.contains(inside)) menu.open = false;
    }
  };
  document.addEventListener("click", (e) => others(e.target as Node));
  document.addEventListener("focusin", (e) => others(e.target as Node));
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    const menu = (e.target as HTMLElement).closest?.<HTMLDetailsElement>("details.menu[open]");
    others(null);
    menu?.querySelector("summary")?.focus();
  });
}
