/* The presentation: its slides, keys and map. Names are written with textContent: strangers wrote them. */
"use strict";

(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const place = document.getElementById("place");
  const NEXT = ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"];
  const BACK = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace"];
  const SYMBOL = 1.7, STEP = 1.1; // in letters of the page; and of a symbol
  // Beside the form that is being typed, it never takes the keyboard; each field makes it anew, at the slide that was looked at.
  const preview = "preview" in document.body.dataset;
  const moves = !preview && matchMedia("(prefers-reduced-motion: no-preference)").matches;
  let at = 0;
  let map = null;
  let veiled = false;
  let finish = () => {}; // brings the map to its last state, while it is on its way there

  // -- slides and keys ------------------------------------------------------------------------------------------------

  function show(index) {
    finish();
    at = Math.max(0, Math.min(index, slides.length - 1));
    if (preview) window.name = at; // of the frame: it outlives the document
    slides.forEach((slide, rank) => slide.classList.toggle("shown", rank === at));
    place.textContent = `${at + 1} / ${slides.length}`;
    document.getElementById("previous").disabled = at === 0;
    document.getElementById("next").disabled = at === slides.length - 1;
    document.body.classList.remove("black");
    if (slides[at].querySelector("#map")) drawMap();
    fit(slides[at]);
    if (moves && !veiled) slides[at].querySelectorAll(".cards b, .figure b").forEach(count); // those of a map wait for it
  }

  // The letters of a table, the largest with which it stands in its room.
  function fit(slide) {
    const room = slide.querySelector(".table");
    for (let size = 1.4; room && size > 0.5; size -= 0.05) {
      room.style.fontSize = `${size}rem`;
      if (room.firstElementChild.offsetHeight <= room.clientHeight + 1) return;
    }
  }

  // A counter rises to the number that is written, which stands as it is before and after.
  function count(place) {
    const said = place.dataset.said ??= place.textContent, [digits] = said.match(/\d[\d\u202f\u00a0]*/) ?? [];
    const last = Number(digits?.replace(/\D/g, ""));
    if (!last || /\d,\d/.test(said) || !/^[≥≈\s]*\d/.test(said)) return;
    const began = performance.now();
    const step = (now) => {
      const share = Math.min((now - began) / 1200, 1);
      place.textContent = share < 1 ? said.replace(digits, Math.round(last * share ** 0.6).toLocaleString("fr-FR")) : said;
      if (share < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen().catch(() => {});
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const pressed = event.target.tagName === "BUTTON" && (event.key === " " || event.key === "Enter");
    if (pressed) return; // the button answers
    if (event.key === " " && event.shiftKey) show(at - 1);
    else if (NEXT.includes(event.key)) show(at + 1);
    else if (BACK.includes(event.key)) show(at - 1);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(slides.length - 1);
    else if (preview && !document.fullscreenElement) return; // F and B act in the presentation itself
    else if (event.key === "f" || event.key === "F") fullScreen();
    else if (event.key === "b" || event.key === "B" || event.key === ".") document.body.classList.toggle("black"); // a clicker's blank key
    else return;
    event.preventDefault();
  });
  document.getElementById("previous").addEventListener("click", () => show(at - 1));
  document.getElementById("next").addEventListener("click", () => show(at + 1));
  document.getElementById("full").addEventListener("click", fullScreen);

  // -- the map --------------------------------------------------------------------------------------------------------

  const territory = JSON.parse(document.getElementById("territory").textContent);

  function letter() { return parseFloat(getComputedStyle(document.documentElement).fontSize); }

  for (const symbol of document.querySelectorAll(".symbol")) symbol.innerHTML = territory.kinds[symbol.dataset.kind]; // ours, not a stranger's

  function drawMap() {
    if (map) { finish(); map.invalidateSize({ pan: false }); frame(); return; }
    map = L.map("map", { keyboard: false, zoomSnap: 0, attributionControl: true, preferCanvas: false, zoomControl: false });
    map.attributionControl.setPrefix(false).addAttribution("Contours IGN, Insee. Leaflet");
    L.control.zoom({ position: "topright", zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.setView([46, 2], 6);
    const still = { interactive: false };
    const named = (feature, layer) => {
      const tip = document.createElement("span");
      tip.textContent = feature.properties.n;
      layer.bindTooltip(tip, { sticky: true });
    };
    const layers = [
      L.geoJSON(territory.ground, { onEachFeature: named, style: { color: "#CFCFC9", weight: 1, fillColor: "#EDEDE9", fillOpacity: 1 } }),
      L.geoJSON(territory.members, { onEachFeature: named, style: { color: "#9C92C8", weight: 1.5, fillColor: "#D9D4EE", fillOpacity: 1 } }),
      L.geoJSON(territory.borders, { ...still, style: { color: "#6B6F76", weight: 2, fill: false } }),
      L.geoJSON(territory.outline, { ...still, style: { color: "#4B3F8F", weight: 5, fill: false } }),
    ];
    map.on("zoomend resize", places);
    if (moves) { unveil(layers); return; }
    for (const layer of layers) layer.addTo(map);
    frame();
  }

  // France and the département in it, the way there, then its communes one after the other until the outline closes, then the figures.
  function unveil(layers) {
    const [ground, members, borders, outline] = layers, communes = members.getLayers(), timers = [], slide = slides[at];
    const home = new Set(territory.home);
    const country = L.geoJSON(territory.country ?? [], {
      interactive: false,
      style: (part) => ({ color: "#8A8A86", weight: 1, fillColor: home.has(part.properties.n) ? "#9C92C8" : "#F1F1EE", fillOpacity: 1 }),
    }).addTo(map);
    const later = (wait, act) => timers.push(setTimeout(act, wait));
    const lit = (commune) => commune.setStyle({ opacity: 1, fillOpacity: 1 });
    const each = Math.min(140, 2600 / communes.length);
    let flying = true;
    veiled = true;
    slide.classList.add("veiled");
    finish = () => {
      finish = () => {};
      flying = veiled = false;
      timers.forEach(clearTimeout);
      country.remove();
      for (const layer of layers) layer.remove().addTo(map); // in their order
      communes.forEach(lit);
      frame();
      slide.classList.remove("veiled");
      slide.querySelectorAll(".figure b").forEach(count);
    };
    const arrived = () => {
      country.setStyle({ fillOpacity: 0, opacity: 0 });
      for (const commune of communes) commune.setStyle({ opacity: 0, fillOpacity: 0 });
      for (const layer of [ground, members, borders]) layer.addTo(map);
      communes.forEach((commune, rank) => later(500 + rank * each, () => lit(commune)));
      later(700 + communes.length * each, () => outline.addTo(map));
      later(1400 + communes.length * each, () => finish());
    };
    if (!territory.country) { // overseas, France is not around
      frame();
      later(300, arrived);
      return;
    }
    map.fitBounds(country.getBounds(), { animate: false });
    later(1500, () => fly(2200, () => flying, arrived));
  }

  // Drawn anew at each step: Leaflet's own flight stretches the first drawing, which blurs.
  function fly(lasts, goes, arrived) {
    const [west, south, east, north] = territory.bounds, bounds = L.latLngBounds([south, west], [north, east]);
    const start = map.project(map.getCenter(), 0), end = map.project(bounds.getCenter(), 0);
    const from = map.getZoom(), to = map.getBoundsZoom(bounds, false, L.point(28, 28)), began = performance.now();
    const wide = (zoom) => 2 ** -zoom;
    const step = (now) => {
      if (!goes()) return;
      const share = Math.min(Math.max(now - began, 0) / lasts, 1), eased = share * share * (3 - 2 * share);
      const zoom = from + (to - from) * eased, along = from === to ? eased : (wide(from) - wide(zoom)) / (wide(from) - wide(to));
      map.setView(map.unproject(start.add(end.subtract(start).multiplyBy(along)), 0), zoom, { animate: false });
      if (share < 1) requestAnimationFrame(step);
      else arrived();
    };
    requestAnimationFrame(step);
  }

  function frame() {
    const [west, south, east, north] = territory.bounds;
    map.fitBounds([[south, west], [north, east]], { animate: false, padding: [14, 14] });
    places();
  }

  let layer = null;
  function places() {
    if (veiled) return; // symbols and names come once the outline is closed
    // Symbols first, then the names that find room, the most populous first.
    if (layer) layer.remove();
    layer = L.layerGroup().addTo(map);
    const size = SYMBOL * letter();
    const taken = [];
    const spread = new Map();
    for (const site of territory.sites) {
      const key = `${site.lat},${site.lon}`;
      const rank = spread.get(key) || 0;
      spread.set(key, rank + 1);
      const angle = rank * 2.4, far = rank ? size * STEP * Math.ceil(rank / 6) : 0;
      const dx = far * Math.cos(angle), dy = far * Math.sin(angle);
      const icon = L.divIcon({ className: "site", html: territory.kinds[site.kind], iconSize: [size, size], iconAnchor: [size / 2 - dx, size / 2 - dy] });
      L.marker([site.lat, site.lon], { icon, keyboard: false, title: site.name, alt: site.name }).addTo(layer);
      const point = map.latLngToContainerPoint([site.lat, site.lon]);
      taken.push([point.x + dx - size / 2, point.y + dy - size / 2, point.x + dx + size / 2, point.y + dy + size / 2]);
    }
    const room = map.getSize();
    for (const town of territory.towns) {
      const text = document.createElement("span");
      text.textContent = town.n;
      const icon = L.divIcon({ className: `town ${town.class}`, html: text, iconSize: [0, 0] });
      const marker = L.marker([town.lat, town.lon], { icon, interactive: false, keyboard: false }).addTo(layer);
      const box = text.getBoundingClientRect();
      const point = map.latLngToContainerPoint([town.lat, town.lon]);
      const steps = town.class === "around" ? [0] : [0, 1, -1, 1.6, -1.6];
      const free = steps.map((step) => step * (size + box.height) / 2).find((dy) => {
        const mine = [point.x - box.width / 2, point.y + dy - box.height / 2, point.x + box.width / 2, point.y + dy + box.height / 2];
        if (mine[0] < 4 || mine[1] < 4 || mine[2] > room.x - 4 || mine[3] > room.y - 4) return false;
        if (taken.some((other) => mine[0] < other[2] && other[0] < mine[2] && mine[1] < other[3] && other[1] < mine[3])) return false;
        taken.push(mine);
        return true;
      });
      if (free === undefined) marker.remove();
      else text.style.marginTop = `${free}px`;
    }
  }

  window.addEventListener("resize", () => { if (map && slides[at].querySelector("#map")) drawMap(); });
  window.addEventListener("beforeprint", () => {
    if (territory.bounds) drawMap();
    finish(); // paper has the last state
    for (const slide of slides) { slide.classList.add("shown"); fit(slide); }
    for (const place of document.querySelectorAll("[data-said]")) place.textContent = place.dataset.said;
  });
  window.addEventListener("afterprint", () => show(at));
  show(preview ? Number(window.name) || 0 : 0);
  if (!preview) window.focus(); // beside a form, the focus stays where one types
})();
