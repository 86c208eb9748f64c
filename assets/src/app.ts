// Everything works without this file; it only makes pages quicker to use.
import "htmx.org";
import { hydrateCharts } from "./charts.ts";
import { confirmFirst, copyOnClick, guardDoubleSend, keepDrafts, startAtErrors, submitOnChange } from "./forms.ts";
import { watchHeads } from "./heads.ts";
import { closeMenus } from "./menus.ts";
import { openPalette } from "./palette.ts";
import { askForPasskeys } from "./passkey.ts";
import { drawPlaces } from "./places.ts";
import { checkReceipts } from "./receipts.ts";
import { letKeysScroll, showCurrentTab } from "./scroll.ts";
import { runSliders } from "./sliders.ts";
import { runTimers } from "./timer.ts";
import { tellZone } from "./zone.ts";

document.documentElement.classList.add("scripts");
tellZone();
openPalette();
closeMenus();
confirmFirst();
copyOnClick();
guardDoubleSend();
submitOnChange();
keepDrafts();
startAtErrors();
runSliders();
askForPasskeys(document);

/** What has to look at new content, now and after each swap of htmx. */
function settle(root: ParentNode): void {
  hydrateCharts(root);
  drawPlaces(root);
  runTimers(root);
  letKeysScroll();
  showCurrentTab();
  checkReceipts(root);
  void watchHeads(root);
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-explorer]")) void import("./explorer.ts").then((m) => m.explore(form));
}
settle(document);
document.addEventListener("htmx:after:swap", () => settle(document));
