// What the views share: mounting, the page's light or dark colours, packed numbers, tokens as text. Defined once a page.
window.interpViews = window.interpViews || (function () {
  "use strict";
  const kinds = {}, shown = new Set();

  const css = `
    .view { --text: #24292f; --faint: #57606a; --rule: #d0d7de; --panel: #f6f8fa; --accent: 0, 114, 178; --other: 213, 94, 0;
      font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--text); max-width: 100%; }
    .view.dark { --text: #dfe3e8; --faint: #9aa4b0; --rule: #3d444d; --panel: #1f242b; --accent: 86, 180, 233; --other: 240, 138, 60; }
    .title { font-weight: 600; margin: 0 0 2px; }
    .note { color: var(--faint); margin: 0 0 8px; max-width: 46rem; }
    .bar { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; margin: 0 0 8px; }
    button { font: inherit; color: inherit; background: transparent; border: 1px solid var(--rule); border-radius: 4px; padding: 1px 8px; cursor: pointer; }
    button[aria-pressed="true"] { background: rgba(var(--accent), 0.22); border-color: rgb(var(--accent)); }
    button:focus-visible, canvas:focus-visible, .token:focus-visible { outline: 2px solid rgb(var(--accent)); outline-offset: 1px; }
    canvas { image-rendering: pixelated; display: block; }
    .tokens { font: 13px/1.9 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; max-width: 64rem; }
    .token { border-radius: 3px; padding: 1px 0; margin-right: 1px; cursor: default; border: 1px solid transparent; }
    .apart .token { display: inline-block; margin-right: 5px; padding: 0 2px; }
    .token.at { border-color: var(--text); }
    .readout { min-height: 1.45em; font-variant-numeric: tabular-nums; }
    .key { display: inline-block; width: 110px; height: 10px; border: 1px solid var(--rule); border-radius: 2px; vertical-align: middle; margin: 0 6px; }
    .faint { color: var(--faint); }
    table { border-collapse: collapse; font: inherit; color: inherit; font-variant-numeric: tabular-nums; }
    td, th { padding: 1px 14px 1px 0; text-align: left; font-weight: 400; white-space: nowrap; }
    th { color: var(--faint); }
    .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
    .number { text-align: right; }`;

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // White space is part of a token and must be seen.
  function visible(token) {
    return token === "" ? "∅" : token.replace(/ /g, "␣").replace(/\r/g, "").replace(/\n/g, "↵").replace(/\t/g, "⇥");
  }

  // The running text of tokens: a span each, with line ends kept.
  function tokenStrip(tokens, onHover, onClick) {
    // Tokens of a vocabulary without blanks would run together.
    const strip = element("div", tokens.some(token => token.startsWith(" ")) ? "tokens" : "tokens apart");
    const spans = tokens.map((token, i) => {
      const span = element("span", "token", /[^ ]/.test(token) && !/[\n\r\t]/.test(token) ? token : visible(token));
      span.dataset.index = i;
      span.title = i + ": " + visible(token);
      strip.append(span);
      if (token.includes("\n")) strip.append(element("br"));
      return span;
    });
    const index = event => event.target.dataset && event.target.dataset.index !== undefined ? +event.target.dataset.index : -1;
    strip.addEventListener("pointerover", event => { const i = index(event); if (i >= 0) onHover(i); });
    strip.addEventListener("pointerleave", () => onHover(-1));
    strip.addEventListener("click", event => { const i = index(event); if (i >= 0 && onClick) onClick(i); });
    return { strip, spans };
  }

  function toggle(label, onPress) {
    const button = element("button", "", label);
    button.type = "button";
    button.addEventListener("click", onPress);
    return button;
  }

  const raw = base64 => Uint8Array.from(atob(base64), c => c.charCodeAt(0));

  async function unpack(base64) {
    return new Uint8Array(await new Response(new Blob([raw(base64)]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
  }

  function halves(bytes) {
    const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2), out = new Float32Array(words.length);
    for (let i = 0; i < words.length; i++) {
      const w = words[i], e = (w >> 10) & 31, f = w & 1023;
      const size = e === 0 ? f * 2 ** -24 : e === 31 ? (f ? NaN : Infinity) : (1 + f / 1024) * 2 ** (e - 15);
      out[i] = w & 32768 ? -size : size;
    }
    return out;
  }

  // Four digits, and no exponent where a plain number reads better.
  function number(x) {
    if (!Number.isFinite(x)) return String(x);
    const size = Math.abs(x);
    return (size !== 0 && (size < 1e-3 || size >= 1e6) ? x.toExponential(2) : String(+x.toPrecision(4))).replace(/-/g, "−");
  }

  // The text colour says which kind of page this is, in every notebook front end.
  function isDark(host) {
    const rgb = (getComputedStyle(host).color.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 140;
  }

  function colours(view) {
    const style = getComputedStyle(view), rgb = name => style.getPropertyValue(name).split(",").map(Number);
    return { accent: rgb("--accent"), other: rgb("--other"), text: style.getPropertyValue("--text").trim(), rule: style.getPropertyValue("--rule").trim() };
  }

  function mount(host, kind, data) {
    host.textContent = "";
    const root = host.attachShadow({ mode: "open" }), view = element("div", "view");
    root.append(element("style", "", css), view);
    view.classList.toggle("dark", isDark(host));
    if (data.title) view.append(element("div", "title", data.title));
    const entry = { host, view, recolour: null };
    shown.add(entry);
    Promise.resolve(kinds[kind](view, data, api)).then(recolour => {
      entry.recolour = recolour;
      host.setAttribute("data-interp-drawn", "yes");
    }).catch(error => {
      view.append(element("div", "note", "This view could not be drawn: " + error.message));
      console.error(error);
    });
  }

  function draw(id, kind, data) {
    const selector = '[data-interp-view="' + id + '"]:not([data-interp-drawn])';
    const start = () => document.querySelectorAll(selector).forEach(host => {
      host.setAttribute("data-interp-drawn", "");
      mount(host, kind, data);
    });
    // Some front ends run an output's scripts before they attach its elements.
    if (document.querySelector(selector)) start(); else requestAnimationFrame(start);
  }

  function recolour() {
    for (const entry of shown) {
      if (!entry.host.isConnected) { shown.delete(entry); continue; }
      const dark = isDark(entry.host);
      if (dark === entry.view.classList.contains("dark")) continue;
      entry.view.classList.toggle("dark", dark);
      if (entry.recolour) entry.recolour();
    }
  }

  const later = () => setTimeout(recolour, 50);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
  for (const watched of [document.documentElement, document.body].filter(Boolean))
    new MutationObserver(later).observe(watched, { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-jp-theme-light", "data-vscode-theme-kind"] });

  const api = { element, visible, tokenStrip, toggle, raw, unpack, halves, number, colours };
  return { define: (kind, view) => { kinds[kind] = kinds[kind] || view; }, draw };
})();
