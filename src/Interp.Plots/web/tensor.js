// A tensor: shape, statistics, and a heatmap of its last two axes with a slider over the others.
interpViews.define("tensor", async function (view, data, ui) {
  "use strict";
  const { element, number } = ui;
  const head = element("div");
  head.append(element("span", "mono", "[" + data.shape.join(", ") + "]"), element("span", "faint", "  " + data.count.toLocaleString("en") + " × float32"));
  const table = element("table"), names = element("tr"), values = element("tr");
  for (const [name, value] of data.statistics) {
    names.append(element("th", "number", name));
    values.append(element("td", "number", typeof value === "string" ? value : number(value)));
  }
  table.append(names, values);
  view.append(head, table);
  if (!data.values) return () => {};

  const { rows, columns, slices } = data, all = ui.halves(await ui.unpack(data.values));
  const state = { slice: 0 };
  const canvas = element("canvas"), readout = element("div", "readout faint"), bar = element("div", "bar");
  canvas.width = columns;
  canvas.height = rows;
  const cell = Math.max(1, Math.min(18, Math.floor(Math.min(520 / columns, rows === 1 ? 24 : 320 / rows)))) ;
  canvas.style.cssText = "border: 1px solid var(--rule); margin: 6px 0 4px; max-width: 100%; width: " + columns * cell + "px; height: " + Math.max(rows * cell, rows === 1 ? 16 : 1) + "px;";
  if (slices > 1) {
    const slider = element("input"), label = element("span", "mono");
    slider.type = "range";
    slider.min = 0;
    slider.max = slices - 1;
    slider.value = 0;
    slider.ariaLabel = "slice";
    const say = () => { label.textContent = "[" + data.sliceNames[state.slice] + ", :, :]"; };
    slider.addEventListener("input", () => { state.slice = +slider.value; say(); paint(); });
    say();
    bar.append(slider, label);
  }
  const low = element("span", "faint"), scale = element("span", "key"), high = element("span", "faint"), key = element("span");
  key.append(low, scale, high);
  bar.append(key);
  view.append(bar, canvas, readout);
  if (data.note) view.append(element("p", "note", data.note));

  const signed = data.low < 0, reach = Math.max(Math.abs(data.low), Math.abs(data.high), 1e-30);
  function alpha(value) {
    return signed ? Math.abs(value) / reach : (value - data.low) / Math.max(data.high - data.low, 1e-30);
  }

  function paint() {
    const colours = ui.colours(view), image = new ImageData(columns, rows), start = state.slice * rows * columns;
    for (let i = 0; i < rows * columns; i++) {
      const value = all[start + i], colour = signed && value >= 0 ? colours.other : colours.accent;
      const share = Number.isFinite(value) ? Math.min(1, Math.max(0, alpha(value))) : 0;
      image.data.set([colour[0], colour[1], colour[2], 255 * share], 4 * i);
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    const rgba = (c, a) => "rgba(" + c.join(", ") + ", " + a + ")";
    scale.style.background = signed ? "linear-gradient(90deg, " + rgba(colours.accent, 1) + ", " + rgba(colours.accent, 0) + ", " + rgba(colours.other, 1) + ")"
      : "linear-gradient(90deg, " + rgba(colours.accent, 0) + ", " + rgba(colours.accent, 1) + ")";
    low.textContent = number(signed ? -reach : data.low);
    high.textContent = number(signed ? reach : data.high);
    readout.textContent = " ";
  }

  canvas.addEventListener("pointermove", event => {
    const box = canvas.getBoundingClientRect();
    const c = Math.min(columns - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * columns)));
    const r = Math.min(rows - 1, Math.max(0, Math.floor((event.clientY - box.top) / box.height * rows)));
    const where = [...(data.sliceNames[state.slice] ? [data.sliceNames[state.slice]] : []), ...(data.shape.length > 1 ? [r * data.rowStep] : []), c * data.columnStep];
    readout.textContent = "[" + where.join(", ") + "] = " + number(all[state.slice * rows * columns + r * columns + c]);
  });

  paint();
  return paint;
});
