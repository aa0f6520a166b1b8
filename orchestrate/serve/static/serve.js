"use strict";
// Keys of review. Without this script, every form works by mouse and Tab.
const visible = (element) => element.offsetParent !== null && !element.disabled;
const isTyping = (element) => element.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
const form = document.querySelector("form.decide");
const isChosen = () => form !== null && form.querySelector("input[type=radio]:checked") !== null;
const reasons = () => [...(form ? form.querySelectorAll("[data-reason]") : [])].filter(visible);

const numberReasons = () => {
  reasons().forEach((button, index) => { button.dataset.number = isChosen() ? String(index + 1) : ""; });
};
const choose = (radio) => {
  radio.checked = true;
  numberReasons();
  const other = radio.value === "other" && form.querySelector("[data-other]");
  if (other) other.focus(); else radio.focus();
};
// A form is sent once, and only with a name.
let pending = null; // the reason that waits for the name
const decide = (button) => {
  const author = button.form.querySelector("[data-author]");
  if (author && !author.value.trim()) { pending = button; author.focus(); return; }
  button.form.requestSubmit(button);
};
const back = () => {
  const chosen = form && form.querySelector("input[type=radio]:checked");
  if (chosen) { chosen.checked = false; numberReasons(); }
  if (document.activeElement) document.activeElement.blur();
};
const follow = (target) => {
  if (target.matches("input[type=radio]")) choose(target); else target.click();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "escape") { back(); return; }
  if (key === "enter" && pending && event.target === pending.form.querySelector("[data-author]")) {
    event.preventDefault();
    decide(pending);
    return;
  }
  if (isTyping(event.target)) return;
  if (key === "/" && document.querySelector("[data-search]")) {
    event.preventDefault();
    document.querySelector("[data-search]").focus();
    return;
  }
  if (key === "r" && isChosen()) {
    event.preventDefault();
    form.querySelector("[data-words]").focus();
    return;
  }
  const reason = isChosen() && reasons().find((button) => button.dataset.number === key);
  if (reason) { event.preventDefault(); decide(reason); return; }
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);
  if (target && !(isChosen() && /^\d$/.test(key))) { event.preventDefault(); follow(target); return; }
  const next = key === "enter" && event.target === document.body && document.querySelector("[data-enter]");
  if (next) { event.preventDefault(); next.click(); }
});

document.addEventListener("change", numberReasons);
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form").forEach((each) => { delete each.dataset.sent; });
  numberReasons();
});

const openCell = () => {
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named && named.matches("details")) { named.open = true; named.scrollIntoView(); }
};
window.addEventListener("hashchange", openCell);
openCell();
const all = document.querySelector("[data-open-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    const cells = [...document.querySelectorAll("details.cell")];
    const isOpening = cells.some((cell) => !cell.open);
    cells.forEach((cell) => { cell.open = isOpening; });
    all.textContent = isOpening ? "Close all" : "Open all";
  });
}
