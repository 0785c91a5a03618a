// A click on a heading sorts its table by that column, and a second one the other way round.
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.parentElement;
    const body = head.closest("table").tBodies[0];
    const column = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending";
    const key = (row) => row.cells[column].dataset.key;
    const order = (a, b) => {
      const difference = Number(key(a).replace("inf", "Infinity")) - Number(key(b).replace("inf", "Infinity"));
      return Number.isNaN(difference) ? key(a).localeCompare(key(b), "en", { numeric: true }) : difference;
    };
    const rows = [...body.rows].sort((a, b) => (down ? order(b, a) : order(a, b)));
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...rows);
  });
}
