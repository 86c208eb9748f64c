// A table that is wider than the screen scrolls; here also by the keyboard, in
// browsers that do not see to it themselves.

export function letKeysScroll(): void {
  for (const box of document.querySelectorAll<HTMLElement>(".scroll")) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

/** Where tabs are wider than a phone, the one that is shown is in sight. */
export function showCurrentTab(): void {
  for (const tab of document.querySelectorAll<HTMLElement>(".tabs [aria-current]")) {
    const tabs = tab.closest<HTMLElement>(".tabs")!;
    const [inner, outer] = [tab.getBoundingClientRect(), tabs.getBoundingClientRect()];
    if (inner.right > outer.right) tabs.scrollLeft += inner.right - outer.right + 16;
  }
}
