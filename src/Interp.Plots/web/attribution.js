// Text coloured by a signed number a token: what raises (orange) and what lowers (blue) something.
interpViews.define("attribution", function (view, data, ui) {
  "use strict";
  const { element, number, visible } = ui;
  const state = { series: 0 };
  const bar = element("div", "bar"), readout = element("div", "readout");
  const buttons = data.series.map((series, i) => ui.toggle(series.name, () => { state.series = i; colour(); }));
  if (buttons.length > 1) bar.append(...buttons);
  const low = element("span", "faint"), scale = element("span", "key"), high = element("span", "faint");
  const key = element("span");
  key.append(low, scale, high);
  bar.append(key);
  const { strip, spans } = ui.tokenStrip(data.tokens, i => { say(i); });
  view.append(bar, strip, readout);

  // One scale for all series, so that they compare.
  const reach = Math.max(1e-12, ...data.series.flatMap(s => s.values.map(v => Math.abs(v ?? 0))));

  function shade(value, colours) {
    if (value === null) return "";
    const rgb = (value >= 0 ? colours.other : colours.accent).join(", ");
    return "rgba(" + rgb + ", " + (0.8 * Math.sqrt(Math.abs(value) / reach)).toFixed(3) + ")";
  }

  function say(i) {
    const series = data.series[state.series], sum = series.values.reduce((s, v) => s + (v ?? 0), 0);
    readout.textContent = i < 0 ? series.name + ": sum " + number(sum) + " " + data.unit
      : "“" + visible(data.tokens[i]) + "” (" + i + "): " + (series.values[i] === null ? "no value" : number(series.values[i]) + " " + data.unit);
    spans.forEach((span, j) => span.classList.toggle("at", j === i));
  }

  function colour() {
    const colours = ui.colours(view);
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", i === state.series));
    data.series[state.series].values.forEach((value, i) => { spans[i].style.background = shade(value, colours); });
    low.textContent = number(-reach);
    high.textContent = number(reach) + " " + data.unit;
    scale.style.background = "linear-gradient(90deg, " + [-1, -0.5, -0.1, 0, 0.1, 0.5, 1].map(x => shade(x * reach, colours)).join(", ") + ")";
    say(-1);
  }

  colour();
  return colour;
});
