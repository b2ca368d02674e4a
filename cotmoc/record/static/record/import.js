// Importing: one file after the other, each with its receipt, so that a cut connection costs one file at most.

const form = document.getElementById("import");
const drop = document.getElementById("drop");
const input = drop.querySelector("input");
const receipts = document.getElementById("receipts");
const progress = document.getElementById("progress");
const tally = document.getElementById("tally");
const words = receipts.dataset;
const counts = { received: 0, known: 0, quarantined: 0, failed: 0 };

function sign(name, kind) {
  const box = document.createElement("span");
  box.className = kind;
  box.innerHTML = `<svg class="sign" aria-hidden="true"><use href="${document.body.dataset.signs}#${name}"/></svg>`;
  return box;
}

function show({ name, outcome, sentences, url }) {
  document.getElementById("no-receipts")?.remove();
  const good = outcome === "received" || outcome === "known";
  const line = document.createElement("li");
  line.className = `receipt-${outcome}`;
  const title = document.createElement("b");
  const text = url ? Object.assign(document.createElement("a"), { href: url }) : title;
  text.textContent = name;
  if (url) title.append(text);
  line.append(sign(good ? "sync-received" : "sync-incomplete", good ? "ok" : "bad"), title);
  for (const said of sentences) line.append(Object.assign(document.createElement("small"), { textContent: said }));
  receipts.prepend(line);
  counts[outcome] += 1;
  tally.textContent = ["received", "known", "quarantined"].filter((key) => counts[key]).map((key) => `${counts[key]} ${words[key]}`).join(" · ");
}

async function send(file) {
  const body = new FormData(form);
  body.delete("files");
  body.append("files", file, file.name);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (told.receipts) told.receipts.forEach(show);
    else show({ name: file.name, outcome: "failed", sentences: [told.problem[document.documentElement.lang === "en" ? "en" : "vi"]], url: "" });
  } catch {
    show({ name: file.name, outcome: "failed", sentences: [words.failed], url: "" });
  }
}

async function sendAll(files) {
  if (!files.length) return;
  const bar = progress.querySelector("progress");
  progress.hidden = false;
  bar.max = files.length;
  for (const [index, file] of files.entries()) {
    bar.value = index;
    progress.querySelector("span").textContent = `${index + 1}/${files.length} · ${file.name}`;
    await send(file);
  }
  progress.hidden = true;
  input.value = "";
}

form.addEventListener("submit", (event) => { event.preventDefault(); sendAll([...input.files]); });
for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => { event.preventDefault(); sendAll([...event.dataTransfer.files]); });
