// A table that is wider than the screen scrolls; here also by the keyboard, in
// browsers that do not see to it themselves.

export function letKeysScroll(): void {
  for (const box of document.querySelectorAll<HTMLElement>(".scroll")) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
