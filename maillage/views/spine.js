// The spine of a profile: the peer under the pointer, or under the arrows of the keyboard, says its name and its figure, and is
// shown on every line. Listeners are on the document, once: Streamlit replaces what they hear.
(() => {
  if (window.maillageSpine) return;
  window.maillageSpine = true;
  const WIDTH = 400;

  const places = (strip) => strip.dataset.x.split(" ").map((x) => (x === "-" ? NaN : Number(x)));

  function show(row, peer) {
    const spine = row.closest(".spine"), tip = spine.querySelector(".spine-tip");
    for (const other of spine.querySelectorAll(".strip")) {
      other.querySelector(".spine-dot")?.remove();
      const x = places(other)[peer];
      if (Number.isNaN(x) || x === undefined) continue;
      const dot = document.createElement("span");
      dot.className = "spine-dot";
      dot.style.left = `${(100 * x) / WIDTH}%`;
      other.append(dot);
    }
    const strip = row.querySelector(".strip"), value = strip.dataset.v.split("|")[peer];
    tip.textContent = `${spine.dataset.names.split("|")[peer]} : ${value}`;
    tip.style.top = `${row.offsetTop - 8}px`;
    tip.style.left = `${strip.offsetLeft + (strip.offsetWidth * places(strip)[peer]) / WIDTH}px`;
    tip.classList.add("shown");
    spine.dataset.peer = peer;
  }

  function hide(spine) {
    spine.querySelector(".spine-tip").classList.remove("shown");
    for (const dot of spine.querySelectorAll(".spine-dot")) dot.remove();
  }

  document.addEventListener("pointermove", (event) => {
    const strip = event.target.closest?.(".spine .strip");
    if (!strip) {
      const spine = document.querySelector(".spine:has(.spine-tip.shown)");
      if (spine && !spine.contains(document.activeElement)) hide(spine);
      return;
    }
    const box = strip.getBoundingClientRect(), x = ((event.clientX - box.left) / box.width) * WIDTH;
    let best = -1, gap = Infinity;
    places(strip).forEach((place, peer) => {
      if (Math.abs(place - x) < gap) [best, gap] = [peer, Math.abs(place - x)];
    });
    if (best >= 0) show(strip.closest(".spine-row"), best);
  });

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.(".spine-row"), step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape" && row) hide(row.closest(".spine"));
    if (!row || !step) return;
    const spine = row.closest(".spine"), at = places(row.querySelector(".strip"));
    const order = at.map((_, peer) => peer).filter((peer) => !Number.isNaN(at[peer])).sort((a, b) => at[a] - at[b]);
    if (!order.length) return;
    const here = order.indexOf(Number(spine.dataset.peer ?? -1));
    const next = here < 0 ? (step > 0 ? 0 : order.length - 1) : Math.min(Math.max(here + step, 0), order.length - 1);
    show(row, order[next]);
    event.preventDefault();
  });

  document.addEventListener("focusout", (event) => {
    const spine = event.target.closest?.(".spine");
    if (spine) hide(spine);
  });
})();
