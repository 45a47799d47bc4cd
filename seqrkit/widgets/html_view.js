// Named pieces of HTML. An element with `data-act` tells the kernel when it is pressed, or what was chosen.
function build({ model, el }) {
  const pieces = new Map();
  function draw(values) {
    const held = el.contains(document.activeElement) ? document.activeElement : null;
    for (const [name, html] of Object.entries(values ?? {})) {
      if (!pieces.has(name)) pieces.set(name, el.appendChild(make("div", { className: `seqr-piece seqr-piece-${name}` })));
      pieces.get(name).innerHTML = html;
    }
    if (!held || held.isConnected) return;
    // What is drawn anew keeps the focus; from what is gone it goes to the first button.
    const all = [...el.querySelectorAll("[data-act]")];
    (all.find((each) => each.dataset.act === held.dataset.act) ?? all[0])?.focus();
  }
  const act = (element, ...more) => tell(model, ...JSON.parse(element.dataset.act), ...more);
  el.onclick = ({ target }) => {
    const pressed = target.closest("button[data-act]");
    if (pressed) act(pressed);
  };
  el.onchange = ({ target }) => act(target, target.value);
  draw(model.get("state").values);
  return ({ values }) => draw(values);
}
export default { initialize, render: renderWith(build) };
