// Draws a report's figures as they come near the view: a page of fifty must open at once. Small ones open large at a click.
(function () {
  "use strict";
  const figures = new WeakMap();

  // A small multiple: no titles, legends or colour bars (its row has them), and nothing to grab but the whole.
  function compact(figure) {
    const small = structuredClone(figure), phone = matchMedia("(max-width: 40rem)").matches;
    Object.assign(small.layout, { title: { text: "" }, showlegend: false, height: phone ? 190 : 158, margin: { l: 34, r: 4, t: 4, b: 22 } });
    delete small.layout.width;
    for (const [name, axis] of Object.entries(small.layout)) {
      if (!/^[xy]axis/.test(name)) continue;
      Object.assign(axis, { title: { text: "" }, automargin: false, tickfont: { size: 9 }, nticks: name[0] === "x" ? 6 : 5, ticklen: 3 });
      if (axis.tickvals && axis.type === "log") {
        const tens = axis.tickvals.map((value, i) => [value, axis.ticktext[i]]).filter(([value]) => Number.isInteger(Math.log10(value)));
        axis.tickvals = tens.map(t => t[0]);
        axis.ticktext = tens.map(t => t[1]);
      }
    }
    for (const trace of small.data) {
      if (trace.type === "heatmap") trace.showscale = false;
      if (trace.line && trace.line.width) trace.line.width *= 0.8;
      if (trace.marker && Array.isArray(trace.marker.size)) trace.marker.size = trace.marker.size.map(size => size * 0.6);
    }
    small.config = { staticPlot: true, responsive: true };
    return small;
  }

  function draw(place) {
    const data = place.querySelector("script[type='application/json']");
    if (!data) return;
    const figure = JSON.parse(data.textContent);
    figures.set(place, figure);
    interpFigures.show(place, place.classList.contains("small") ? compact(figure) : figure);
  }

  const dialog = document.getElementById("large"), stage = dialog.querySelector(".figure");
  function enlarge(place) {
    draw(place);
    dialog.querySelector("h3").textContent = place.dataset.title;
    dialog.querySelector("a").href = place.dataset.alone;
    dialog.showModal();
    const figure = structuredClone(figures.get(place));
    figure.layout.height = Math.max(figure.layout.height, Math.min(540, innerHeight * 0.75));
    interpFigures.show(stage, figure);
  }
  dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("click", event => { const place = event.target.closest(".small"); if (place) enlarge(place); });
  document.addEventListener("keydown", event => {
    if ((event.key !== "Enter" && event.key !== " ") || !event.target.classList.contains("small")) return;
    event.preventDefault();
    enlarge(event.target);
  });

  const watch = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watch.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "500px" });
  const places = document.querySelectorAll("main .figure");
  places.forEach(place => watch.observe(place));
  // On paper everything is in view.
  window.addEventListener("beforeprint", () => places.forEach(draw));
})();
