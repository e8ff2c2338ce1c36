/* Runs in every page the bench opens: tells, on the page's own clock, when something was clicked and when it was drawn.

   A map is drawn when it holds the polygons expected of it, the frame that paints them has passed, and, after a click,
   their colours are others. The atlas counts its finished draws too (maillageDrawn): it must have counted one more. */

"use strict";

window.bench = (() => {
  const PATIENCE = 30_000; // ms
  let clicked = 0;
  let before = null; // what the map showed when the wait began
  let wait = null;
  document.addEventListener("mousedown", () => { clicked = performance.now(); }, true);

  function look() {
    const frames = [...document.querySelectorAll("iframe[src*=streamlit_folium]")].filter((frame) => frame.offsetHeight);
    return frames.map((frame) => frame.contentWindow).filter((view) => view.map && view.L).map((view) => ({
      counts: Boolean(view.maillage),
      draws: view.maillageDrawn || 0,
      polygons: () => {
        const fills = [];
        view.map.eachLayer((layer) => { if (layer instanceof view.L.Polygon) fills.push(layer.options.fillColor); });
        return fills;
      },
    }));
  }

  function changed(map, count) {
    if (map.counts && !(map.draws > (before ? before.draws : 0))) return false;
    const fills = map.polygons();
    return fills.length >= count && (!before || fills.join() !== before.fills);
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
    map: (count) => { before = null; return until(() => look().some((map) => changed(map, count))); },
    // Milliseconds from the next click: begin the wait, click, then ask for its end.
    begin: (count) => {
      const [map] = look();
      before = { draws: map.draws, fills: map.polygons().join() };
      wait = until(() => look().some((now) => changed(now, count)));
      wait.catch(() => {});
    },
    end: () => wait.then((drawn) => drawn - clicked),
  };
})();
