// Draws places on a map with Leaflet. The outlines of the countries (Natural
// Earth) come with the program: no request goes to another host. The library
// and the outlines are chunks of their own, fetched only where there is a map.

import type { GeometryCollection, Topology } from "topojson-specification";

interface Place {
  Name: string;
  Href: string;
  Lat: string;
  Long: string;
}

const seen = new WeakSet<Element>();

export function drawPlaces(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>("[data-map]")) {
    const island = box.querySelector('script[type="application/json"]');
    if (seen.has(box) || !island?.textContent) continue;
    seen.add(box);
    const places = (JSON.parse(island.textContent) as Place[]).filter((p) => p.Lat !== "" && p.Long !== "");
    if (places.length === 0) box.hidden = true;
    else void draw(box, places);
  }
}

async function draw(box: HTMLElement, places: Place[]): Promise<void> {
  const [{ default: L }, { feature }, { default: world }] = await Promise.all([
    import("leaflet"), import("topojson-client"), import("world-atlas/countries-50m.json"),
  ]);
  const map = L.map(box, { attributionControl: false, zoomControl: false, zoomSnap: 0.5, minZoom: 2, maxZoom: 12, worldCopyJump: true });
  L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const outlines = world as unknown as Topology<{ countries: GeometryCollection }>;
  L.geoJSON(feature(outlines, outlines.objects.countries), { interactive: false, style: { className: "land", weight: 1 } }).addTo(map);
  for (const p of places) pin(L, p).addTo(map);
  const bounds = L.latLngBounds(places.map((p) => [Number(p.Lat), Number(p.Long)]));
  map.fitBounds(bounds.pad(0.3), { maxZoom: 7 });
}

/** A point with its name beside it; it leads to the page of the place. */
function pin(L: typeof import("leaflet"), p: Place): import("leaflet").Marker {
  const icon = L.divIcon({ className: "pin", iconSize: [16, 16] });
  const marker = L.marker([Number(p.Lat), Number(p.Long)], { icon, title: p.Name, alt: p.Name, riseOnHover: true });
  const name = document.createElement("span");
  name.textContent = p.Name;
  marker.bindTooltip(name, { permanent: true, direction: "right", offset: [10, 0], className: "pin-name" });
  marker.on("click keypress", () => { location.href = p.Href; });
  return marker;
}
