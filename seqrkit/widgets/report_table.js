// A table that is sorted by a click on a column's name, searched and saved as CSV in the browser.

function build({ model, el }) {
  let order = null; // the column that the rows are sorted by, and the direction
  const found = make("input", { type: "search", placeholder: "Search the rows", "aria-label": "Search the rows" });
  const count = make("span", { className: "seqr-count-rows", role: "status" });
  const save = make("button", { type: "button", className: "jupyter-button" }, "Save as CSV");
  const head = make("div", { className: "seqr-report-head" });
  const place = make("div", { className: "wide", role: "region", "aria-label": "Rows", tabindex: "0" });
  el.classList.add("seqr-report");
  el.append(head, make("div", { className: "seqr-report-tools" }, found, count, save), place);

  const table = () => model.get("state").values;
  const visible = () => {
    const { rows = [], numbers = [] } = table();
    const words = found.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = rows.filter((row) => words.every((word) => row.some((cell) => cell.toLowerCase().includes(word))));
    if (!order) return chosen;
    const [column, direction] = order;
    const number = (text) => Number.parseFloat(text) || 0;
    const compare = numbers[column] ? (a, b) => number(a[column]) - number(b[column]) : (a, b) => a[column].localeCompare(b[column]);
    return chosen.toSorted((a, b) => direction * compare(a, b));
  };

  function draw() {
    const { title = "", facts = [], columns = [], rows = [], numbers = [] } = table();
    head.replaceChildren(make("b", {}, title), ...facts.map(([name, value]) => make("span", {}, make("small", {}, name), " ", value)));
    const names = columns.map((name, column) => {
      const sorted = order?.[0] === column ? order[1] : 0;
      const choose = make("button", { type: "button" }, name);
      choose.addEventListener("click", () => {
        order = [column, order?.[0] === column ? -order[1] : 1];
        draw();
        place.querySelectorAll("th > button")[column].focus();
      });
      return make("th", { scope: "col", className: numbers[column] ? "n" : "", "aria-sort": { 1: "ascending", "-1": "descending" }[sorted] }, choose);
    });
    const shown = visible();
    const body = shown.map((row) => make("tr", {}, ...row.map((cell, column) => make("td", { className: numbers[column] ? "n" : "" }, cell))));
    place.replaceChildren(make("table", { className: "rows" }, make("thead", {}, make("tr", {}, ...names)), make("tbody", {}, ...body)));
    const all = `${rows.length} row${rows.length === 1 ? "" : "s"}`;
    count.textContent = shown.length === rows.length ? all : `${shown.length} of ${all}`;
  }

  found.addEventListener("input", draw);
  save.addEventListener("click", () => {
    const { title, columns, numbers } = table();
    // Spreadsheets would run a title that begins like this as a formula.
    const inert = (cell, column) => (!numbers[column] && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
    const quoted = (cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
    const text = [columns, ...visible()].map((row) => row.map(inert).map(quoted).join(",")).join("\r\n");
    const link = make("a", { href: URL.createObjectURL(new Blob([`${text}\r\n`], { type: "text/csv" })), download: `${title.replace(/\.\w+$/, "") || "report"}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  draw();
  return draw;
}
export default { initialize, render: renderWith(build) };
