// Draws figures with ECharts as SVG, in the colors of the page. Only the parts
// used are bundled.
import { BarChart, GraphChart, HeatmapChart, LineChart, SankeyChart } from "echarts/charts";
import { AriaComponent, CalendarComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { ChartData } from "./charts.ts";
import { option } from "./options.ts";

use([BarChart, GraphChart, HeatmapChart, LineChart, SankeyChart, AriaComponent, CalendarComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, SVGRenderer]);

export interface Drawn {
  /** The figure as a file of its own. */
  svg(): string;
}

/** How high a graph must be for its names: on a phone it goes down the page, a layer below the other; else its fullest layer decides. */
function graphHeight(data: ChartData, width: number): number {
  const inLayer = new Map<number, number>();
  for (const n of data.nodes ?? []) inLayer.set(n.layer ?? 0, (inLayer.get(n.layer ?? 0) ?? 0) + 1);
  return 60 * (width < 520 ? inLayer.size : Math.max(0, ...inLayer.values()));
}

/** Draws into the box, again whenever its size or the color scheme changes. */
export function draw(box: HTMLElement, data: ChartData): Drawn {
  if (data.kind === "graph") box.style.height = `${Math.max(box.clientHeight, graphHeight(data, box.clientWidth))}px`;
  const chart = init(box, null, { renderer: "svg" });
  const paint = () => chart.setOption(option(data, colors(box), box.clientWidth, box.clientHeight) as EChartsCoreOption, true);
  paint();
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (box.clientWidth === width) return;
    width = box.clientWidth;
    chart.resize();
    paint();
  }).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  chart.on("click", (e) => {
    const href = (e.data as { href?: string } | null)?.href;
    if (href) location.href = href;
  });
  return { svg: () => chart.renderToSVGString() };
}

/** The page's colors, read from its custom properties. */
export interface Colors {
  text: string;
  quiet: string;
  line: string;
  surface: string;
  font: string;
  series: string[];
}

/** Lets the browser resolve each property to a plain color that ECharts can mix. */
function colors(box: HTMLElement): Colors {
  const probe = document.createElement("span");
  probe.hidden = true;
  box.after(probe);
  const of = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const found: Colors = {
    text: of("--text"), quiet: of("--text-quiet"), line: of("--line"), surface: of("--surface"), font: getComputedStyle(box).fontFamily,
    series: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => of(`--series-${n}`)),
  };
  probe.remove();
  return found;
}
