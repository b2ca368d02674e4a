// One map for all pages, drawn by MapLibre from our own files: no tiles, no glyph server, no outside request.
//   <div class="map" data-map aria-label="…"><script type="application/json">{config}</script> legend, table link </div>
// config: { bounds: [w, s, e, n], limits: [w, s, e, n], attribution: "…", base: {…}, layers: {…} }; every entry is GeoJSON or its address.
//   base:   land, abroad, water, admin (areas or lines), labels (points: label, rank country|district|commune)
//   layers: treaty (lines), ages (lines: age a0…a4|never, from_m, to_m), ticks (lines), tracks (lines: live),
//           posts (points: label, sign), markers (points: state, label, kind marker|stake)
// A feature is opened by a click: `evidence` opens the drawer, otherwise `title`, `text` and `url` make a popup.

import * as maplibre from "../vendor/maplibre/maplibre-gl.mjs";
import { openEvidence } from "./app.js";

const at = (path) => new URL(path, import.meta.url).href;
maplibre.setWorkerUrl(at("../vendor/maplibre/maplibre-gl-worker.mjs"));
document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: at("../vendor/maplibre/maplibre-gl.css") }));

const VIETNAMESE = "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB".split(",");
const face = (weight) => [
  { url: at(`../vendor/noto-sans/noto-sans-vietnamese-${weight}-normal.woff2`), "unicode-range": VIETNAMESE },
  { url: at(`../vendor/noto-sans/noto-sans-latin-${weight}-normal.woff2`) },
];
const REGULAR = ["Noto Sans Regular"];
const BOLD = ["Noto Sans SemiBold"];
const WIDTHS = { a0: 3.4, a1: 4, a2: 5.2, a3: 6.4, a4: 7.6 }; // grows with age, so that grey print still reads
const AGED = Object.keys(WIDTHS);
const byAge = (value) => ["match", ["get", "age"], ...AGED.flatMap((age) => [age, value(age)]), value("a0")];
const ASIDE = 20; // px: unknown and damaged signs stand beside the line they speak of, on its outer side
const CLICKABLE = ["marker-signs", "marker-dots", "posts", "tracks", "ages", "ages-never"];

const WORDS = {
  vi: { "NavigationControl.ZoomIn": "Phóng to", "NavigationControl.ZoomOut": "Thu nhỏ", "NavigationControl.ResetBearing": "Quay về hướng bắc", "Map.Title": "Bản đồ", "ScaleControl.Meters": "m", "ScaleControl.Kilometers": "km", "Popup.Close": "Đóng", "AttributionControl.ToggleAttribution": "Nguồn dữ liệu", "CooperativeGesturesHandler.MobileHelpText": "Dùng hai ngón tay để di chuyển bản đồ", "CooperativeGesturesHandler.WindowsHelpText": "Giữ Ctrl và lăn chuột để phóng bản đồ", open: "Mở", none: "Máy này không vẽ được bản đồ. Xem dạng bảng: nội dung như nhau." },
  en: { open: "Open", none: "This machine cannot draw the map. See the table: the content is the same." },
};
const words = WORDS[document.documentElement.lang] ?? WORDS.vi;

/** The tokens of the stylesheet as the map's element sees them, so that light and dark need no second list. */
function colours(element) {
  const style = getComputedStyle(element);
  return new Proxy({}, { get: (_, name) => style.getPropertyValue(`--${name}`).trim() });
}

const EMPTY = { type: "FeatureCollection", features: [] };

const inside = ([w, s, e, n]) => ({ type: "Polygon", coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] });

function style(config, c) {
  const data = { ...config.base, ...config.layers };
  const names = ["abroad", "land", "water", "admin", "labels", "treaty", "ages", "ticks", "tracks", "posts", "markers"];
  const sources = Object.fromEntries(names.map((name) => [name, { type: "geojson", data: address(data[name]) ?? EMPTY, tolerance: 0.2 }]));
  if (config.limits) sources.sea = { type: "geojson", data: inside(config.limits) }; // what lies beyond our ground is not shown as sea
  const line = (id, source, paint, more = {}) => ({ id, type: "line", source, paint, layout: { "line-join": "round", ...more.layout }, ...(more.filter && { filter: more.filter }), ...(more.minzoom && { minzoom: more.minzoom }) });
  const round = { layout: { "line-cap": "round" } };
  const halo = { "text-halo-color": c.halo, "text-halo-width": 1.6 };
  const is = (name, ...values) => ["in", ["get", name], ["literal", values]];
  const told = is("state", "unknown", "damaged", "displaced");
  return {
    version: 8,
    "font-faces": { [REGULAR[0]]: face(400), [BOLD[0]]: face(600) },
    sources,
    layers: [
      { id: "ground", type: "background", paint: { "background-color": config.limits ? c.abroad : c.water } },
      { id: "sea", type: "fill", source: "sea", paint: { "fill-color": c.water, "fill-antialias": false } },
      { id: "abroad", type: "fill", source: "abroad", paint: { "fill-color": c.abroad } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": c.land } },
      { id: "water", type: "fill", source: "water", paint: { "fill-color": c.water } },
      line("admin", "admin", { "line-color": c.admin, "line-width": 1, "line-dasharray": [4, 2] }),
      line("treaty", "treaty", { "line-color": c.label, "line-width": 1.4, "line-dasharray": [7, 3, 1.5, 3] }),
      line("chosen", "ages", { "line-color": c.pine, "line-width": 15, "line-opacity": 0.4 }, { ...round, filter: ["==", ["get", "age"], "nothing"] }),
      line("ages-casing", "ages", { "line-color": c.casing, "line-width": byAge((age) => WIDTHS[age] + 2) }, round),
      line("ages", "ages", { "line-color": byAge((age) => c[age]), "line-width": byAge((age) => WIDTHS[age]) }, { ...round, filter: is("age", ...AGED) }),
      line("ages-never", "ages", { "line-color": "#ffffff", "line-width": 3.4, "line-dasharray": [1, 0.8] }, { filter: ["==", ["get", "age"], "never"] }),
      line("ticks", "ticks", { "line-color": c.ink, "line-width": 1.4 }),
      line("tracks", "tracks", { "line-color": c.pine, "line-width": ["case", ["==", ["get", "live"], true], 2.6, 1.8], "line-dasharray": [2.5, 1.5] }),
      { id: "country", type: "symbol", source: "labels", filter: is("rank", "country"), layout: { "text-field": ["get", "label"], "text-font": REGULAR, "text-size": 15, "text-letter-spacing": 0.55, "text-transform": "uppercase" }, paint: { "text-color": c.label, "text-opacity": 0.75 } },
      { id: "district", type: "symbol", source: "labels", filter: is("rank", "district"), layout: { "text-field": ["get", "label"], "text-font": REGULAR, "text-size": 11, "text-letter-spacing": 0.08, "text-transform": "uppercase", "text-max-width": 8 }, paint: { "text-color": c.label, "text-opacity": 0.8, ...halo } },
      { id: "commune", type: "symbol", source: "labels", minzoom: 9.4, filter: is("rank", "commune"), layout: { "text-field": ["get", "label"], "text-font": REGULAR, "text-size": 11 }, paint: { "text-color": c.label, ...halo } },
      { id: "marker-dots", type: "circle", source: "markers", maxzoom: 10.6, filter: ["!", told], paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 7, 1.6, 10, 3.4], "circle-color": c.surface, "circle-stroke-color": c.ink, "circle-stroke-width": 1.3 } },
      { id: "posts", type: "symbol", source: "posts", layout: { "icon-image": ["concat", "post-", ["coalesce", ["get", "sign"], "post"]], "icon-size": 0.75, "icon-allow-overlap": true, "text-field": ["get", "label"], "text-font": BOLD, "text-size": 12, "text-anchor": "left", "text-offset": [0.9, 0], "text-optional": true }, paint: { "text-color": c.label, ...halo } },
      markers("marker-intact", ["!", told], { minzoom: 10.6 }, ["literal", [0, 0]], 11, c, halo),
      markers("marker-signs", told, {}, ["interpolate", ["linear"], ["zoom"], 10, ["literal", [-ASIDE, 0]], 12, ["literal", [0, 0]]], 0, c, halo),
    ].filter((layer) => layer.type === "background" || (layer.id === "sea" ? config.limits : data[layer.source])),
  };
}

function markers(id, filter, more, offset, labelsFrom, c, halo) {
  const size = ["case", ["==", ["get", "kind"], "stake"], 0.7, 1];
  return {
    id, type: "symbol", source: "markers", filter, ...more,
    layout: { "icon-image": ["concat", "marker-", ["get", "state"]], "icon-size": size, "icon-offset": offset, "icon-allow-overlap": true, "symbol-sort-key": ["match", ["get", "state"], "damaged", 3, "displaced", 3, "unknown", 2, 1],
      "text-field": labelsFrom ? ["step", ["zoom"], "", labelsFrom, ["get", "label"]] : ["get", "label"], "text-font": BOLD, "text-size": 12, "text-anchor": "right",
      "text-offset": labelsFrom ? [-0.9, 0] : ["interpolate", ["linear"], ["zoom"], 10, ["literal", [-2.6, 0]], 12, ["literal", [-1, 0]]], "text-optional": true },
    paint: { "text-color": c.label, ...halo },
  };
}

/** GeoJSON as it is; an address made absolute, because the worker has another base. */
function address(data) {
  return typeof data === "string" ? new URL(data, location.href).href : data;
}

/** The page's own signs as pictures for the map, in the colours of the theme. */
async function addSigns(map, c) {
  const sprite = new DOMParser().parseFromString(await (await fetch(document.body.dataset.signs)).text(), "image/svg+xml");
  const wanted = { "marker-intact": ["marker-intact", c.ok], "marker-damaged": ["marker-damaged", c.bad], "marker-displaced": ["marker-displaced", c.bad], "marker-unknown": ["marker-unknown", c.unk], "marker-plain": ["marker", c.ink], "post-post": ["post", c.ink], "post-gate": ["gate", c.ink], "post-patrol": ["patrol", c.pine] };
  await Promise.all(Object.entries(wanted).map(async ([name, [sign, colour]]) => {
    const body = sprite.getElementById(sign).innerHTML.replaceAll("currentColor", colour).replaceAll(/var\(--sign-ground,#fff\)/g, c.surface);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1.5 -1.5 27 27" width="54" height="54"><g stroke="${c.halo}" stroke-width="0">${body}</g></svg>`;
    const image = new Image(54, 54);
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await image.decode();
    if (map.style && !map.hasImage(name)) map.addImage(name, image, { pixelRatio: 2.3 }); // no style: another map took its place meanwhile
  }));
}

function open(map, feature, lngLat) {
  const { evidence, url, title, text } = feature.properties;
  if (evidence) return openEvidence(evidence);
  if (!title && !url) return undefined;
  const body = document.createElement("div");
  body.append(Object.assign(document.createElement("b"), { textContent: title ?? "" }));
  if (text) body.append(Object.assign(document.createElement("span"), { textContent: text }), document.createElement("br"));
  if (url) body.append(Object.assign(document.createElement("a"), { href: url, textContent: words.open }));
  return new maplibre.Popup({ maxWidth: "280px", locale: words }).setLngLat(lngLat).setDOMContent(body).addTo(map);
}

/** What lies over the map, or is written beside its signs, must not hide what the map was opened for. */
function roomAround(element) {
  const { clientWidth: width, clientHeight: height } = element;
  const legend = element.querySelector(".map-legend[open]")?.offsetWidth ?? 0;
  const right = legend && legend < width / 3 ? legend + 90 : 0;
  return { top: Math.min(30, height / 12), bottom: Math.min(56, height / 8), left: Math.min(60, width / 8), right: Math.max(right, Math.min(100, width / 5)) };
}

/** The limits, and whatever the first view shows beyond them: a narrow screen must not cut the line off. */
const around = (limits, seen) => limits.map((edge, i) => (i < 2 ? Math.min(edge, seen[i]) : Math.max(edge, seen[i])));

function draw(element, config, place) {
  const c = colours(element);
  const map = new maplibre.Map({
    container: place, style: style(config, c), locale: words, attributionControl: false, dragRotate: false, pitchWithRotate: false, maxPitch: 0, maxZoom: 17,
    cooperativeGestures: !element.classList.contains("tall") && matchMedia("(pointer: coarse)").matches, canvasContextAttributes: { preserveDrawingBuffer: true },
    ...(element.camera ?? { bounds: config.bounds, fitBoundsOptions: { padding: roomAround(element) } }),
  });
  if (config.limits) map.setMaxBounds(around(config.limits, map.getBounds().toArray().flat()));
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "bottom-left");
  map.addControl(new maplibre.AttributionControl({ compact: false, customAttribution: config.attribution ?? "" }), "bottom-right");
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "bottom-right");
  map.on("error", ({ error }) => console.error("map:", error?.message));
  map.on("styleimagemissing", ({ id }) => { if (!map.hasImage(id)) map.addImage(id, { width: 1, height: 1, data: new Uint8Array(4) }); });
  map.once("style.load", () => addSigns(map, c).then(() => map.style && map.triggerRepaint()));
  map.once("idle", () => {
    element.dataset.ready = "";
    document.dispatchEvent(new Event("mapready"));
  });
  const near = ({ x, y }) => map.queryRenderedFeatures([[x - 5, y - 5], [x + 5, y + 5]], { layers: ["marker-intact", ...CLICKABLE].filter((id) => map.getLayer(id)) })[0];
  map.on("click", (event) => { const hit = near(event.point); if (hit) open(map, hit, event.lngLat); });
  map.on("mousemove", (event) => {
    const hit = near(event.point);
    map.getCanvas().style.cursor = hit ? "pointer" : "";
    map.getCanvas().title = hit?.properties.title ?? "";
  });
  return map;
}

/** Draw the map of an element, follow the theme and the selected stretch. */
export function mount(element) {
  const config = JSON.parse(element.querySelector('script[type="application/json"]').textContent);
  const place = element.insertBefore(Object.assign(document.createElement("div"), { className: "map-canvas" }), element.firstChild);
  if (matchMedia("(max-width: 700px)").matches) element.querySelector(".map-legend")?.removeAttribute("open");
  let map;
  const start = () => {
    try {
      map = draw(element, config, place);
    } catch (error) {
      console.warn("map:", error.message);
      place.replaceWith(Object.assign(document.createElement("p"), { className: "map-problem", textContent: words.none }));
    }
  };
  start();
  new MutationObserver(() => {
    if (!map) return;
    element.camera = { center: map.getCenter(), zoom: map.getZoom() };
    map.remove();
    start();
  }).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  document.addEventListener("stretch", ({ detail: { from, to } }) => {
    map?.setFilter("chosen", ["all", ["<", ["get", "from_m"], to], [">", ["get", "to_m"], from]]);
  });
}
