"use strict";
const controls = document.querySelector("#controls");
const table = document.querySelector("#answer");
const rows = table ? [...table.tBodies[0].rows] : [];

const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

const filterRows = () => {
  const words = controls.q.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const fits = words.every((word) => texts.get(row).includes(word))
      && (!controls.kind.value || row.dataset.kind === controls.kind.value)
      && (!controls.contested.checked || row.dataset.contested !== "0");
    row.hidden = !fits;
    shown += fits;
    const place = document.getElementById(row.dataset.id);
    if (place) place.hidden = !fits;
    document.querySelectorAll(`.map a[href="#${row.dataset.id}"]`).forEach((mark) => mark.classList.toggle("off", !fits));
  }
  controls.querySelector("output").textContent = `${shown} of ${rows.length} places`;
};

const valueOf = (row, column) => row.cells[column].dataset.v ?? row.cells[column].textContent.trim().toLowerCase();
const compare = (one, other) => {
  if (one === "" || other === "") return (one === "") - (other === "");
  const [a, b] = [Number(one), Number(other)];
  return Number.isNaN(a) || Number.isNaN(b) ? one.localeCompare(other) : a - b;
};
const sortBy = (button) => {
  const header = button.closest("th");
  const column = [...header.parentNode.cells].indexOf(header);
  const down = header.getAttribute("aria-sort") === "ascending";
  table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
  rows.sort((a, b) => {
    const [one, other] = [valueOf(a, column), valueOf(b, column)];
    const order = compare(one, other);
    return (down && one !== "" && other !== "" ? -order : order) || a.dataset.n - b.dataset.n;
  });
  table.tBodies[0].append(...rows);
};

const openTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let box = target; box; box = box.parentElement) {
    if (box instanceof HTMLDetailsElement) box.open = true;
    if (box.hidden) box.hidden = false;
  }
  if (target) target.scrollIntoView();
};

if (table) {
  controls.hidden = false;
  controls.addEventListener("input", filterRows);
  controls.addEventListener("reset", () => setTimeout(filterRows));
  controls.addEventListener("submit", (event) => event.preventDefault());
  for (const header of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sortBy(button));
    header.append(button);
  }
  filterRows();
}
for (const button of document.querySelectorAll("button[data-open]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", open);
    document.querySelectorAll(button.dataset.open).forEach((box) => { box.open = open; });
  });
}
addEventListener("hashchange", openTarget);
if (location.hash) openTarget();
