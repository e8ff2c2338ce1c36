// The page « Comparer »: a click on a heading sorts its table.
// Listeners are on the document, once: Streamlit replaces what they hear.
(() => {
  const read = (row, column) => row.cells[column].dataset.v ?? "";

  function sort(button) {
    const heading = button.closest("th"), table = heading.closest("table"), body = table.tBodies[0];
    const column = heading.cellIndex, words = column === 0;
    const wanted = heading.getAttribute("aria-sort") === (words ? "ascending" : "descending");
    const sign = words ? (wanted ? -1 : 1) : wanted ? 1 : -1;
    for (const other of heading.parentElement.cells) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    const rows = [...body.rows].sort((one, other) => {
      const a = read(one, column), b = read(other, column);
      if (words) return sign * a.localeCompare(b, "fr");
      if (a === "" || b === "") return (a === "") - (b === ""); // what is not known stays last
      return sign * (Number(a) - Number(b));
    });
    body.append(...rows);
  }

  // A small map comes as an image; opened, each département says its name and figure to the pointer upon it.
  function open(image) {
    const [, plain] = image.src.split(/^data:image\/svg\+xml,/);
    const drawing = new DOMParser().parseFromString(decodeURIComponent(plain ?? ""), "image/svg+xml").documentElement;
    if (drawing.nodeName !== "svg") return;
    drawing.setAttribute("class", image.className);
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", image.alt);
    image.replaceWith(document.importNode(drawing, true));
  }

  // The heights of the headings and of the foot, between which the row looked at stays in sight.
  function measure() {
    for (const table of document.querySelectorAll(".compared table")) {
      table.style.setProperty("--head", `${table.tHead.offsetHeight}px`);
      table.style.setProperty("--foot", `${table.tFoot?.offsetHeight ?? 0}px`);
    }
  }
  for (const later of [300, 1500, 4000]) setTimeout(measure, later); // the table comes after this script

  if (window.maillageCompares) return;
  window.maillageCompares = true;
  document.addEventListener("scroll", measure, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.matches(".compared thead button")) sort(button);
  });
  document.addEventListener("pointermove", (event) => {
    if (event.target.matches?.("img.small-map")) open(event.target);
  });
})();
