// What ECharts is asked to draw for each kind of figure: direct labels where
// there is room, a zero baseline for lengths, no decoration.
import type { ChartData } from "./charts.ts";
import type { Colors } from "./draw.ts";

type Option = Record<string, unknown>;

/** The option of a figure in a box of so many pixels. */
export function option(data: ChartData, c: Colors, width: number): Option {
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
  if (data.kind === "calendar") return { ...base, ...calendar(data, c, width) };
  return { ...base, ...cartesian(data, c) };
}

function sankey(data: ChartData, c: Colors, width: number): Option {
  const names = new Map(data.nodes?.map((n) => [n.id, n.label]));
  const goesOn = new Set(data.links?.map((l) => l.from));
  const narrow = width < 520;
  const label = { color: c.text, fontSize: narrow ? 11 : 12.5, overflow: "truncate", width: narrow ? 76 : 150, textBorderColor: c.surface, textBorderWidth: 2 };
  return {
    series: [{
      type: "sankey", left: 2, right: narrow ? 2 : 160, top: 8, bottom: 8,
      nodeGap: 14, nodeWidth: narrow ? 8 : 12, draggable: false, layoutIterations: 64,
      emphasis: { focus: "trajectory" }, labelLayout: { hideOverlap: true },
      lineStyle: { color: "source", opacity: 0.25, curveness: 0.5 },
      label: { ...label, formatter: (p: { name: string }) => names.get(p.name) ?? p.name },
      data: data.nodes?.map((n, i) => ({
        name: n.id, href: n.href,
        itemStyle: { color: c.series[i % c.series.length], borderWidth: 0, borderRadius: 3 },
        label: { position: narrow && !goesOn.has(n.id) ? "left" : "right" }, // on a phone the last column writes inward
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
    ...(data.kind === "line" || data.kind === "area" ? { boundaryGap: false } : {}),
  };
  const numbers = { type: "value", axisLabel: { color: c.quiet, hideOverlap: true }, splitLine: { lineStyle: { color: c.line } }, splitNumber: 4 };
  return {
    legend: { show: many, top: 0, left: 0, itemWidth: 14, itemHeight: 10, itemGap: 16, icon: "roundRect", textStyle: { color: c.text } },
    grid: { left: 4, right: 16, top: many ? 40 : 16, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: rows ? numbers : names,
    yAxis: rows ? names : numbers,
    tooltip: { trigger: "axis", axisPointer: { type: data.kind === "line" || data.kind === "area" ? "line" : "shadow", shadowStyle: { color: c.line, opacity: 0.35 } }, formatter: tooltip(data) },
    series: data.series?.map((s) => series(data, s)),
  };
}

type Series = NonNullable<ChartData["series"]>[number];

function series(data: ChartData, s: Series): Option {
  if (data.kind === "line" || data.kind === "area") {
    return {
      type: "line", name: s.name, data: s.values, symbolSize: 6, showSymbol: s.values.length <= 24,
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
