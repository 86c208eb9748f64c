// The places where a reader has a receipt checked: [data-receipt] holds either the
// text of one, in [data-text], or a field to choose a file.
import { checkReceipt, isGood, type Checked } from "./receipt.ts";

/** Binds every [data-receipt] below root. */
export function checkReceipts(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>("[data-receipt]:not([data-bound])")) {
    box.dataset["bound"] = "";
    const text = box.querySelector("[data-text]")?.textContent;
    box.querySelector("button")?.addEventListener("click", () => void show(box, text ?? ""));
    const file = box.querySelector<HTMLInputElement>("input[type=file]");
    file?.addEventListener("change", async () => {
      const chosen = file.files?.[0];
      if (chosen) await show(box, chosen.size > 2 << 20 ? "" : await chosen.text());
    });
  }
}

async function show(box: HTMLElement, receipt: string): Promise<void> {
  if (!("subtle" in crypto)) return unhide(box, "result", "unable");
  const checked = await checkReceipt(receipt);
  unhide(box, "result", isGood(checked) ? "good" : "bad");
  for (const name of ["form", "entry", "place", "signature", "witnesses", "opened"] as const) {
    const said = name === "form" || checked.form === "good"; // of what is no receipt nothing else was checked
    unhide(box, name, said ? checked[name] : "none");
  }
  fill(box, checked);
  box.querySelector<HTMLElement>("[data-results]")?.focus();
}

/** Shows, of the texts about one check, the one for its outcome. */
function unhide(box: HTMLElement, check: string, outcome: string): void {
  const results = box.querySelector<HTMLElement>("[data-results]");
  if (results) results.hidden = false;
  for (const part of box.querySelectorAll<HTMLElement>(`[data-check="${check}"]`)) part.hidden = part.dataset["when"] !== outcome;
}

function fill(box: HTMLElement, c: Checked): void {
  const lang = document.documentElement.lang;
  const values: Record<string, string> = {
    index: c.index?.toLocaleString(lang) ?? "", size: c.head?.size.toLocaleString(lang) ?? "", origin: c.head?.origin ?? "", act: c.act ?? "", key: c.key ?? "",
    cosigned: c.cosigned.map((s) => `${s.name} (${s.at?.toLocaleString(lang) ?? ""})`).join(", "),
  };
  for (const part of box.querySelectorAll<HTMLElement>("[data-fill]")) part.textContent = values[part.dataset["fill"] ?? ""] ?? "";
}
