const { stages, tables, cells, marts } = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 200, HEIGHT = 38, GAP = 50, ROW = 46;
const $ = (id) => document.getElementById(id);
const tableName = (cell) => tables[cells[cell][0]][0];
const short = (name) => name.replace(/^[^.]*\./, "");
const label = (cell) => `${short(tableName(cell))}.${cells[cell][1]}`;
const sourceOf = (cell) => (tables[cells[cell][0]][1] === 0 && /^raw\.(?!list_)/.test(tableName(cell)) ? short(tableName(cell)) : "");
const byLabel = new Map(cells.map((_, cell) => [label(cell), cell]));

function made(tag, attributes, text, parent) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

/* The ways from each cell, past models that only pass the column on, unless all are wanted. */
let passed = new Map();
let ways = [];
function shorten(all) {
  passed = new Map();
  const past = (cell) => {
    const skipped = [];
    const name = cells[cell][1];
    while (!all && cells[cell][2].length === 1 && cells[cells[cell][2][0]][2].length && cells[cells[cell][2][0]][1] === name) {
      skipped.push(short(tableName(cell)));
      cell = cells[cell][2][0];
    }
    if (skipped.length > (passed.get(cell) ?? []).length) passed.set(cell, skipped);
    return cell;
  };
  ways = cells.map((cell) => [...new Set(cell[2].map(past))]);
}

/* The cells under a cell. With a source: only those on a way to it. */
function under(root, source) {
  const leads = new Map();
  const toSource = (cell) => {
    if (leads.has(cell)) return leads.get(cell);
    leads.set(cell, false);
    const found = sourceOf(cell) === source || ways[cell].map(toSource).some(Boolean);
    leads.set(cell, found);
    return found;
  };
  const keep = source ? toSource : () => true;
  const seen = new Set([root]);
  const left = [root];
  while (left.length)
    for (const cell of ways[left.pop()])
      if (!seen.has(cell) && keep(cell)) { seen.add(cell); left.push(cell); }
  return seen;
}

/* The longest way down from the root, so that every line leads left. */
function levels(root, shown) {
  const level = new Map();
  const open = new Set();
  const order = [];
  const visit = (cell) => {
    if (open.has(cell)) return;
    open.add(cell);
    for (const below of ways[cell]) if (shown.has(below)) visit(below);
    order.push(cell);
  };
  visit(root);
  for (const cell of order.reverse()) {
    if (!level.has(cell)) level.set(cell, 0);
    for (const below of ways[cell])
      if (shown.has(below) && order.indexOf(below) > order.indexOf(cell))
        level.set(below, Math.max(level.get(below) ?? 0, level.get(cell) + 1));
  }
  return level;
}

function places(root, shown) {
  const level = levels(root, shown);
  const columns = [];
  for (const [cell, at] of level) (columns[at] ??= []).push(cell);
  const row = new Map();
  columns.forEach((column, at) => {
    const middle = (cell) => {
      const above = [...shown].filter((other) => level.get(other) < at && ways[other].includes(cell)).map((other) => row.get(other));
      return above.reduce((sum, one) => sum + one, 0) / (above.length || 1);
    };
    const wish = new Map(column.map((cell) => [cell, middle(cell)]));
    column.sort((a, b) => wish.get(a) - wish.get(b) || label(a).localeCompare(label(b)));
    column.forEach((cell, i) => row.set(cell, i - (column.length - 1) / 2));
  });
  const most = Math.max(...columns.map((column) => column.length));
  const spot = new Map();
  for (const cell of level.keys())
    spot.set(cell, { x: (columns.length - 1 - level.get(cell)) * (WIDTH + GAP) + 10, y: (row.get(cell) + most / 2) * ROW + 6 });
  return { spot, width: columns.length * (WIDTH + GAP), height: most * ROW + 20 };
}

const cut = (text, letters) => (text.length > letters ? `${text.slice(0, letters - 1)}…` : text);

function draw(root, source) {
  const shown = under(root, source);
  const { spot, width, height } = places(root, shown);
  const svg = made("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  const lines = [];
  for (const [cell, from] of spot)
    for (const below of ways[cell])
      if (spot.has(below)) {
        const to = spot.get(below);
        const [x1, y1, x2, y2] = [to.x + WIDTH, to.y + HEIGHT / 2, from.x, from.y + HEIGHT / 2];
        lines.push([made("path", { d: `M${x1},${y1} C${x1 + 45},${y1} ${x2 - 45},${y2} ${x2},${y2}` }, undefined, svg), cell, below]);
      }
  for (const [cell, { x, y }] of spot) {
    const [table, stage] = tables[cells[cell][0]];
    const box = made("g", { class: `s${stage}`, tabindex: 0, role: "button", "aria-label": label(cell), transform: `translate(${x},${y})` }, undefined, svg);
    const by = passed.get(cell) ?? [];
    made("title", {}, `${stages[stage]}: ${table}.${cells[cell][1]}\n${cells[cell][3].replaceAll("`", "")}${by.length ? `\nPassed on by ${by.join(", ")}` : ""}`, box);
    made("rect", { width: WIDTH, height: HEIGHT, rx: 4 }, undefined, box);
    made("rect", { width: 6, height: HEIGHT, class: "band" }, undefined, box);
    made("text", { x: 14, y: 15 }, cut(short(table), by.length ? 24 : 28) + (by.length ? ` +${by.length}` : ""), box);
    made("text", { x: 14, y: 31, class: "what" }, cut(cells[cell][1], 28), box);
    if (cell === root) box.classList.add("on");
    const light = (on) => () => lines.forEach(([line, a, b]) => line.classList.toggle("on", on && (a === cell || b === cell)));
    box.addEventListener("mouseenter", light(true));
    box.addEventListener("mouseleave", light(false));
    box.addEventListener("focus", light(true));
    box.addEventListener("click", () => choose(cell));
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") choose(cell); });
  }
  $("graph").replaceChildren(svg);
  $("graph").scrollTo(width, Math.max(0, spot.get(root).y - 200));
  return shown;
}

function listOrigins(root, shown) {
  const rows = [...shown].filter((cell) => cell !== root && !ways[cell].length);
  rows.sort((a, b) => label(a).localeCompare(label(b)));
  $("origins").replaceChildren(...rows.map((cell) => {
    const row = document.createElement("tr");
    for (const text of [tableName(cell), cells[cell][1]]) row.insertCell().textContent = text;
    row.insertCell().append(...coded(cells[cell][3]));
    return row;
  }));
}

function listSources(root) {
  const found = [...new Set([...under(root, "")].map(sourceOf).filter(Boolean))].sort();
  const before = $("source").value;
  $("source").replaceChildren(new Option("all", ""), ...found.map((name) => new Option(name, name)));
  $("source").value = found.includes(before) ? before : "";
}

function choose(root) {
  shorten($("all").checked);
  listSources(root);
  const shown = draw(root, $("source").value);
  listOrigins(root, shown);
  $("wanted").value = label(root);
  $("about").replaceChildren(`${label(root)}: `, ...coded(cells[root][3]));
  history.replaceState(null, "", `#${encodeURIComponent(label(root))}`);
}

function chosen() {
  const cell = byLabel.get($("wanted").value.trim());
  if (cell !== undefined) choose(cell);
}

$("columns").append(...marts.map((cell) => new Option(label(cell))));
$("wanted").addEventListener("change", chosen);
$("source").addEventListener("change", chosen);
$("all").addEventListener("change", chosen);
addEventListener("hashchange", start);
function start() {
  const wanted = decodeURIComponent(location.hash.slice(1)) || $("wanted").value;
  choose(byLabel.get(wanted) ?? marts[0]);
}
start();
