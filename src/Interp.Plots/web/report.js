// Draws a report's figures as they come near the view: a page of fifty must open at once.
(function () {
  "use strict";
  const draw = place => {
    const data = place.querySelector("script[type='application/json']");
    if (!data) return;
    const figure = JSON.parse(data.textContent);
    data.remove();
    interpFigures.show(place, figure);
  };
  const watch = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watch.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "600px" });
  const places = document.querySelectorAll(".figure");
  places.forEach(place => watch.observe(place));
  // On paper everything is in view.
  window.addEventListener("beforeprint", () => places.forEach(draw));
})();
