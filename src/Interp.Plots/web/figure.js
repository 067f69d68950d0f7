// Draws Plotly figures into elements, in the page's light or dark colours. Defined once a page, however many figures bring it.
window.interpFigures = window.interpFigures || (function () {
  "use strict";
  let ready = null, resolveReady = null, failReady = null, loading = false;
  const drawn = new Set();

  function whenReady() {
    if (window.Plotly) return Promise.resolve(window.Plotly);
    ready = ready || new Promise((resolve, reject) => { resolveReady = resolve; failReady = reject; });
    return ready;
  }

  function settle() {
    whenReady();
    if (window.Plotly && resolveReady) resolveReady(window.Plotly);
  }

  // Notebook pages may define AMD's `define`, and plotly.js must not register itself there.
  function runText(text) {
    const script = document.createElement("script");
    script.textContent = "(function (define, module, exports) {" + text + "\n}).call(window);";
    document.head.appendChild(script);
    script.remove();
    settle();
  }

  function runAddress(address) {
    const define = window.define;
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => { window.define = define; settle(); };
    script.onerror = () => {
      window.define = define;
      loading = false;
      whenReady();
      failReady(new Error("plotly.js could not be loaded from " + address + ": is there a network?"));
      ready = null;
    };
    window.define = undefined;
    document.head.appendChild(script);
  }

  async function unpack(base64) {
    const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  }

  function load(from) {
    if (window.Plotly) return;
    if (from.gzip) {
      if (loading) return;
      loading = true;
      unpack(from.gzip).then(runText);
    } else {
      setTimeout(() => {
        if (window.Plotly || loading) return settle();
        loading = true;
        runAddress(from.address);
      }, from.patience || 0);
    }
  }

  // The text colour says which kind of page this is, in every notebook front end.
  function isDark(element) {
    const rgb = (getComputedStyle(element).color.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 140;
  }

  function themed(figure, element) {
    const template = structuredClone(isDark(element) ? api.themes.dark : api.themes.light);
    template.layout.paper_bgcolor = template.layout.plot_bgcolor = "rgba(0,0,0,0)";
    return Object.assign({}, figure.layout, { template });
  }

  function show(element, figure) {
    return whenReady().then(plotly => {
      element.textContent = "";
      drawn.add({ element, figure, dark: isDark(element) });
      return plotly.newPlot(element, figure.data, themed(figure, element), figure.config);
    }, error => { element.textContent = error.message; });
  }

  function draw(id, figure) {
    const selector = '[data-interp-figure="' + id + '"]:not([data-interp-drawn])';
    const start = () => document.querySelectorAll(selector).forEach(element => {
      element.setAttribute("data-interp-drawn", "");
      show(element, figure);
    });
    // Some front ends run an output's scripts before they attach its elements.
    if (document.querySelector(selector)) start(); else requestAnimationFrame(start);
  }

  function recolour() {
    for (const entry of drawn) {
      if (!entry.element.isConnected) { drawn.delete(entry); continue; }
      const dark = isDark(entry.element);
      if (dark === entry.dark) continue;
      entry.dark = dark;
      window.Plotly.react(entry.element, entry.figure.data, themed(entry.figure, entry.element), entry.figure.config);
    }
  }

  const later = () => setTimeout(recolour, 50);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
  for (const watched of [document.documentElement, document.body].filter(Boolean))
    new MutationObserver(later).observe(watched, { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-jp-theme-light", "data-vscode-theme-kind"] });

  const api = { themes: null, load, draw, show, whenReady, isDark };
  return api;
})();
