// What is typed for a ceremony survives a reload in this browser, and nowhere else: localStorage, by territory.
// Streamlit replaces what is on the page, and runs this again with each of its runs: it looks once more.
(() => {
  const look = () => {
    const words = document.getElementById("ceremonie-texte");
    if (!words || words.dataset.heard) return;
    const { place, texts, begun } = words.dataset, key = `maillage:ceremonie:${place}`;
    try {
      if (begun === "1") {
        if (texts) localStorage.setItem(key, texts);
        else localStorage.removeItem(key);
        words.dataset.heard = "1";
        return;
      }
      const kept = localStorage.getItem(key), field = document.querySelector(".st-key-ceremonie_retenue input");
      if (!kept || !field) return;
      words.dataset.heard = "1";
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, kept);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    } catch { /* a browser that remembers nothing */ }
  };
  look();
  if (window.maillageRemembers) return;
  window.maillageRemembers = true;
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-texts", "data-begun"] });
})();
