// What Streamlit leaves in English or undone on every page: its words, the phone's menu, a connection that is lost.
// Streamlit replaces what is on the page: it listens once, and looks again after changes.
(() => {
  document.documentElement.lang = "fr";
  const PHONE = 768; // pixels: under them the menu lies over the page
  const PATIENCE = 1500; // milliseconds that a connection may take to come back before it is said lost

  const WORDS = {
    "Clear value": "Effacer", "Clear all": "Tout effacer", "Clear date": "Effacer la date", "day, Date": "Jour", "month, Date": "Mois", "year, Date": "Année", "Select all": "Tout choisir", "Open": "Ouvrir", "Close": "Fermer",
    "No results": "Aucun résultat", "No options to select": "Rien à choisir", "No options to select.": "Rien à choisir", "Choose date": "Choisir une date",
    "Choose an option": "Choisir", "Choose options": "Choisir", "Previous month": "Mois précédent", "Next month": "Mois suivant",
    "Selected values": "Valeurs choisies", "Increment": "Augmenter", "Decrement": "Diminuer", "Main menu": "Menu", "Sidebar": "Menu et réglages",
    "Expand sidebar": "Ouvrir le menu", "Collapse sidebar": "Fermer le menu", "Scroll tabs left": "Onglets précédents", "Scroll tabs right": "Onglets suivants",
    "Fullscreen": "Plein écran", "Close fullscreen": "Quitter le plein écran", "Search": "Chercher", "Show/hide columns": "Choisir les colonnes",
    "Download as CSV": "Télécharger en CSV", "Copy to clipboard": "Copier", "Copied": "Copié", "Clear selection": "Ne rien choisir",
    "Press Enter to apply": "Entrée pour valider", "Press Enter to submit form": "Entrée pour valider", "Press Ctrl+Enter to apply": "Ctrl + Entrée pour valider",
    "Page not found": "Page introuvable", "Connection error": "Connexion perdue", "Connecting": "Connexion…", "Running...": "Calcul en cours", "Stop": "Arrêter",
    "Stop script": "Arrêter", "dd": "jj", "yyyy": "aaaa", "Theme": "Thème", "Print": "Imprimer", "Rerun": "Relancer", "Notifications": "Messages", "Link to heading": "Lien vers ce titre",
  };
  const SENTENCES = [
    [/^You have requested page \/?(.*?), but no corresponding file was found.*/s, "L'adresse « /$1 » n'existe pas dans cet atlas : la carte est affichée."],
    [/^The page that you have requested does not seem to exist.*/s, "Cette adresse n'existe pas dans cet atlas : la carte est affichée."],
    [/^Streamlit server is not responding.*/s, "L'atlas ne répond plus. Êtes-vous encore relié au réseau ?"],
    [/^Is Streamlit still running\?.*/s, "L'atlas ne répond plus : il est arrêté, ou redémarre."],
    [/^streamlit run \S+$/, ""],
    [/^Remove (.+)$/, "Retirer $1"],
    [/^Help for (.+)$/, "Aide \u00ab\u00a0$1\u00a0\u00bb"],
    [/^(\d+)\/(\d+)$/, "$1 sur $2"],
  ];
  const WRITTEN = "[data-testid=stDialog], [role=dialog], [role=tooltip], [data-testid=stTooltipContent], [data-testid=InputInstructions], [role=listbox], [data-testid=stConnectionStatus], [data-testid=stToast], [data-testid=stElementToolbar], [data-testid=stDateInput], [data-testid=stDateInputField]";

  function french(words) {
    const plain = words.trim();
    if (Object.hasOwn(WORDS, plain)) return WORDS[plain];
    for (const [pattern, told] of SENTENCES) if (pattern.test(plain)) return plain.replace(pattern, told);
    return words;
  }

  function translate() {
    for (const name of ["aria-label", "title", "placeholder"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        const words = element.getAttribute(name), told = french(words);
        if (told !== words) element.setAttribute(name, told);
      }
    }
    for (const box of document.querySelectorAll(WRITTEN)) {
      const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const words = texts.currentNode.nodeValue, told = french(words);
        if (told !== words) texts.currentNode.nodeValue = told;
      }
    }
  }

  // -- typography: the rules of maillage/language/typography.py, on what has just been written --------------------------

  const RULES = [/* rules */].flat().map(([pattern, replacement]) => [new RegExp(pattern, "g"), replacement]);
  const LEFT = "pre, code, script, style, textarea, svg, [contenteditable], [data-testid=stDataFrame], [data-testid=stIconMaterial]";

  function set(text) {
    if (!/[ '-]/.test(text.nodeValue) || text.parentElement?.closest(LEFT)) return;
    const words = RULES.reduce((words, [pattern, replacement]) => words.replace(pattern, replacement), text.nodeValue);
    if (words !== text.nodeValue) text.nodeValue = words;
  }

  function typeset(root) {
    if (root.nodeType === Node.TEXT_NODE) return set(root);
    if (root.nodeType !== Node.ELEMENT_NODE || root.closest(LEFT)) return;
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) set(texts.currentNode);
  }

  // Copied, a name has nothing unseen in it.
  document.addEventListener("copy", (event) => {
    const words = String(getSelection());
    if (!words.includes("\u2060") || event.target.closest?.("input, textarea")) return;
    event.clipboardData.setData("text/plain", words.replaceAll("\u2060", ""));
    event.preventDefault();
  });

  // What scrolls is reached by the keyboard; titles go down one level at a time, whatever the size they are written in.
  function reach() {
    for (const block of document.querySelectorAll("pre:not([tabindex])")) block.tabIndex = 0;
    const above = [];
    for (const title of document.querySelectorAll("[data-testid=stMain] :is(h1, h2, h3, h4, h5, h6)")) {
      const size = Number(title.tagName[1]);
      while (above.length && above.at(-1) >= size) above.pop();
      above.push(size);
      const level = String(above.length);
      if (level === String(size)) title.removeAttribute("aria-level");
      else if (title.getAttribute("aria-level") !== level) title.setAttribute("aria-level", level);
    }
  }

  // -- the phone's menu: closed by a choice that leads elsewhere --------------------------------------------------------

  const menu = () => document.querySelector("[data-testid=stSidebarCollapseButton] button[aria-expanded=true]");
  const OPENER = "[data-testid=stExpandSidebarButton]";
  const CHOICES = "[data-testid=stSidebar] [data-testid=stPageLink] a, [data-testid=stSidebar] [data-testid=stButton] button, [role=option]";

  const closing = [];
  function close(event) {
    if (event.target.closest?.(OPENER)) closing.splice(0).forEach((each) => clearTimeout(each)); // who opens it again wants it open
    const choice = event.target.closest?.(CHOICES);
    if (!choice || innerWidth >= PHONE || !menu() || document.activeElement?.closest("[data-testid=stMultiSelect]")) return;
    // After the choice has been heard; a link is answered by a page, which is there a little later.
    for (const later of choice.matches("a") ? [150, 700] : [150]) closing.push(setTimeout(() => menu()?.click(), later));
  }
  document.addEventListener("click", close, true);

  // -- the connection ---------------------------------------------------------------------------------------------------

  let since = null;
  function connection() {
    const state = document.querySelector("[data-test-connection-state]")?.dataset.testConnectionState;
    if (state === undefined) return;
    if (state === "CONNECTED") since = null;
    else since ??= performance.now();
    const lost = since !== null && performance.now() - since >= PATIENCE;
    if (since !== null && !lost) setTimeout(connection, PATIENCE);
    const told = document.getElementById("maillage-lost");
    if (!lost) told?.remove();
    else if (!told) {
      const bar = document.createElement("div");
      bar.id = "maillage-lost";
      bar.setAttribute("role", "alert");
      bar.textContent = "La connexion avec l’atlas est perdue. Ce qui est affiché reste lisible, mais vos choix ne sont plus suivis. Elle est redemandée sans cesse\u00a0; vous pouvez aussi recharger la page.";
      document.body.append(bar);
    }
  }

  // -- the theme: what the server draws has the ink of one, and is drawn again when the page takes the other ---------------

  let themed = null; // the element whose class is the theme's
  function follow() {
    const app = document.querySelector(".stApp");
    if (!app || app === themed) return;
    themed = app;
    let scheme = getComputedStyle(app).colorScheme;
    new MutationObserver(() => {
      if (getComputedStyle(app).colorScheme === scheme) return;
      scheme = getComputedStyle(app).colorScheme;
      document.querySelector(".st-key-redessiner button")?.click();
    }).observe(app, { attributes: true, attributeFilter: ["class"] });
  }

  // -- paper ------------------------------------------------------------------------------------------------------------

  // A map is drawn for a width: it takes that of paper before it is printed, and its own again after.
  function onPaper(width, height) {
    for (const frame of document.querySelectorAll("iframe[title^=streamlit_folium]")) {
      frame.style.setProperty("width", width, width && "important");
      frame.style.setProperty("height", height, height && "important");
      frame.contentWindow?.maillage?.sized();
    }
  }
  window.addEventListener("beforeprint", () => onPaper("17cm", "11cm"));
  window.addEventListener("afterprint", () => onPaper("", ""));

  let waiting = false;
  function look(changes) {
    for (const change of changes) for (const written of change.type === "characterData" ? [change.target] : change.addedNodes) typeset(written);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; translate(); reach(); connection(); follow(); });
  }
  new MutationObserver(look).observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["aria-label", "placeholder", "title", "data-test-connection-state"],
  });
  typeset(document.body);
  look([]);
})();
