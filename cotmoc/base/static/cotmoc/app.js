// The shell's behaviour: keys, drawer, palette, small helpers. Every page works without it, except maps and dragging.
// Pages speak to it by attributes: data-open, data-close, data-copy, data-recompute, data-confirm, data-new, data-row.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const english = document.documentElement.lang === "en";

// ---- Toast
export function toast(text, kind = "") {
  const line = Object.assign(document.createElement("div"), { className: `toast ${kind}`, textContent: text });
  $("#toasts").append(line);
  setTimeout(() => line.remove(), 5000);
}

// ---- The past. Who looks at a past day stays in it from page to page, until he asks for the present (data-now).
const past = new URLSearchParams(location.search).get("at");
if (past) document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]:not([data-now], [href^='#'])");
  if (!link || link.origin !== location.origin) return;
  const address = new URL(link.href);
  if (!address.searchParams.has("at")) address.searchParams.set("at", past);
  link.href = address;
}, true);

// ---- Evidence drawer: opens over the page, closes by Esc, the cross or Back, and gives the focus back
const drawer = $("#drawer");
let opener = null;

function showDrawer(from) {
  if (from && !drawer.contains(from)) {
    opener?.removeAttribute("aria-expanded");
    opener = from;
    opener.setAttribute("aria-expanded", "true");
  }
  if (!drawer.classList.contains("open")) history.pushState({ drawer: true }, "");
  drawer.classList.add("open");
  drawer.scrollTop = 0;
  ($("#drawer-title", drawer) ?? drawer).focus({ preventScroll: true });
}

function hideDrawer() {
  if (!drawer.classList.contains("open")) return;
  drawer.classList.remove("open");
  opener?.removeAttribute("aria-expanded");
  opener?.focus({ preventScroll: true });
  opener = null;
}

export function closeDrawer() {
  if (history.state?.drawer) history.back(); // popstate hides it
  else hideDrawer();
}

export function openEvidence(url, from = null) {
  return htmx.ajax("GET", url, { target: "#drawer", source: from ?? undefined }).then(() => showDrawer(from));
}

addEventListener("popstate", hideDrawer);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === drawer) showDrawer(event.detail.requestConfig?.elt ?? null);
});
// A problem comes with its own sentence: show it where the answer would have stood.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.status >= 400 && target === drawer && xhr.getResponseHeader("Content-Type")?.includes("html")) event.detail.shouldSwap = true;
});
document.addEventListener("htmx:sendError", () => toast(english ? "No connection to the server. Try again." : "Không nối được máy chủ. Thử lại.", "error"));
document.addEventListener("htmx:beforeRequest", () => $("#busy")?.classList.add("on"));
document.addEventListener("htmx:afterRequest", () => $("#busy")?.classList.remove("on"));
// With Ctrl, Cmd or Shift a link is an ordinary link: a new tab, not the drawer or the pane.
const elsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey;
document.addEventListener("click", (event) => {
  if (elsewhere(event) && event.target.closest("a[hx-get]")) event.stopPropagation();
}, true);
document.addEventListener("click", (event) => {
  const figure = event.target.closest('a.fig[href^="/e/"]');
  if (!figure || event.defaultPrevented || elsewhere(event)) return;
  event.preventDefault();
  openEvidence(figure.href, figure);
});

// ---- Palette
const palette = $("#palette");
const field = $("#palette-q");
const results = $("#palette-results");
let asked = 0;
let answered = ""; // what the results on show answer

function openPalette() {
  if (!palette.open) palette.showModal();
  field.select();
}

async function ask() {
  const mine = ++asked;
  const query = field.value.trim();
  if (!query) return;
  const at = new URLSearchParams(location.search).get("at");
  const address = new URL(palette.querySelector("form").action);
  address.search = new URLSearchParams({ q: query, partial: "1", ...(at ? { at } : {}) });
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  const text = await answer.text();
  if (mine !== asked) return; // a later letter was typed meanwhile
  results.innerHTML = text;
  answered = query;
  mark(0);
}

function mark(step) {
  const rows = $$("a[href]", results);
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.classList.contains("here"));
  rows[here]?.classList.remove("here");
  const next = rows[(Math.max(here, 0) + step + rows.length) % rows.length];
  next.classList.add("here");
  next.scrollIntoView({ block: "nearest" });
}

let waiting;
field?.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 60); });
palette?.addEventListener("keydown", async (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    mark(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    clearTimeout(waiting);
    if (answered !== field.value.trim()) await ask(); // faster than the answer: go where the whole query leads
    const here = $("a.here", results);
    if (here) location.href = here.href;
    else field.form.requestSubmit();
  }
});
for (const dialog of $$("dialog")) dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

// ---- Clicks by attribute
const opens = { palette: openPalette, keys: () => $("#keys").showModal() };
document.addEventListener("click", (event) => {
  const on = (name) => event.target.closest(`[data-${name}]`);
  let hit;
  if ((hit = on("open")) && opens[hit.dataset.open]) {
    event.preventDefault();
    opens[hit.dataset.open]();
  } else if ((hit = on("close"))) closeDrawer();
  else if ((hit = on("copy"))) copy(hit);
  else if ((hit = on("recompute"))) recompute(hit);
  else if ((hit = on("print"))) print();
  else if (on("fullscreen")) document.documentElement.requestFullscreen();
  else if ((hit = event.target.closest("tr[data-link]")) && !event.target.closest("a, button, input, select, label")) {
    $("a[href]", hit).click(); // a row leads where its first link leads
  }
  for (const open of $$("details.pop[open]")) if (!open.contains(event.target)) open.open = false;
});

async function copy(button) {
  const address = new URL(button.dataset.copy || location.href, location.href).href;
  try {
    await navigator.clipboard.writeText(address);
    toast(button.dataset.done);
  } catch {
    prompt("", address); // no clipboard without HTTPS: the reader copies by hand
  }
}

async function recompute(button) {
  const before = $(".answer")?.textContent.trim();
  const answer = await fetch(button.dataset.recompute, { headers: { "HX-Request": "true" }, cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = $(".answer", page)?.textContent.trim() ?? "–";
  toast(`${now === before ? button.dataset.same : button.dataset.other} ${now}`, now === before ? "" : "error");
}

// A form that sends itself: <form data-auto> with selects and dates
document.addEventListener("change", (event) => {
  const { form } = event.target; // a control may stand outside its form, as the switches of a map do
  if (form?.matches("form[data-auto]")) form.requestSubmit();
});
document.addEventListener("formdata", (event) => { // short addresses: what is empty is not asked for
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm ?? event.submitter?.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});

// ---- Dates. A browser set to another language shows 11/12/2020 its own way: show ours over it until it is being typed in.
const dayMonthYear = (value) => value.replace(/^(\d+)-(\d+)-(\d+)(?:T(\d+:\d+).*)?$/, (_, y, m, d, t) => `${d}/${m}/${y}${t ? ` ${t}` : ""}`);
function showDates(root) {
  if (navigator.language.startsWith("vi") || !CSS.supports("selector(::-webkit-datetime-edit)")) return;
  for (const input of $$("input[type=date], input[type=datetime-local]", root)) {
    if (input.parentElement.matches(".date")) continue;
    const around = Object.assign(document.createElement("span"), { className: "date" });
    input.replaceWith(around);
    around.append(input);
    const show = () => { around.dataset.shown = dayMonthYear(input.value) || "–"; };
    input.addEventListener("input", show);
    show();
  }
}

// ---- Files. The browser's own words for choosing a file are in its language: <label class="drop"><input type="file"></label> says ours.
function showFiles(root) {
  for (const input of $$("label.drop > input[type=file]", root)) {
    const photo = input.accept.startsWith("image/");
    const ask = photo ? (english ? "Take or choose a photo" : "Chụp hoặc chọn ảnh") : (english ? "No file chosen" : "Chưa chọn tệp");
    const show = () => {
      const names = [...input.files].map((file) => file.name);
      input.parentElement.dataset.shown = names.length > 2 ? `${names.length} ${english ? "files" : "tệp"}` : names.join(", ") || ask;
      input.parentElement.classList.toggle("filled", names.length > 0);
    };
    input.addEventListener("change", show);
    show();
  }
}

// ---- Paper cannot open a figure: there it carries a number, and the last lines say the address of each.
const OFF_PAPER = ".actions, .chips, .card-foot, .outline, .review-evidence, .drawer, dialog";
function writeNotes() {
  const notes = new Map();
  for (const figure of $$('.page a.fig[href^="/e/"]')) {
    if (figure.closest(OFF_PAPER)) continue;
    const address = decodeURIComponent(figure.getAttribute("href"));
    if (!notes.has(address)) notes.set(address, notes.size + 1);
    figure.dataset.note = notes.get(address);
  }
  if (!notes.size) return;
  const list = document.createElement("ol");
  for (const [address, number] of notes) list.append(Object.assign(document.createElement("li"), { textContent: `[${number}] ${address}` }));
  const section = Object.assign(document.createElement("section"), { className: "notes", id: "notes" });
  section.append(Object.assign(document.createElement("h2"), { textContent: english ? "Evidence of the figures" : "Căn cứ của các số liệu" }), list);
  $(".page").append(section);
}
addEventListener("beforeprint", writeNotes);
addEventListener("afterprint", () => $("#notes")?.remove());

// ---- Keys. None of them is the only way.
function rowStep(step) {
  const rows = $$("main tr[data-row], main [data-row]");
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.matches("[aria-selected=true], [aria-current]") || row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  const link = next.matches("a") ? next : $("a[href]", next);
  link?.focus();
  if (next.dataset.row === "open") link?.click();
}

const keys = {
  "/": openPalette,
  "?": opens.keys,
  n: () => $("[data-new]")?.click(),
  e: () => (document.activeElement?.matches(".fig") ? document.activeElement : $("main .fig"))?.click(),
  "[": () => rowStep(-1),
  "]": () => rowStep(1),
};
addEventListener("keydown", (event) => {
  const pop = event.key === "Escape" && $("details.pop[open]");
  if (pop) {
    pop.open = false;
    return $("summary", pop).focus();
  }
  if (event.key === "Escape" && drawer.classList.contains("open") && !$("dialog[open]")) return closeDrawer();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
  const verb = /^[1-5]$/.test(event.key) && $(`.verbs a[data-verb="${event.key}"]`);
  if (verb) return verb.click();
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

// ---- Parts that load only where they are used: a map brings its library along
const parts = { map: "./map.js", strip: "./strip.js" };
function mountParts(root) {
  showDates(root);
  showFiles(root);
  for (const [name, file] of Object.entries(parts)) {
    const found = $$(`[data-${name}]:not([data-mounted])`, root);
    for (const element of found) element.dataset.mounted = "";
    if (found.length) import(file).then(({ mount }) => found.forEach(mount));
  }
}
mountParts(document);
document.addEventListener("htmx:load", (event) => { if (event.detail.elt.querySelector) mountParts(event.detail.elt); });
