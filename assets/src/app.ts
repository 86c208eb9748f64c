// Everything works without this file; it only makes pages quicker to use.
import "htmx.org";
import { hydrateCharts } from "./charts.ts";
import { confirmFirst, copyOnClick, guardDoubleSend, keepDrafts, startAtErrors, submitOnChange } from "./forms.ts";
import { closeMenus } from "./menus.ts";
import { openPalette } from "./palette.ts";
import { runSliders } from "./sliders.ts";
import { runTimers } from "./timer.ts";

document.documentElement.classList.add("scripts");
openPalette();
closeMenus();
confirmFirst();
copyOnClick();
guardDoubleSend();
submitOnChange();
keepDrafts();
startAtErrors();
runSliders();

/** What has to look at new content, now and after each swap of htmx. */
function settle(root: ParentNode): void {
  hydrateCharts(root);
  runTimers(root);
}
settle(document);
document.addEventListener("htmx:after:swap", () => settle(document));
