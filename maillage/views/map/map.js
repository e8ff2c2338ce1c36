/* The map in the browser.

   Python sends a small description of the view (maillage/views/map/leaflet.py); contours are fetched once from static/geo and
   kept, with their layers: changing an indicator only changes colours. Everything shown is written with textContent:
   names come from files that strangers write. */

"use strict";

window.maillage = (() => {
  const PALETTES = {
    light: { sea: "#F7F7F5", ground: "#E4E4E0", border: "#FFFFFF", edge: "#6B6F76", ink: "#1F2328", missing: "#B9B9B4", paper: "#F3F3F0" },
    dark: { sea: "#14161A", ground: "#262A31", border: "#14161A", edge: "#9AA0AA", ink: "#F2F2F0", missing: "#5A606B", paper: "#1E2228" },
  };
  const MISSING = "x", WITHHELD = "s", GROUND = "g";
  const LABEL_PIXELS = 70; // a perimeter narrower than this on screen shows no name
  const TRIES = 500; // of 20 ms each, to find what stands on the map
  const MARGIN = 14; // pixels around the territory
  const SYMBOL = 24; // pixels across, of a symbol that has all its room
  const LETTERED = 17; // a smaller one has no letter
  const SMALLEST = 3.4;
  const CELL = 48, INK = 0.3; // of a cell of so many pixels that has a site, the share that symbols may cover
  const DASHES = { solid: null, dashed: "7 5", dotted: "2 5" };

  const contours = new Map(); // file -> promise of its features
  const sheets = new Map(); // file -> Leaflet layers, in code order
  let atlas = null; // the map and what is on it
  let upon = { key: null, parts: {} }; // what stands on the map
  let latest = 0; // the last description drawn: an older one whose contours arrive late is dropped

  // -- contours -------------------------------------------------------------------------------------------------------

  function features(base, file) {
    const url = `${base}${file}.json.gz`;
    if (!contours.has(url)) {
      const promise = fetch(url).then(async (response) => {
        if (!response.ok) throw new Error(`${file} : ${response.status}`);
        return (await inflate(response.body)).features;
      });
      promise.catch(() => contours.delete(url)); // a failed fetch may be tried again
      contours.set(url, promise);
    }
    return contours.get(url);
  }

  async function inflate(stream) {
    return new Response(stream.pipeThrough(new DecompressionStream("gzip"))).json();
  }

  // -- the map --------------------------------------------------------------------------------------------------------

  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function application() {
    // Streamlit's element, whose theme may differ from the system's; nothing in a file, or in a page of another origin.
    try {
      return window.parent.document.querySelector(".stApp");
    } catch {
      return null;
    }
  }

  function isDark() {
    const app = application();
    return app ? getComputedStyle(app).colorScheme === "dark" : system.matches;
  }

  function followTheme() {
    const app = application(), follow = () => { if (document.body.dataset.theme !== (isDark() ? "dark" : "light")) repaint(); };
    if (app) new MutationObserver(follow).observe(app, { attributes: true, attributeFilter: ["class"] });
    else system.addEventListener("change", follow);
  }

  // Where a corner stands at zoom 0, which Leaflet works out at each zoom, with a sine and a logarithm: two thirds of a fit.
  const corners = new WeakMap(); // corners of a ring -> x, y, x, y…

  function flatten(ring, map) {
    const flat = new Float64Array(2 * ring.length);
    ring.forEach((corner, index) => {
      const { x, y } = map.project(corner, 0);
      flat[2 * index] = x;
      flat[2 * index + 1] = y;
    });
    return flat;
  }

  function project(shape, rings, bounds) {
    // In place of `L.Polyline._projectLatlngs`: the same points of the screen.
    if (!(shape[0] instanceof L.LatLng)) { for (const part of shape) this._projectLatlngs(part, rings, bounds); return; }
    if (!corners.has(shape)) corners.set(shape, flatten(shape, this._map));
    const flat = corners.get(shape), zoomed = this._map.getZoomScale(this._map.getZoom(), 0), origin = this._map.getPixelOrigin();
    const points = new Array(shape.length);
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < points.length; i++) {
      const x = Math.round(flat[2 * i] * zoomed) - origin.x, y = Math.round(flat[2 * i + 1] * zoomed) - origin.y;
      points[i] = new L.Point(x, y);
      if (x < west) west = x;
      if (x > east) east = x;
      if (y < north) north = y;
      if (y > south) south = y;
    }
    rings.push(points);
    bounds.extend(new L.Point(west, north)).extend(new L.Point(east, south));
  }

  function setUp(map) {
    L.Polyline.include({ _projectLatlngs: project });
    map.options.zoomSnap = 0.25; // frames fit closely
    map.options.zoomDelta = 0.75;
    const pane = map.createPane("perimeters");
    pane.style.zIndex = 450;
    pane.style.pointerEvents = "none"; // a second canvas would otherwise catch the clicks meant for communes
    map.attributionControl.setPrefix('<a href="https://leafletjs.com" target="_blank" rel="noopener">Leaflet</a>');
    map.attributionControl.addAttribution("Contours IGN, Insee");
    L.control.zoom({ position: "topleft", zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    const home = L.control({ position: "topleft" });
    home.onAdd = () => {
      const bar = L.DomUtil.create("div", "leaflet-bar");
      const button = L.DomUtil.create("a", "recentre", bar);
      button.href = "#";
      button.title = "Recentrer sur le territoire";
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", button.title);
      L.DomEvent.disableClickPropagation(bar);
      L.DomEvent.on(button, "click", (event) => { L.DomEvent.stop(event); fit(); });
      return bar;
    };
    home.addTo(map);
    document.documentElement.lang = "fr";
    map.getContainer().setAttribute("role", "application");
    // Leaflet focuses its map at each press; where the window cuts the map, the browser would scroll the page to show it
    // whole between the press and the click, which would then fall on another commune.
    const box = map.getContainer();
    box.focus = () => HTMLElement.prototype.focus.call(box, { preventScroll: true });

    // The wheel scrolls the page, as everywhere on it; with Ctrl it is Leaflet's, and zooms.
    box.addEventListener("wheel", (event) => {
      if (event.ctrlKey || event.metaKey) return;
      event.stopImmediatePropagation();
      hint();
    }, { capture: true, passive: true });

    atlas = {
      map, spec: null, palette: null, moved: false, tiles: null, hovered: null,
      canvas: L.canvas({ padding: 0.3 }),
      over: L.canvas({ padding: 0.3, pane: "perimeters" }),
      ground: L.layerGroup().addTo(map), mesh: L.layerGroup().addTo(map),
      lines: L.layerGroup().addTo(map), labels: L.layerGroup().addTo(map), sites: L.layerGroup().addTo(map),
      crowd: L.layerGroup().addTo(map), size: SYMBOL,
    };
    map.on("moveend", () => { sizeSites(); showLabels(); });
    map.on("dragstart zoomstart", (event) => { if (!atlas.fitting) atlas.moved = true; });
    new ResizeObserver(sized).observe(map.getContainer());
    followTheme();
    return atlas;
  }

  // The frame has another size; the page calls this itself before it prints, when nobody observes any more.
  function sized() {
    if (!atlas || !roomy()) return; // in a tab that is not open
    atlas.map.invalidateSize({ pan: false });
    if (atlas.spec && !atlas.moved) fit();
  }

  function fit() {
    atlas.moved = false;
    if (!roomy()) return; // no zoom fits a frame without size: the observer fits it when it has one
    atlas.fitting = true;
    atlas.map.fitBounds(atlas.spec.bounds, { animate: false, padding: [MARGIN, MARGIN] });
    atlas.fitting = false;
  }

  function roomy() {
    const { clientWidth, clientHeight } = atlas.map.getContainer();
    return Math.min(clientWidth, clientHeight) > 2 * MARGIN;
  }

  function hint() {
    let box = document.getElementById("maillage-hint");
    if (!box) {
      box = document.createElement("div");
      box.id = "maillage-hint";
      box.setAttribute("aria-hidden", "true"); // those who have no wheel have the buttons
      box.textContent = "Ctrl + molette pour agrandir la carte";
      document.body.append(box);
    }
    box.classList.add("visible");
    clearTimeout(hint.timer);
    hint.timer = setTimeout(() => box.classList.remove("visible"), 1200);
  }

  function hatch(palette, dots) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const pen = tile.getContext("2d");
    pen.fillStyle = palette.paper;
    pen.fillRect(0, 0, 6, 6);
    pen.strokeStyle = pen.fillStyle = palette.missing;
    if (dots) { pen.beginPath(); pen.arc(3, 3, 1.3, 0, 7); pen.fill(); }
    else { pen.lineWidth = 1.2; pen.beginPath(); pen.moveTo(-1, 7); pen.lineTo(7, -1); pen.moveTo(-1, 1); pen.lineTo(1, -1); pen.moveTo(5, 7); pen.lineTo(7, 5); pen.stroke(); }
    return pen.createPattern(tile, "repeat");
  }

  // -- drawing --------------------------------------------------------------------------------------------------------

  async function receive(map, packed) {
    const turn = ++latest;
    const spec = await unpack(packed);
    if (spec.upon) Object.assign(spec, await standing(spec.upon, () => turn !== latest));
    if (turn === latest) await draw(map, spec, turn);
  }

  function unpack(packed) {
    // What leaflet.py packs: base64 of gzipped JSON.
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    return inflate(new Blob([bytes]).stream());
  }

  async function standing(key, stale) {
    // Sites and perimeters stay when the indicator changes: they travel apart, in the page around, and come before the map does.
    for (let tries = 0; upon.key !== key && !stale(); tries++) {
      const element = window.parent.document.querySelector(`[data-key="${key}"]`);
      if (element) upon = { key, parts: await unpack(element.dataset.upon) };
      else if (tries === TRIES) throw new Error(`nothing stands on the map under ${key}`);
      else await new Promise((again) => setTimeout(again, 20));
    }
    return upon.parts;
  }

  async function draw(map, spec, turn) {
    if (!atlas) setUp(map);
    const stale = () => turn !== latest;
    const moves = !atlas.spec || atlas.spec.view !== spec.view;
    atlas.spec = spec;
    map.getContainer().setAttribute("aria-label", spec.label);
    if (moves) fit();
    dress();
    try {
      // All are asked for at once; the coloured map does not wait for what surrounds it.
      const around = [...(spec.ground ? [spec.ground.file] : []), ...spec.borders, ...spec.cpts.files].map((file) => features(spec.base, file));
      around.forEach((promise) => promise.catch(() => {})); // told once, below
      await Promise.all(spec.mesh.map((part) => features(spec.base, part.file)));
      if (stale()) return;
      notice("");
      await drawMesh(spec);
      await Promise.all(around);
      if (stale()) return;
      await drawGround(spec);
      await drawLines(spec);
    } catch (error) {
      if (!stale()) notice("Les contours de la carte n'ont pas pu être chargés. Rechargez la page. Le tableau sous la carte donne les mêmes chiffres.");
      return;
    }
    drawSites(spec);
    showLabels();
    drawBackground(spec);
    window.maillageDrawn = turn; // what the browser tests and the bench wait for
  }

  function dress() {
    const theme = isDark() ? "dark" : "light";
    document.body.dataset.theme = theme;
    atlas.palette = PALETTES[theme];
    atlas.palette.fills = { [MISSING]: hatch(atlas.palette, false), [WITHHELD]: hatch(atlas.palette, true), [GROUND]: atlas.palette.ground };
  }

  function repaint() { if (atlas && atlas.spec) draw(atlas.map, atlas.spec, ++latest); }

  async function sheet(base, file) {
    const key = `${base}${file}`;
    if (!sheets.has(key)) {
      const layers = (await features(base, file)).map((feature) => {
        const layer = L.GeoJSON.geometryToLayer(feature, {});
        Object.assign(layer.options, { renderer: atlas.canvas, weight: 0.5, opacity: 1, fillOpacity: 1, smoothFactor: 0.6 });
        layer.code = feature.properties.c;
        layer.name = feature.properties.n;
        layer.on({ click: onClick, mouseover: onOver, mouseout: onOut });
        return layer;
      });
      sheets.set(key, layers);
    }
    return sheets.get(key);
  }

  async function drawGround(spec) {
    const wanted = new Set();
    if (spec.ground) {
      const skip = new Set(spec.ground.skip);
      for (const layer of await sheet(spec.base, spec.ground.file)) {
        if (skip.has(layer.code)) continue;
        layer.level = spec.ground.level;
        layer.tell = () => "hors du territoire choisi";
        layer.setStyle({ fillColor: atlas.palette.ground, color: atlas.palette.border, weight: 1 });
        wanted.add(layer);
      }
    }
    exchange(atlas.ground, wanted);
    for (const layer of wanted) layer.bringToBack();
  }

  async function drawMesh(spec) {
    const wanted = new Set();
    const number = new Intl.NumberFormat("fr-FR", { minimumFractionDigits: spec.decimals, maximumFractionDigits: spec.decimals });
    const bound = { "+": "au moins ", "-": "au plus " };
    const { fills, border } = atlas.palette;
    const colours = (document.body.dataset.theme === "dark" && spec.night) || spec.colours;
    for (const part of spec.mesh) {
      const layers = await sheet(spec.base, part.file);
      if (layers.length !== part.classes.length) {
        notice("La carte et les données ne sont pas de la même construction. Rechargez la page.");
        continue;
      }
      const fine = layers.length > 3000; // so small on screen that borders would hide the colours
      const weight = part.level === "departement" ? 1 : 0.6;
      layers.forEach((layer, index) => {
        const mark = part.classes[index];
        const value = part.values[index];
        layer.level = part.levels ? spec.levels[part.levels[index]] : part.level;
        layer.mark = mark;
        layer.tell = () => mark === WITHHELD ? "NS : retenu par le secret statistique"
          : value === null ? "donnée manquante"
          : spec.words ? spec.words[value - 1]
            : `${(part.bounds && bound[part.bounds[index]]) || ""}${number.format(value)} ${spec.unit}`;
        layer.options.fillColor = fills[mark] || colours[Number(mark)];
        layer.options.color = border;
        layer.options.weight = weight;
        layer.options.stroke = !fine;
        wanted.add(layer);
      });
    }
    exchange(atlas.mesh, wanted);
    repaintAll(atlas.canvas);
  }

  function repaintAll(canvas) {
    // Leaflet repaints path by path, each with its own bookkeeping; for thousands of them, one whole repaint is shorter.
    if (!canvas._map) return;
    canvas._redrawBounds = null;
    canvas._redraw();
  }

  function exchange(group, wanted) {
    for (const layer of group.getLayers()) if (!wanted.has(layer)) group.removeLayer(layer);
    for (const layer of wanted) if (!group.hasLayer(layer)) group.addLayer(layer);
  }

  async function drawLines(spec) {
    atlas.lines.clearLayers();
    atlas.labels.clearLayers();
    const overlay = { renderer: atlas.over, pane: "perimeters", interactive: false };
    for (const file of spec.borders) {
      for (const feature of await features(spec.base, file)) {
        if (!spec.inside.includes(feature.properties.c)) continue;
        L.GeoJSON.geometryToLayer(feature, {}).setStyle({ ...overlay, fill: false, color: atlas.palette.edge, weight: 1 }).addTo(atlas.lines);
      }
    }
    const shown = new Map(spec.cpts.shown.map((cpts) => [cpts.id, cpts]));
    for (const file of spec.cpts.files) {
      for (const feature of await features(spec.base, file)) {
        const cpts = shown.get(feature.properties.c);
        if (!cpts) continue;
        shown.delete(feature.properties.c); // one outline, though it stands in the file of each département it touches
        const outline = L.GeoJSON.geometryToLayer(feature, {});
        const colour = document.body.dataset.theme === "dark" ? spec.cpts.dark : spec.cpts.colour;
        Object.assign(outline.options, overlay, { color: colour, weight: cpts.focus ? 4 : file.endsWith("-france") ? 1 : 2, dashArray: DASHES[cpts.line], fillColor: colour, fillOpacity: cpts.focus ? 0.22 : 0.08 });
        outline.addTo(atlas.lines);
        const tag = L.DomUtil.create("span", "tag");
        tag.textContent = typeset(bare(feature.properties.n));
        const label = L.marker(centre(feature), { icon: L.divIcon({ className: "cpts-label", html: tag, iconSize: null }), title: typeset(feature.properties.n), alt: typeset(feature.properties.n) });
        label.bindPopup(popup([feature.properties.n, ...cpts.lines]));
        label.extent = outline.getBounds();
        label.focus = cpts.focus;
        label.addTo(atlas.labels);
      }
    }
    for (const part of spec.mesh) if (part.file.endsWith("-france")) nameInsets(await features(spec.base, part.file));
    if (spec.selected.length) await outlineSelected(spec, overlay);
    if (spec.drafts) await outlineDrafts(spec, overlay);
  }

  async function outlineSelected(spec, overlay) {
    const selected = new Set(spec.selected);
    for (const part of [...spec.mesh.map((mesh) => mesh.file)]) {
      for (const feature of await features(spec.base, part)) {
        if (!selected.has(feature.properties.c)) continue;
        for (const [colour, weight] of [[atlas.palette.sea, 5], [atlas.palette.ink, 2.5]]) {
          const ring = L.GeoJSON.geometryToLayer(feature, {});
          Object.assign(ring.options, overlay, { fill: false, color: colour, weight });
          ring.addTo(atlas.lines);
        }
      }
    }
  }

  async function outlineDrafts(spec, overlay) {
    // Communes outlined together: neighbours have the very same sides, so the outline is the sides that only one of them has.
    const all = (await Promise.all(spec.mesh.map((part) => features(spec.base, part.file)))).flat();
    for (const draft of spec.drafts) {
      const codes = new Set(draft.codes);
      const sides = new Map();
      for (const feature of all) {
        if (!codes.has(feature.properties.c)) continue;
        const { type, coordinates } = feature.geometry;
        for (const ring of (type === "Polygon" ? [coordinates] : coordinates).flat()) {
          for (let i = 1; i < ring.length; i++) {
            const ends = [ring[i - 1].join(), ring[i].join()];
            const key = ends.slice().sort().join(" ");
            if (!sides.delete(key)) sides.set(key, ends);
          }
        }
      }
      const lines = chains([...sides.values()]);
      for (const [colour, weight, dash] of [[atlas.palette.sea, 5.5, null], [atlas.palette.ink, 2.5, DASHES[draft.line]]]) {
        L.polyline(lines, { ...overlay, fill: false, color: colour, weight, dashArray: dash }).addTo(atlas.lines);
      }
    }
  }

  function chains(sides) {
    // Sides joined end to end, so that dashes run on.
    const at = new Map();
    for (const side of sides) for (const end of side) at.set(end, [...(at.get(end) || []), side]);
    const left = new Set(sides);
    const lines = [];
    for (const first of sides) {
      if (!left.delete(first)) continue;
      const line = [...first];
      for (let next; (next = at.get(line[line.length - 1]).find((side) => left.has(side)));) {
        left.delete(next);
        line.push(next[0] === line[line.length - 1] ? next[1] : next[0]);
      }
      lines.push(line.map((point) => point.split(",").map(Number).reverse()));
    }
    return lines;
  }

  function nameInsets(all) {
    // The overseas départements are drawn beside the country, each at its own scale: their names stand below them.
    const names = { 971: "Guadeloupe", 972: "Martinique", 973: "Guyane", 974: "La Réunion", 976: "Mayotte" };
    const boxes = {};
    for (const feature of all) {
      const code = feature.properties.c.slice(0, 3);
      if (!names[code]) continue;
      const box = L.GeoJSON.geometryToLayer(feature, {}).getBounds();
      boxes[code] = boxes[code] ? boxes[code].extend(box) : box;
    }
    for (const [code, box] of Object.entries(boxes)) {
      const tag = L.DomUtil.create("span", "tag");
      tag.textContent = names[code];
      const label = L.marker([box.getSouth(), box.getCenter().lng], { icon: L.divIcon({ className: "inset-label", html: tag, iconSize: null }), interactive: false, keyboard: false });
      label.extent = L.latLngBounds([-90, -180], [90, 180]); // always shown
      label.fixed = true;
      label.addTo(atlas.labels);
    }
  }

  function centre(feature) {
    // The middle of the largest ring, so that a label stands on land and not between two islands.
    const polygons = feature.geometry.type === "Polygon" ? [feature.geometry.coordinates] : feature.geometry.coordinates;
    const ring = polygons.map((polygon) => polygon[0]).reduce((a, b) => (b.length > a.length ? b : a));
    return L.latLngBounds(ring.map(([lon, lat]) => [lat, lon])).getCenter();
  }

  function showLabels() {
    // The largest perimeters are named first; a name that finds no room, beside symbols and other names, waits for a closer look.
    if (!atlas || !atlas.spec) return;
    const meets = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
    const symbols = siteBoxes();
    const taken = [];
    const width = (label) => atlas.map.latLngToLayerPoint(label.extent.getNorthEast()).x - atlas.map.latLngToLayerPoint(label.extent.getSouthWest()).x;
    const labels = atlas.labels.getLayers().sort((a, b) => Boolean(b.focus) - Boolean(a.focus) || width(b) - width(a));
    for (const label of labels) {
      const tag = label.getElement().querySelector(".tag");
      tag.style.display = "";
      tag.style.marginTop = "";
      if (!label.focus && width(label) < LABEL_PIXELS) { tag.style.display = "none"; continue; }
      const at = tag.getBoundingClientRect();
      // It may stand a little higher or lower, within the perimeter that it names.
      const room = Math.abs(atlas.map.latLngToLayerPoint(label.extent.getSouthWest()).y - atlas.map.latLngToLayerPoint(label.extent.getNorthEast()).y) / 2;
      const step = at.height / 2 + 2;
      const seats = label.fixed ? [0] : [0, -1, 1, -2, 2, -3, 3, -4, 4].map((n) => n * step).filter((dy) => !dy || Math.abs(dy) < 0.7 * room);
      const box = (dy) => ({ left: at.left, right: at.right, top: at.top + dy, bottom: at.bottom + dy });
      const free = seats.filter((dy) => !taken.some((other) => meets(box(dy), other)));
      const clear = free.find((dy) => !symbols.some((other) => meets(box(dy), other)));
      const seat = clear ?? (label.focus || label.fixed ? free[0] ?? 0 : undefined);
      if (seat === undefined) { tag.style.display = "none"; continue; }
      if (seat) tag.style.marginTop = `${seat}px`;
      taken.push(box(seat));
    }
  }

  function siteBoxes() {
    // Where symbols stand in the frame, in pixels.
    const half = atlas.size / 2;
    return atlas.spec.sites.map((site) => {
      const { x, y } = atlas.map.latLngToContainerPoint([site.lat, site.lon]);
      const [left, top, r] = [x + site.dx * atlas.size / SYMBOL, y + site.dy * atlas.size / SYMBOL, half * site.scale];
      return { left: left - r, right: left + r, top: top - r, bottom: top + r };
    });
  }

  function drawSites(spec) {
    if (!spec.upon || atlas.standing !== spec.upon) {
      atlas.sites.clearLayers();
      atlas.crowd.clearLayers();
      atlas.crowdDrawn = "";
      for (const site of spec.sites) marker(spec, site).addTo(atlas.sites);
      atlas.standing = spec.upon;
    }
    sizeSites();
  }

  function marker(spec, site) {
    const kind = spec.kinds[site.type];
    const html = symbol(kind, site.hollow);
    const icon = L.divIcon({ className: `site ${site.hollow ? "hollow" : ""} ${site.exact ? "exact" : ""} ${site.mine ? "mine" : ""}`, html, iconSize: null });
    const made = L.marker([site.lat, site.lon], { icon, title: site.lines[0], alt: site.lines[0], riseOnHover: true, draggable: Boolean(site.from), autoPan: true, zIndexOffset: site.front ? 1000 : 0 });
    if (site.from) follow(made, site);
    made.on("add", () => {
      const { style } = made.getElement();
      for (const [name, value] of [["--scale", site.scale], ["--dx", site.dx], ["--dy", site.dy]]) style.setProperty(name, value);
    });
    made.bindPopup(popup(site.lines));
    made.site = site.id;
    return made;
  }

  function sizeSites() {
    // As large as the places where sites crowd leave room for, so that colours are seen between them: a symbol with its
    // letters, the same without, a dot. All have one size, since the size of a symbol says something else: its places.
    if (!atlas || !atlas.spec || !roomy()) return;
    const { spec, map } = atlas;
    const bounds = map.getBounds();
    const cells = new Map();
    let inside = 0;
    const count = (lat, lon) => {
      if (!bounds.contains([lat, lon])) return;
      const { x, y } = map.latLngToContainerPoint([lat, lon]);
      const cell = `${Math.floor(x / CELL)} ${Math.floor(y / CELL)}`;
      cells.set(cell, (cells.get(cell) || 0) + 1);
      inside++;
    };
    for (const site of spec.sites) count(site.lat, site.lon);
    for (const { at } of spec.dots) for (let i = 0; i < at.length; i += 2) count(at[i + 1] / 1000, at[i] / 1000);
    // How many share the cell of a site, on average over the sites.
    const crowd = [...cells.values()].reduce((sum, n) => sum + n * n, 0) / Math.max(inside, 1);
    const room = Math.sqrt((INK * CELL * CELL * 2) / Math.max(crowd, 1));
    const size = Math.max(SMALLEST, room < LETTERED ? 0.8 * room : Math.min(SYMBOL, room)); // what is not read may be smaller
    atlas.size = size;
    const box = map.getContainer();
    box.style.setProperty("--site", (size / SYMBOL).toFixed(3));
    box.classList.toggle("plain", size < LETTERED);
    if (spec.dots.length) drawCrowd(spec, size, bounds);
  }

  function drawCrowd(spec, size, bounds) {
    // Too many to have each its own element: small discs on one canvas, until so few are in sight that they have letters.
    const lettered = size >= LETTERED;
    const drawn = lettered ? `letters ${bounds.toBBoxString()}` : `discs ${size.toFixed(1)}`;
    if (drawn === atlas.crowdDrawn) return;
    atlas.crowdDrawn = drawn;
    atlas.crowd.clearLayers();
    const sight = bounds.pad(0.1);
    for (const { type, at } of spec.dots) {
      for (let i = 0; i < at.length; i += 2) {
        const [lon, lat] = [at[i] / 1000, at[i + 1] / 1000];
        if (!lettered) {
          L.circleMarker([lat, lon], {
            renderer: atlas.over, interactive: false, radius: size / 2.4, weight: size < 6 ? 0.3 : 0.6, color: "#FFFFFF", fillColor: spec.kinds[type].colour, fillOpacity: 1,
          }).addTo(atlas.crowd);
        } else if (sight.contains([lat, lon])) {
          marker(spec, { type, lon, lat, dx: 0, dy: 0, scale: 1, lines: [spec.kinds[type].label] }).addTo(atlas.crowd);
        }
      }
    }
  }

  function symbol(kind, hollow) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "-12 -12 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("d", kind.path);
    path.setAttribute("fill", hollow ? "#FFFFFF" : kind.colour);
    path.setAttribute("stroke", hollow ? kind.colour : "#FFFFFF");
    path.setAttribute("stroke-width", hollow ? "2" : "1.5");
    const letter = document.createElementNS(svg.namespaceURI, "text");
    letter.setAttribute("y", kind.drop * kind.size / 12);
    letter.setAttribute("text-anchor", "middle");
    letter.setAttribute("font-size", kind.size);
    letter.setAttribute("font-weight", "700");
    letter.setAttribute("fill", hollow ? kind.colour : "#FFFFFF");
    letter.textContent = kind.symbol;
    svg.append(path, letter);
    return svg;
  }

  function drawBackground(spec) {
    if (spec.background && !atlas.tiles) {
      atlas.tiles = L.tileLayer(spec.background, { maxZoom: 18, zIndex: 1, attribution: "Plan IGN v2 © IGN" }).addTo(atlas.map);
      atlas.map.getContainer().classList.add("with-tiles");
    } else if (!spec.background && atlas.tiles) {
      atlas.tiles.remove();
      atlas.tiles = null;
      atlas.map.getContainer().classList.remove("with-tiles");
    }
    // Colours stay readable over the tiles, and the tiles through the colours.
    atlas.map.getPane("overlayPane").style.opacity = spec.background ? 0.65 : 1;
  }

  // -- reading --------------------------------------------------------------------------------------------------------

  function onClick(event) {
    L.DomEvent.stopPropagation(event);
    window.Streamlit.setComponentValue({ level: event.target.level, code: event.target.code, at: Date.now() });
  }

  // -- a site that the reader drags -----------------------------------------------------------------------------------

  function follow(marker, site) {
    // While it is dragged, it says whom it would gain from the commune under it; let go there, the page answers.
    let frame = 0;
    marker.on("dragstart", () => {
      marker.closePopup();
      if (atlas.spec.demand) marker.bindTooltip(" ", { permanent: true, direction: "top", offset: [0, -14], className: "gain", opacity: 1 }).openTooltip();
    });
    marker.on("drag", () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => marker.setTooltipContent(forecast(under(marker), site)));
    });
    marker.on("dragend", () => {
      cancelAnimationFrame(frame);
      const target = under(marker);
      if (target && stands(target.code, site)) {
        // It stays where it was let go, with its figure, until the page has drawn the answer.
        if (marker.getTooltip()) marker.setTooltipContent(forecast(target, site));
        window.Streamlit.setComponentValue({ level: target.level, code: target.code, from: site.from, at: Date.now() });
      } else {
        marker.unbindTooltip().setLatLng([site.lat, site.lon]);
      }
    });
  }

  function under(marker) {
    const at = atlas.map.latLngToLayerPoint(marker.getLatLng());
    return atlas.mesh.getLayers().find((layer) => layer._containsPoint?.(at));
  }

  const placed = () => atlas.spec.sites.map((each) => each.from).filter(Boolean);

  function stands(code, site) {
    // Whether a site may be put there: not where it is, nor on another, nor outside the territory.
    const { demand } = atlas.spec;
    return !placed().includes(code) && (!demand || demand.codes.includes(code));
  }

  function gained(codes) {
    // Inhabitants whom sites in these communes bring within reach, each counted once: as the page counts them.
    const { codes: all, at, people, reach } = atlas.spec.demand;
    const sites = codes.map((code) => all.indexOf(code)).filter((rank) => rank >= 0);
    const near = (rank) => sites.some((site) => (at[2 * site] - at[2 * rank]) ** 2 + (at[2 * site + 1] - at[2 * rank + 1]) ** 2 <= reach ** 2);
    return people.reduce((sum, count, rank) => sum + (count && near(rank) ? count : 0), 0);
  }

  function forecast(target, site) {
    const others = placed().filter((code) => code !== site.from);
    if (!target || !(target.code === site.from || stands(target.code, site))) return popup(["Pas ici", "le site reviendrait à sa place"]);
    const figure = (count) => `${count.toLocaleString("fr-FR")} ${Math.abs(count) < 2 ? "habitant" : "habitants"}`;
    const now = gained([...others, target.code]), change = now - gained([...others, site.from]);
    const whole = others.length ? `${figure(now)} gagnés par vos ${others.length + 1} sites` : `${figure(now)} ${now < 2 ? "gagné" : "gagnés"}`;
    const than = change ? `${figure(Math.abs(change))} de ${change > 0 ? "plus" : "moins"} qu’à ${site.place}` : `autant qu’à ${site.place}`;
    return popup([target.name, whole, ...(target.code === site.from ? [] : [than])]);
  }

  function onOver(event) {
    const layer = event.target;
    if (!layer.getTooltip()) layer.bindTooltip(() => popup([layer.name, layer.tell()]), { sticky: true, direction: "top", opacity: 1 });
    layer.openTooltip(event.latlng);
    atlas.hovered = { weight: layer.options.weight, color: layer.options.color, stroke: layer.options.stroke };
    layer.setStyle({ weight: 2.5, color: atlas.palette.ink, stroke: true }).bringToFront();
  }

  function onOut(event) {
    event.target.closeTooltip();
    event.target.setStyle(atlas.hovered);
  }

  // Names come from files, with the apostrophe of keyboards.
  function typeset(name) {
    return name.replace(/(?<=\p{L})'(?=\p{L})/gu, "’");
  }

  // « CPTS des villages de l’Arc » on the land it covers: « Villages de l’Arc ».
  function bare(name) {
    const own = name.replace(/^CPTS (de la |du |des |de l['’]|de |d['’])?/i, "");
    return own.charAt(0).toUpperCase() + own.slice(1);
  }

  function popup(lines) {
    const box = document.createElement("div");
    lines.forEach((line, index) => {
      const part = document.createElement(index ? "div" : "strong");
      part.textContent = typeset(line);
      box.append(part);
    });
    return box;
  }

  function notice(text) {
    let box = document.getElementById("maillage-notice");
    if (!box) {
      box = document.createElement("div");
      box.id = "maillage-notice";
      box.setAttribute("role", "status");
      document.body.append(box);
    }
    box.textContent = text.replace(/« | (?=[»:;])/g, (found) => found.replace(" ", "\u00a0"));
    box.hidden = !text;
  }

  // Leaflet is asked for after this file: where nobody answers, say so in place of an empty frame.
  function missed() {
    notice("La carte ne peut pas être dessinée : son programme, Leaflet, n'a pas pu être chargé. Rechargez la page. Le tableau sous la carte donne les mêmes chiffres.");
    // The style sheet comes after Leaflet, so it is not there either.
    document.getElementById("maillage-notice").style.cssText = "position: absolute; inset: 12px 12px auto; padding: 16px; background: #FFF4E0; color: #5C3B00; font: 15px sans-serif";
  }
  window.addEventListener("error", (event) => { if (/leaflet\.js/.test(event.target.src || "")) missed(); }, true);
  setTimeout(() => { if (typeof L === "undefined") missed(); }, 8000);

  return { receive, sized, gained, state: () => atlas };
})();
