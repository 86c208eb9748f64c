// Bundles src into dist: scripts and styles with a hash of their content in
// the name, the icon sprite, and manifest.json from plain to hashed names.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const dist = "dist";
mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) if (name !== ".gitkeep") rmSync(join(dist, name), { recursive: true });

const { metafile } = await build({
  entryPoints: { app: "src/app.ts", "app.css": "src/styles/app.css" },
  outdir: dist,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  loader: { ".png": "dataurl" },
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  minify: true,
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [file, out] of Object.entries(metafile.outputs)) {
  const hashed = basename(file);
  const plain = out.entryPoint?.endsWith(".css") ? "app.css" : out.entryPoint === "src/app.ts" ? "app.js" : hashed;
  manifest[plain] = hashed;
}
add("icons.svg", sprite(JSON.parse(readFileSync("icons.json", "utf8"))));
add("icon.svg", readFileSync("src/mark.svg", "utf8"));
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");

/** Writes a file under its name with a hash of its content. */
function add(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  const hashed = name.replace(".", `-${hash}.`);
  writeFileSync(join(dist, hashed), text);
  manifest[name] = hashed;
}

/** One SVG with a <symbol> per icon, each stroked in the color of the text. */
function sprite(names) {
  const symbols = names.map((name) => {
    const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
  });
  const mark = readFileSync("src/mark.svg", "utf8");
  symbols.push(`<symbol id="mark" viewBox="0 0 32 32">${mark.slice(mark.indexOf(">") + 1, mark.lastIndexOf("</svg>")).replace(/\s+/g, " ").trim()}</symbol>`);
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- icons: Lucide, ISC license -->${symbols.join("\n")}</svg>\n`;
}
