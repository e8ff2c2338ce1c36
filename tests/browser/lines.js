// Lines that begin with a sign of the one before, numbers and names cut in two: as they are on the screen. Where, in words.
() => {
  const LEFT = "pre, code, script, style, textarea, svg, [data-testid=stIconMaterial], [data-testid=stDataFrame]";
  const main = document.querySelector("[data-testid=stMain]");
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), range = document.createRange(), faults = [];
  const middle = ({ node, at }) => {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const box = range.getBoundingClientRect();
    return box.height ? box.top + box.height / 2 : null;
  };
  const block = ({ node }) => {
    let one = node.parentElement;
    while (getComputedStyle(one).display.startsWith("inline")) one = one.parentElement;
    return one;
  };
  const NEAR = 11; // letters looked back at: more than « Sainte- » has
  let before = null;
  while (walker.nextNode()) {
    const node = walker.currentNode, words = node.nodeValue;
    if (node.parentElement.closest(LEFT)) continue;
    for (let at = 0; at < words.length; at++) {
      if (/[\s\u2060]/.test(words[at])) continue;
      const here = { node, at }, last = before;
      before = here;
      if (!last) continue;
      const same = last.node === node, between = same ? words.slice(last.at + 1, at) : "", start = same ? words.slice(Math.max(0, last.at - NEAR), last.at + 1) : "";
      const sign = /[:;!?%»]/.test(words[at]);
      const number = /^[ \u202f\u00a0]$/.test(between) && /^\d{3}(?!\d)/.test(words.slice(at, at + 4)) && /(?<!\d)\d{1,3}$/.test(start);
      const name = /^\u2060?$/.test(between) && /(?<!\p{L})(et|de|du|des|la|le|les|sur|sous|en|lès|aux|au|à|d|l|Saint|Sainte)-$/u.test(start);
      if (!(sign || number || name)) continue;
      const [above, below] = [middle(last), middle(here)];
      if (above === null || below === null || below < above + 8 || block(last) !== block(here)) continue;
      faults.push(words.slice(Math.max(0, at - 24), at + 12).trim());
    }
  }
  return faults;
}
