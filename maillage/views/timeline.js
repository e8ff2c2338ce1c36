// The map of the years: a button shows a year, another plays them all. Listeners are on the document, once.
(() => {
  if (window.maillageYears) return;
  window.maillageYears = true;
  let timer = 0;

  // The map comes as an image: it is opened once, so that its départements can change colour.
  function opened(played) {
    const image = played.querySelector("img.small-map");
    if (image) {
      const plain = decodeURIComponent(image.src.replace(/^data:image\/svg\+xml,/, ""));
      const drawing = new DOMParser().parseFromString(plain, "image/svg+xml").documentElement;
      drawing.setAttribute("class", "small-map");
      drawing.setAttribute("role", "img");
      drawing.setAttribute("aria-label", image.alt);
      image.replaceWith(document.importNode(drawing, true));
    }
    return played.querySelector("svg.small-map");
  }

  function show(played, rank) {
    const [label, source, marks] = played.dataset.frames.split("|")[rank].split(";");
    const colours = played.dataset.colours.split(","), areas = opened(played).querySelectorAll("g path");
    let path = 0;
    played.dataset.paths.split(",").forEach((count, place) => {
      for (let each = 0; each < Number(count); each += 1, path += 1)
        areas[path]?.setAttribute("fill", marks[place] === "x" ? "url(#hatched)" : colours[Number(marks[place])]);
    });
    for (const button of played.querySelectorAll(".moment")) button.setAttribute("aria-pressed", String(Number(button.dataset.frame) === rank));
    played.querySelector(".moment-said").textContent = `${label} : ${source}`;
  }

  function play(played) {
    clearInterval(timer);
    const count = played.dataset.frames.split("|").length;
    let rank = 0;
    show(played, rank);
    timer = setInterval(() => {
      rank += 1;
      if (rank >= count || !played.isConnected) return clearInterval(timer);
      show(played, rank);
    }, 1100);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".played button"), played = button?.closest(".played");
    if (!played) return;
    if (button.matches(".play")) play(played);
    else {
      clearInterval(timer);
      show(played, Number(button.dataset.frame));
    }
  });
})();
