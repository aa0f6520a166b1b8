const models = JSON.parse(document.getElementById("data").textContent);
const graph = document.getElementById("graph");
const boxes = new Map([...graph.querySelectorAll("a.box")].map((box) => [box.dataset.name, box]));
const lines = [...graph.querySelectorAll("path")];
const readers = {};
for (const [name, model] of Object.entries(models)) for (const read of model.reads) (readers[read] ??= []).push(name);

/* Everything on the ways from a model, by its next ones. */
function beyond(start, next) {
  const seen = new Set();
  const left = [start];
  while (left.length) for (const one of next(left.pop())) if (!seen.has(one)) { seen.add(one); left.push(one); }
  return seen;
}

function linked(text, address) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  return link;
}

function listed(title, names) {
  const line = document.createElement("p");
  line.append(`${title}: `);
  names.forEach((name, i) => line.append(i ? ", " : "", name in models ? linked(name, `#${name}`) : name));
  if (!names.length) line.append("nothing");
  return line;
}

function describe(name) {
  const { about, reads, seeds, page, mart } = models[name];
  const title = document.createElement("h2");
  title.textContent = name;
  const text = document.createElement("p");
  text.append(...coded(about));
  const links = document.createElement("p");
  links.append(linked("Columns, tests and SQL", `dbt.html${page}`));
  if (mart) links.append(" · ", linked("Lineage of its columns", "columns.html"));
  const parts = [title, text, listed("Reads", reads), listed("Is read by", readers[name] ?? [])];
  if (seeds.length) parts.push(listed("Seeds", seeds));
  document.getElementById("about").replaceChildren(...parts, links);
}

function choose(name) {
  const up = beyond(name, (one) => models[one].reads);
  const down = beyond(name, (one) => readers[one] ?? []);
  const near = new Set([...models[name].reads, ...(readers[name] ?? [])]);
  graph.classList.add("chosen");
  for (const [one, box] of boxes) {
    box.classList.toggle("on", one === name);
    box.classList.toggle("up", up.has(one));
    box.classList.toggle("down", down.has(one));
    box.classList.toggle("near", near.has(one));
    box.toggleAttribute("aria-current", one === name);
  }
  for (const line of lines) {
    const { from, to } = line.dataset;
    line.classList.toggle("up", up.has(from) && (up.has(to) || to === name));
    line.classList.toggle("down", down.has(to) && (down.has(from) || from === name));
    line.classList.toggle("near", from === name || to === name);
  }
  describe(name);
}

const wanted = () => decodeURIComponent(location.hash.slice(1));
const start = () => choose(wanted() in models ? wanted() : "marts.entities");
addEventListener("hashchange", start);
start();
