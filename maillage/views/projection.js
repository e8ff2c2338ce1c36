// « P » projects the page, and puts it back: no menu, larger type (projection.css). Not while one is writing.
(() => {
  const turn = () => {
    document.documentElement.classList.toggle("projection");
    dispatchEvent(new Event("resize")); // charts and maps measure themselves again
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.key.toLowerCase() !== "p") return;
    if (event.target.closest("input, textarea, select, [contenteditable], [role='combobox'], [role='listbox']")) return;
    turn();
  });
  document.addEventListener("click", (event) => event.target.closest?.("button.project") && turn());
})();
