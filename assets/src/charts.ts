// Finds the figures of a page and draws those that come into view. The
// drawing library is a chunk of its own, fetched only when there is a figure.
import { tableToCSV } from "./csv.ts";

/** What chart.go writes beside every figure. */
export interface ChartData {
  kind: "bar" | "line" | "step" | "area" | "stacked" | "rows" | "calendar" | "sankey" | "graph";
  title: string;
  summary: string;
  unit: string;
  categories?: string[];
  series?: { name: string; dashed?: boolean; values: number[]; shown: string[] }[];
  nodes?: { id: string; label: string; href?: string; layer?: number; kind?: number }[];
  edges?: { from: string; to: string; label?: string }[];
  links?: { from: string; to: string; value: number; shown: string; href?: string }[];
}

const seen = new WeakSet<Element>();

export function hydrateCharts(root: ParentNode): void {
  const eye = new IntersectionObserver((entries) => {
    for (const e of entries) {
      if (!e.isIntersecting) continue;
      eye.unobserve(e.target);
      void show(e.target as HTMLElement);
    }
  }, { rootMargin: "200px" });
  for (const figure of root.querySelectorAll("figure.chart")) {
    if (seen.has(figure)) continue;
    seen.add(figure);
    eye.observe(figure);
  }
}

async function show(figure: HTMLElement): Promise<void> {
  const canvas = figure.querySelector<HTMLElement>(".canvas");
  const island = figure.querySelector('script[type="application/json"]');
  if (!canvas || !island?.textContent) return;
  const data = JSON.parse(island.textContent) as ChartData;
  const { draw } = await import("./draw.ts");
  const chart = draw(canvas, data);
  figure.querySelector('[data-export="svg"]')?.addEventListener("click", () => save(`${data.title}.svg`, "image/svg+xml", chart.svg()));
  figure.querySelector('[data-export="csv"]')?.addEventListener("click", () => {
    const table = figure.querySelector("table");
    if (table) save(`${data.title}.csv`, "text/csv", tableToCSV(table));
  });
}

/** Hands a text to the browser as a file to save. */
function save(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
