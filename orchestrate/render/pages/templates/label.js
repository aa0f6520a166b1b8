"use strict";
const quoted = (cell) => (/[",\r\n]/.test(cell) ? '"' + cell.replaceAll('"', '""') + '"' : cell);
const form = document.querySelector("form");
const sheet = () => {
  const header = JSON.parse(form.dataset.header);
  const rows = [...form.querySelectorAll("fieldset")].map((pair) => {
    const cells = JSON.parse(pair.dataset.cells);
    cells[header.indexOf("label")] = pair.querySelector("input:checked").value;
    return cells;
  });
  return [header, ...rows].map((cells) => cells.map(quoted).join(",") + "\n").join("");
};
const count = () => {
  const answered = [...form.querySelectorAll("input:checked")].filter((input) => input.value).length;
  form.querySelector("output").textContent = answered;
};
let isSaved = true;
form.addEventListener("change", () => { isSaved = false; count(); });
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([sheet()], { type: "text/csv" }));
  link.download = "pairs.csv";
  link.click();
  URL.revokeObjectURL(link.href);
  isSaved = true;
});
window.addEventListener("beforeunload", (event) => { if (!isSaved) event.preventDefault(); });
count();
