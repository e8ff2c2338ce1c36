/* Runs in every page the bench opens: tells, on the page's own clock, when something was clicked and when it was drawn.

   A map is drawn when it holds the coloured polygons expected of it and the frame that paints them has passed; after a
   click, when their colours are others too. The atlas counts its finished draws (maillageDrawn): after a click, it must
   have counted one more. */

"use strict";

window.bench = (() => {
  const PATIENCE = 30_000; // ms
  let clicked = 0;
  let before = null; // what the map showed when the wait began
  let wait = null;
  document.addEventListener("mousedown", () => { clicked = performance.now(); }, true);

  function look() {
    const frames = [...document.querySelectorAll("iframe[src*=streamlit_folium]")].filter((frame) => frame.offsetHeight);
    return frames.map((frame) => frame.contentWindow).filter((view) => view.map && view.L);
  }

  function fills(view) {
    // The atlas also draws its neighbours in grey: only what it colours counts.
    const all = view.maillage ? view.maillage.state() && view.maillage.state().mesh : view.map;
    const found = [];
    if (all) all.eachLayer((layer) => { if (layer instanceof view.L.Polygon) found.push(layer.options.fillColor); });
    return found;
  }

  function drawn(view, count) {
    if (before && view.maillage && view.maillageDrawn === before.draws) return false;
    const now = fills(view);
    return now.length >= count && (!before || now.join() !== before.fills);
  }

  function until(condition) {
    return new Promise((resolve, reject) => {
      const frame = () => {
        if (condition()) requestAnimationFrame(() => resolve(performance.now()));
        else if (performance.now() > began + PATIENCE) reject(new Error(`nothing drawn after ${PATIENCE / 1000} s`));
        else requestAnimationFrame(frame);
      };
      const began = performance.now();
      frame();
    });
  }

  return {
    // Milliseconds from the request of the page.
    element: (selector) => until(() => document.querySelector(selector)),
    framed: (selector) => until(() => [...document.querySelectorAll("iframe")].some(
      (frame) => frame.contentDocument && frame.contentDocument.querySelector(selector))),
    map: (count) => { before = null; return until(() => look().some((view) => drawn(view, count))); },
    // Milliseconds from the next click: begin the wait, click, then ask for its end.
    begin: (count) => {
      const [view] = look();
      before = { draws: view.maillageDrawn, fills: fills(view).join() };
      wait = until(() => look().some((now) => drawn(now, count)));
      wait.catch(() => {});
    },
    end: () => wait.then((drawn) => drawn - clicked),
  };
})();
