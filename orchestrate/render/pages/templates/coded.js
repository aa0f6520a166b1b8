"use strict";
/* What stands between backticks is code, as in the descriptions of dbt. */
function coded(text) {
  const nodes = text.split(/`([^`]+)`/).map((part, i) => {
    if (i % 2 === 0) return part;
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
  return nodes.filter((node) => node !== "");
}
