// The line laid straight: drag over it to select a stretch. The same selection can be typed into the page's form.
//   <svg class="strip" data-strip data-x0="70" data-x1="1370" data-length-m="148290" data-form="#stretch">
// x0 and x1 are where chainage 0 and the line's end lie, in the drawing's own units. The form has fields from_km and to_km;
// after a drag they are filled and the form is sent (with hx-get it swaps its answer in). A "stretch" event goes to the
// document: maps highlight it. Whatever carries data-hint shows that text in .strip-hint while hovered, focused or touched,
// with the label of its row (g[data-label]).

const kilometres = (metres) => String(Math.round(metres) / 1000).replace(".", ",");

export function mount(svg) {
  const { x0, x1, lengthM, form: formSelector } = svg.dataset;
  const [left, right, length] = [Number(x0), Number(x1), Number(lengthM)];
  const form = document.querySelector(formSelector);
  const hint = svg.parentElement.parentElement?.querySelector(".strip-hint");
  const box = svg.querySelector(".selection") ?? svg.appendChild(document.createElementNS(svg.namespaceURI, "rect"));
  box.setAttribute("class", "selection");

  const chainage = (event) => {
    const x = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse()).x;
    return Math.min(Math.max((x - left) / (right - left), 0), 1) * length;
  };
  const show = (from, to) => {
    const [a, b] = [from, to].map((metres) => left + (metres / length) * (right - left));
    const { y, height } = svg.viewBox.baseVal;
    const marks = { x: a, width: Math.max(b - a, 1), y: svg.dataset.top ?? y + 2, height: (svg.dataset.bottom ?? y + height - 2) - (svg.dataset.top ?? y + 2), rx: 3 };
    for (const [name, value] of Object.entries(marks)) box.setAttribute(name, value);
  };
  const choose = (from, to) => {
    form.elements.from_km.value = kilometres(from);
    form.elements.to_km.value = kilometres(to);
    form.requestSubmit();
    document.dispatchEvent(new CustomEvent("stretch", { detail: { from, to } }));
  };

  const ends = () => ["from_km", "to_km"].map((name) => Number(form?.elements[name].value.replace(",", ".")) * 1000);
  svg.parentElement.scrollLeft = Number(box.getAttribute("x")) - 160; // what the address selects is in view on a phone, too
  document.addEventListener("mapready", () => {
    const [from, to] = ends();
    if (to > from) document.dispatchEvent(new CustomEvent("stretch", { detail: { from, to } }));
  });

  let start = null;
  svg.addEventListener("pointerdown", (event) => { if (event.button === 0 && form) start = chainage(event); });
  svg.addEventListener("pointermove", (event) => {
    if (start === null) return;
    svg.setPointerCapture(event.pointerId);
    const here = chainage(event);
    show(Math.min(start, here), Math.max(start, here));
  });
  svg.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [low, high] = [start, chainage(event)].sort((a, b) => a - b);
    start = null;
    if (high - low < length / 300) return; // a click, not a drag
    choose(Math.floor(low / 1000) * 1000, Math.min(Math.ceil(high / 1000) * 1000, length)); // whole kilometres
  });
  svg.addEventListener("pointercancel", () => { start = null; });

  for (const kind of ["pointerover", "focusin", "click"]) {
    svg.addEventListener(kind, (event) => {
      const said = event.target.closest("[data-hint]");
      const row = said?.closest("[data-label]")?.dataset.label;
      if (said && hint) hint.textContent = row ? `${row} · ${said.dataset.hint}` : said.dataset.hint;
    });
  }
}
