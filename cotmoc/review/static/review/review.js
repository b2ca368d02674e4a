// The editor: the sentence whose evidence is open is marked, and on a narrow page the evidence comes into view.
document.body.addEventListener("htmx:afterSwap", (event) => {
  const picked = event.detail.requestConfig?.elt;
  if (!picked?.matches("[data-pick]")) return;
  for (const other of document.querySelectorAll(".sentence[aria-current]")) other.removeAttribute("aria-current");
  picked.closest(".sentence")?.setAttribute("aria-current", "true");
  const panel = document.getElementById("evidence");
  if (window.matchMedia("(max-width: 1100px)").matches) panel?.scrollIntoView({ block: "start" });
});
