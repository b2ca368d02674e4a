// The register's behaviour: the record follows the chosen row, arrow keys move; a form shows the fields that its answers ask for.

const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const narrow = matchMedia("(max-width: 1100px)");

// ---- List and record beside it
const links = () => $$("#rows a[data-pane]");

function choose(link) {
  for (const other of links()) other.closest("tr").removeAttribute("aria-selected");
  link.closest("tr").setAttribute("aria-selected", "true");
}

// On a narrow screen there is no room beside the list: the link is an ordinary link.
document.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.detail.elt.closest?.("a[data-pane]");
  if (!link) return;
  if (narrow.matches) {
    event.preventDefault();
    location.assign(link.href);
  } else choose(link);
});

addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.closest("input, textarea, select, dialog[open]") || !links().length) return;
  event.preventDefault();
  const all = links();
  const here = all.findIndex((link) => link.closest("tr").ariaSelected === "true");
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  next.focus({ preventScroll: true });
  next.closest("tr").scrollIntoView({ block: "nearest" });
  next.click();
});

if (!narrow.matches) addEventListener("load", () => links()[0]?.click());

// ---- Forms: parts that stand only with certain answers
function suit() {
  for (const part of $$("[data-when]")) {
    const chosen = document.querySelector(`[name="${part.dataset.when}"]:checked`)?.value ?? "";
    const wanted = part.dataset.is?.split(" ");
    part.hidden = wanted ? !wanted.includes(chosen) : part.dataset.not === chosen;
  }
}
if (document.querySelector("[data-when]")) {
  document.addEventListener("change", suit);
  suit();
}

const locate = document.querySelector("[data-locate]");
if (locate && "geolocation" in navigator) {
  locate.hidden = false;
  const put = (name, value) => { document.querySelector(`[name="${name}"]`).value = String(value).replace(".", ","); };
  locate.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
    put("lat", coords.latitude.toFixed(6));
    put("lon", coords.longitude.toFixed(6));
    put("accuracy_m", Math.round(coords.accuracy));
  }, () => { locate.textContent = locate.dataset.failed; }, { enableHighAccuracy: true, timeout: 30000 }));
}
