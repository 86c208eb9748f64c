// What ECharts is asked to draw for each kind of figure: direct labels where
// there is room, a zero baseline for lengths, no decoration.
import type { ChartData } from "./charts.ts";
import type { Colors } from "./draw.ts";

type Option = Record<string, unknown>;

/** The option of a figure in a box of that size, in pixels. */
export function option(data: ChartData, c: Colors, width: number, height: number): Option {
  const base: Option = {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    aria: { enabled: true, decal: { show: (data.series?.length ?? 0) > 4 } },
    color: c.series,
    textStyle: { fontFamily: c.font, color: c.text, fontSize: 13 },
    tooltip: {
      trigger: "item", confine: true, backgroundColor: c.surface, borderColor: c.line, textStyle: { color: c.text, fontSize: 13 },
      extraCssText: "box-shadow: 0 4px 16px rgb(0 0 0 / .12); border-radius: 8px",
    },
  };
  if (data.kind === "sankey") return { ...base, ...sankey(data, c, width) };
  if (data.kind === "graph") return { ...base, ...graph(data, c, width, height) };
  if (data.kind === "calendar") return { ...base, ...calendar(data, c, width) };
  return { ...base, ...cartesian(data, c) };
}

function sankey(data: ChartData, c: Colors, width: number): Option {
  const names = new Map(data.nodes?.map((n) => [n.id, n.label]));
  const narrow = width < 520;
  const nodeWidth = narrow ? 8 : 12;
  // Every column keeps the same room for its words, the last one too, so that
  // no two columns write over each other.
  const room = Math.min(200, Math.floor(width / columns(data)) - nodeWidth - (narrow ? 6 : 12));
  return {
    series: [{
      type: "sankey", left: 2, right: room + 6, top: 8, bottom: 8,
      nodeGap: narrow ? 18 : 14, nodeWidth, draggable: false, layoutIterations: 64,
      emphasis: { focus: "trajectory" }, labelLayout: { hideOverlap: true },
      lineStyle: { color: "source", opacity: 0.25, curveness: 0.5 },
      label: {
        color: c.text, fontSize: narrow ? 11 : 12.5, lineHeight: narrow ? 13 : 15, width: room, position: "right",
        overflow: room < 80 ? "truncate" : "break", // so narrow, a word would break in its middle; the table has it whole
        textBorderColor: c.surface, textBorderWidth: 2, formatter: (p: { name: string }) => names.get(p.name) ?? p.name,
      },
      data: data.nodes?.map((n, i) => ({
        name: n.id, href: n.href,
        itemStyle: { color: c.series[i % c.series.length], borderWidth: 0, borderRadius: 3 },
      })),
      links: data.links?.map((l) => ({ source: l.from, target: l.to, value: l.value, href: l.href, shown: l.shown })),
      tooltip: {
        formatter: (p: { dataType: string; name: string; data: { source?: string; target?: string; shown?: string } }) =>
          p.dataType === "edge"
            ? `${escape(names.get(p.data.source ?? "") ?? "")} → ${escape(names.get(p.data.target ?? "") ?? "")}<br><b>${escape(p.data.shown ?? "")}</b> ${escape(data.unit)}`
            : `<b>${escape(names.get(p.name) ?? p.name)}</b>`,
      },
    }],
  };
}

/** How many columns a flow has: the nodes on its longest way. */
export function columns(data: ChartData): number {
  const next = new Map<string, string[]>();
  for (const l of data.links ?? []) next.set(l.from, [...(next.get(l.from) ?? []), l.to]);
  const far = new Map<string, number>();
  const length = (id: string): number => {
    const known = far.get(id);
    if (known !== undefined) return known;
    far.set(id, 1); // a circle ends here
    const n = 1 + Math.max(0, ...(next.get(id) ?? []).map(length));
    far.set(id, n);
    return n;
  };
  return Math.max(2, ...[...next.keys()].map(length));
}

/**
 * Layers from left to right (from top to bottom on a phone), each spread
 * evenly. Places are pixels and the figure's frame is their bounding box, so
 * that nothing is stretched.
 */
function graph(data: ChartData, c: Colors, width: number, height: number): Option {
  const nodes = data.nodes ?? [];
  const layers = new Map<number, string[]>();
  for (const n of nodes) layers.set(n.layer ?? 0, [...(layers.get(n.layer ?? 0) ?? []), n.id]);
  const last = Math.max(1, ...layers.keys());
  const down = width < 520;
  // Where the layers stand close together, names go below in several lines.
  const step = (width - 150) / last;
  const tight = !down && step < 150;
  const room = down ? { along: height - 64, across: width } : { along: width - (tight ? 100 : 150), across: height - (tight ? 48 : 16) };
  const placed = nodes.map((n) => {
    const layer = layers.get(n.layer ?? 0) ?? [];
    const along = (tight ? 50 : 16) + ((n.layer ?? 0) / last) * room.along;
    const across = ((layer.indexOf(n.id) + 0.5) / layer.length) * room.across;
    return { node: n, x: down ? across : along, y: down ? along : across };
  });
  const xs = placed.map((p) => p.x);
  const ys = placed.map((p) => p.y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return {
    series: [{
      type: "graph", layout: "none", left, top, width: Math.max(1, Math.max(...xs) - left), height: Math.max(1, Math.max(...ys) - top),
      symbolSize: 14, edgeSymbol: ["none", "arrow"], edgeSymbolSize: 7, emphasis: { focus: "adjacency" }, labelLayout: { hideOverlap: true },
      label: {
        show: true, position: down || tight ? "bottom" : "right", color: c.text, fontSize: 12, width: down ? 84 : tight ? Math.max(64, step - 6) : 130,
        overflow: tight ? "break" : "truncate", lineHeight: 14,
        textBorderColor: c.surface, textBorderWidth: 3, formatter: (p: { data: { words: string } }) => p.data.words,
      },
      lineStyle: { color: c.quiet, opacity: 0.5, width: 1.5, curveness: 0.08 },
      data: placed.map(({ node, x, y }) => ({
        id: node.id, name: node.id, words: node.label, href: node.href, x, y, itemStyle: { color: c.series[(node.kind ?? 0) % c.series.length] },
      })),
      edges: data.edges?.map((e) => ({ source: e.from, target: e.to, words: e.label ?? "" })),
      tooltip: { formatter: (p: { data: { words: string } }) => escape(p.data.words) },
    }],
  };
}

function calendar(data: ChartData, c: Colors, width: number): Option {
  const values = data.series?.[0]?.values ?? [];
  const days = data.categories ?? [];
  const cell = Math.max(8, Math.min(18, Math.floor((width - 50) / 54)));
  return {
    visualMap: { show: false, min: 0, max: Math.max(1, ...values), inRange: { color: [c.line, c.series[0]] } },
    calendar: {
      range: [days[0], days.at(-1)], cellSize: [cell, cell], left: 36, top: 24, splitLine: { show: false },
      itemStyle: { color: "transparent", borderColor: c.surface, borderWidth: 3 },
      dayLabel: { color: c.quiet, firstDay: 1, fontSize: 11 }, monthLabel: { color: c.quiet, fontSize: 11 }, yearLabel: { show: false },
    },
    series: [{ type: "heatmap", coordinateSystem: "calendar", data: days.map((d, i) => [d, values[i]]), itemStyle: { borderRadius: 3 } }],
    tooltip: { formatter: (p: { dataIndex: number }) => `${escape(days[p.dataIndex] ?? "")}<br><b>${escape(data.series?.[0]?.shown[p.dataIndex] ?? "")}</b> ${escape(data.unit)}` },
  };
}

function cartesian(data: ChartData, c: Colors): Option {
  const rows = data.kind === "rows";
  const many = (data.series?.length ?? 0) > 1;
  const names = {
    type: "category", data: data.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: c.line } },
    axisLabel: { color: c.quiet, hideOverlap: true, ...(rows ? { width: 140, overflow: "truncate" } : {}) }, inverse: rows,
    ...(isLine(data) ? { boundaryGap: false } : {}),
  };
  const numbers = { type: "value", axisLabel: { color: c.quiet, hideOverlap: true }, splitLine: { lineStyle: { color: c.line } }, splitNumber: 4 };
  return {
    legend: { show: many, top: 0, left: 0, itemWidth: 14, itemHeight: 10, itemGap: 16, icon: "roundRect", textStyle: { color: c.text } },
    grid: { left: 4, right: 16, top: many ? 40 : 16, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: rows ? numbers : names,
    yAxis: rows ? names : numbers,
    tooltip: { trigger: "axis", axisPointer: { type: isLine(data) ? "line" : "shadow", shadowStyle: { color: c.line, opacity: 0.35 } }, formatter: tooltip(data) },
    series: data.series?.map((s) => series(data, s)),
  };
}

function isLine(data: ChartData): boolean {
  return data.kind === "line" || data.kind === "step" || data.kind === "area";
}

type Series = NonNullable<ChartData["series"]>[number];

function series(data: ChartData, s: Series): Option {
  if (isLine(data)) {
    return {
      type: "line", step: data.kind === "step" ? "end" : false, name: s.name, data: s.values, symbolSize: 6, showSymbol: s.values.length <= 24,
      lineStyle: { width: 2.5, type: s.dashed ? "dashed" : "solid" }, ...(data.kind === "area" ? { areaStyle: { opacity: 0.14 } } : {}),
    };
  }
  return {
    type: "bar", name: s.name, data: s.values, barMaxWidth: 36, stack: data.kind === "stacked" ? "all" : undefined, barCategoryGap: "32%",
    itemStyle: { borderRadius: data.kind === "stacked" ? 0 : data.kind === "rows" ? [0, 4, 4, 0] : [4, 4, 0, 0], ...(s.dashed ? { opacity: 0.5 } : {}) },
  };
}

/** The tooltip shows the numbers as the table writes them. */
function tooltip(data: ChartData) {
  return (list: { dataIndex: number; seriesIndex: number; marker: string }[]) => {
    const i = list[0]?.dataIndex ?? 0;
    const lines = list.map((p) => {
      const s = data.series?.[p.seriesIndex];
      return `${escape(s?.name ?? "")} <b>${escape(s?.shown[i] ?? "")}</b> ${escape(data.unit)}`;
    });
    return [escape(data.categories?.[i] ?? ""), ...lines].join("<br>");
  };
}

/** Makes a text safe inside the tooltip's markup. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
