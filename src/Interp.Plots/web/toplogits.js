// What a model expects after each token: its likeliest continuations, and how it took the one that came.
interpViews.define("toplogits", function (view, data, ui) {
  "use strict";
  const { element, number, visible } = ui, tokens = data.tokens;
  const state = { position: data.start, pinned: false };
  const box = element("div");
  view.append(element("style", "", `
    .columns { display: flex; flex-wrap: wrap; gap: 10px 28px; }
    .chance { display: inline-block; height: 9px; background: rgba(var(--accent), 0.75); border-radius: 2px; }
    tr.came td { font-weight: 600; }`));
  const bar = element("div", "bar"), scale = element("span", "key");
  bar.append(element("span", "faint", "probability the model gave the token: 0"), scale, element("span", "faint", "1"));
  const { strip, spans } = ui.tokenStrip(tokens,
    i => { if (i >= 0 && !state.pinned) { state.position = i; show(); } },
    i => { state.pinned = !(state.pinned && state.position === i); state.position = i; show(); });
  view.append(bar, strip, box, element("p", "note", "Point at a token to see what the model expects after it, click to pin."));

  function show() {
    const p = state.position, came = p + 1 < tokens.length ? tokens[p + 1] : null;
    spans.forEach((span, i) => span.classList.toggle("at", i === p));
    const table = element("table"), head = element("tr");
    for (const [name, kind] of [["", "number"], ["after “" + visible(tokens[p]) + "”", ""], ["probability", "number"], ["", ""], ["logit", "number"]]) head.append(element("th", kind, name));
    table.append(head);
    data.top[p].forEach(([token, logit, probability], rank) => {
      const row = element("tr", token === came ? "came" : "");
      const bar = element("td"), chance = element("span", "chance");
      chance.style.width = Math.max(1, 120 * probability) + "px";
      bar.append(chance);
      row.append(element("td", "number faint", rank + 1), element("td", "mono", visible(token)), element("td", "number", number(probability)), bar, element("td", "number", number(logit)));
      table.append(row);
    });
    box.textContent = "";
    box.append(table);
    if (came !== null) {
      const [probability, rank] = data.given[p + 1];
      box.append(element("div", "readout", "Then came “" + visible(came) + "”: rank " + rank + ", probability " + number(probability) + ", loss " + number(-Math.log(probability)) + " nats"));
    }
  }

  function colour() {
    const rgb = ui.colours(view).accent.join(", ");
    spans.forEach((span, i) => { span.style.background = data.given[i] ? "rgba(" + rgb + ", " + (0.8 * data.given[i][0]).toFixed(3) + ")" : ""; });
    scale.style.background = "linear-gradient(90deg, rgba(" + rgb + ", 0), rgba(" + rgb + ", 0.8))";
    show();
  }

  colour();
  return colour;
});
