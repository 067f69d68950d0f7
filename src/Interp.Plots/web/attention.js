// Attention patterns: a thumbnail a head, one head large, and the text coloured by what the token under the pointer attends to.
interpViews.define("attention", async function (view, data, ui) {
  "use strict";
  const { element, visible } = ui, tokens = data.tokens, n = tokens.length, heads = data.heads.length;
  const perHead = data.causal ? n * (n + 1) / 2 : n * n;
  const packed = await ui.unpack(data.patterns);
  // A byte is the square root of the share, which keeps small shares apart.
  const share = Float32Array.from({ length: 256 }, (_, u) => (u / 255) ** 2);
  // No more digits than a byte holds.
  const number = value => value.toFixed(value < 0.01 ? 4 : 2);
  const norms = data.norms && data.norms.map(row => { const top = Math.max(...row, 1e-9); return row.map(x => x / top); });
  const state = { head: data.start, preview: -1, query: n - 1, pinned: false, incoming: false, weighted: false };

  function at(head, q, k) {
    if (data.causal && k > q) return 0;
    const value = share[packed[head * perHead + (data.causal ? q * (q + 1) / 2 : q * n) + k]];
    return state.weighted ? value * norms[head][k] : value;
  }

  const bar = element("div", "bar"), main = element("div", "main"), grid = element("div", "grid"), detail = element("div", "detail");
  main.append(grid, detail);
  view.append(element("style", "", `
    .main { display: flex; flex-wrap: wrap; gap: 18px; align-items: flex-start; margin-bottom: 10px; }
    .grid { display: grid; gap: 3px; padding: 3px; overflow-x: auto; max-width: 100%; }
    .grid .label { color: var(--faint); font-size: 11px; align-self: center; justify-self: center; padding: 0 3px; }
    .thumb { padding: 0; border: 1px solid var(--rule); border-radius: 2px; line-height: 0; background: transparent; }
    .thumb[aria-pressed="true"] { outline: 2px solid rgb(var(--accent)); background: transparent; }
    .thumb canvas { width: 100%; height: 100%; }
    .large { border: 1px solid var(--rule); cursor: crosshair; max-width: 100%; height: auto; }
    .axis { color: var(--faint); font-size: 11px; }`), bar, main);

  // The grid: a row a layer, a column a head.
  const columns = data.columns, size = columns <= 4 ? 84 : columns <= 8 ? 60 : 42;
  grid.style.gridTemplateColumns = "auto repeat(" + columns + ", " + size + "px)";
  grid.append(element("span", "label", ""));
  for (let h = 0; h < columns; h++) grid.append(element("span", "label", data.columnNames[h]));
  const thumbs = [];
  const watch = new IntersectionObserver(entries => {
    for (const entry of entries) if (entry.isIntersecting) { watch.unobserve(entry.target); paint(+entry.target.dataset.head); }
  }, { rootMargin: "200px" });
  for (let head = 0; head < heads; head++) {
    if (head % columns === 0) grid.append(element("span", "label", data.rowNames[head / columns]));
    const button = ui.toggle("", () => { state.head = head; state.preview = -1; show(); });
    button.className = "thumb";
    button.style.height = size + "px";
    button.dataset.head = head;
    button.title = button.ariaLabel = "head " + data.heads[head];
    const canvas = element("canvas");
    canvas.width = canvas.height = Math.min(n, size * 2);
    button.append(canvas);
    button.addEventListener("pointerenter", () => { state.preview = head; show(); });
    button.addEventListener("pointerleave", () => { state.preview = -1; show(); });
    thumbs.push({ button, canvas, painted: false });
    grid.append(button);
    watch.observe(button);
  }

  const title = element("div"), large = element("canvas", "large"), readout = element("div", "readout");
  large.width = large.height = n;
  const edge = Math.max(240, Math.min(420, n * 14));
  large.style.width = edge + "px";
  large.style.aspectRatio = "1";
  detail.append(title, element("div", "axis", "→ attended token (key)   ↓ attending token (query)"), large, readout);

  // Cells are the accent colour at the square root of their share; where several fall on a pixel the largest is seen.
  function pixels(head, canvas) {
    const side = canvas.width, image = new ImageData(side, side), [r, g, b] = ui.colours(view).accent, top = new Float32Array(side * side);
    for (let q = 0; q < n; q++) {
      const row = Math.floor(q * side / n) * side, last = data.causal ? q : n - 1;
      for (let k = 0; k <= last; k++) {
        const place = row + Math.floor(k * side / n), value = at(head, q, k);
        if (value > top[place]) top[place] = value;
      }
    }
    for (let i = 0; i < top.length; i++) {
      image.data[4 * i] = r; image.data[4 * i + 1] = g; image.data[4 * i + 2] = b;
      image.data[4 * i + 3] = 255 * Math.sqrt(top[i]);
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  function paint(head) {
    thumbs[head].painted = true;
    pixels(head, thumbs[head].canvas);
  }

  const current = () => state.preview >= 0 ? state.preview : state.head;

  function show() {
    const head = current();
    title.textContent = "Head " + data.heads[head];
    thumbs.forEach((thumb, i) => thumb.button.setAttribute("aria-pressed", i === state.head));
    pixels(head, large);
    colourText();
  }

  function colourText() {
    const head = current(), query = state.query, rgb = ui.colours(view).accent.join(", ");
    let best = -1, most = 0;
    spans.forEach((span, i) => {
      const value = state.incoming ? at(head, i, query) : at(head, query, i);
      span.style.background = value > 0.002 ? "rgba(" + rgb + ", " + (0.85 * Math.sqrt(value)).toFixed(3) + ")" : "";
      span.classList.toggle("at", i === query);
      if (value > most) { most = value; best = i; }
    });
    const from = "“" + visible(tokens[query]) + "” (" + query + ")";
    readout.textContent = best < 0 ? from + (state.incoming ? " is attended to by no token" : " attends to no token")
      : from + (state.incoming ? " is attended to most by “" : " attends most to “") + visible(tokens[best]) + "” (" + best + "): " + number(most);
  }

  large.addEventListener("pointermove", event => {
    const box = large.getBoundingClientRect();
    const k = Math.min(n - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * n)));
    const q = Math.min(n - 1, Math.max(0, Math.floor((event.clientY - box.top) / box.height * n)));
    state.query = state.incoming ? k : q;
    colourText();
    readout.textContent = "“" + visible(tokens[q]) + "” (" + q + ") → “" + visible(tokens[k]) + "” (" + k + "): " + number(at(current(), q, k));
  });

  const press = (button, on) => button.setAttribute("aria-pressed", on);
  const outgoing = ui.toggle("what a token attends to", () => { state.incoming = false; refresh(); });
  const incoming = ui.toggle("what attends to it", () => { state.incoming = true; refresh(); });
  const weighted = norms && ui.toggle("weighted by the size of values", () => { state.weighted = !state.weighted; refresh(true); });
  bar.append(outgoing, incoming);
  if (weighted) {
    weighted.title = "attention × ‖v‖ / largest ‖v‖ of the head";
    bar.append(weighted);
  }
  const key = element("span", "faint", "attention 0");
  const scale = element("span", "key");
  bar.append(key, scale, element("span", "faint", "1"));

  const { strip, spans } = ui.tokenStrip(tokens,
    i => { if (i >= 0 && !state.pinned) { state.query = i; colourText(); } },
    i => { state.pinned = !(state.pinned && state.query === i); state.query = i; colourText(); });
  view.append(strip, element("p", "note", "Point at a head to see it, click to keep it. Point at a token to colour the text by its attention, click to pin it."));

  function refresh(values) {
    press(outgoing, !state.incoming);
    press(incoming, state.incoming);
    if (weighted) press(weighted, state.weighted);
    const rgb = ui.colours(view).accent.join(", ");
    scale.style.background = "linear-gradient(90deg, " + Array.from({ length: 9 }, (_, i) => "rgba(" + rgb + ", " + Math.sqrt(i / 8).toFixed(2) + ")").join(", ") + ")";
    if (values) thumbs.forEach((thumb, head) => { if (thumb.painted) paint(head); });
    show();
  }

  refresh();
  return () => refresh(true);
});
