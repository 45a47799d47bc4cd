// Tabs with one page, of which the kernel sends the lines that changed.
const BLOCK = 40; // lines

function build({ model, el }) {
  let { values, lists } = model.get("state");
  const tabs = values.titles.map((_, number) => make("button", { type: "button", role: "tab", dataset: { number } }));
  const bar = make("div", { className: "seqr-tabs", role: "tablist", "aria-label": "Message" }, ...tabs);
  const head = make("span", { className: "seqr-code-words" });
  const copy = make("button", { type: "button", className: "seqr-copy" }, "Copy");
  const above = make("div");
  const lines = make("div", { className: "seqr-lines" });
  const below = make("div");
  const fold = make("button", { type: "button", className: "seqr-fold-lines" });
  const page = make(
    "div",
    { className: "seqr-code", role: "tabpanel", tabindex: "0" },
    make("header", { className: "seqr-code-head" }, head, copy), above, lines, below,
  );
  const shown = []; // the lines
  let unfolded = false;

  function drawTabs() {
    for (const [number, tab] of tabs.entries()) {
      tab.textContent = values.titles[number];
      tab.ariaSelected = String(number === values.tab);
      tab.tabIndex = number === values.tab ? 0 : -1;
    }
    page.ariaLabel = values.titles[values.tab];
    copy.textContent = `Copy ${["envelope", "reply", "curl", "Python", "cell"][values.tab]}`;
    copy.hidden = !values.copy;
  }

  // Lines, each with the findings below it; parsed at once, since there may be thousands.
  function drawn(items) {
    const holder = make("div");
    holder.innerHTML = items.map((html) => `<div class="seqr-one">${html}</div>`).join("");
    return [...holder.children];
  }

  function drawFold() {
    const [start, stop] = values.folded;
    for (const each of lines.querySelectorAll(".seqr-folded")) each.classList.remove("seqr-folded");
    lines.querySelector(".seqr-folds")?.classList.remove("seqr-folds");
    fold.remove();
    if (stop <= start) return;
    if (!unfolded) shown.slice(start + 1, stop).forEach((each) => each.classList.add("seqr-folded"));
    fold.textContent = unfolded ? "fold" : `… ${stop - start - 1} more lines`;
    fold.ariaExpanded = String(unfolded);
    shown[start].append(fold);
    shown[start].classList.add("seqr-folds");
  }

  function number(at) {
    const place = shown[at].firstElementChild.firstElementChild;
    if (place.textContent !== String(at + 1)) place.textContent = at + 1;
  }

  // The browser skips each block outside the visible part as a whole; to skip single lines takes it longer. A line that
  // is replaced keeps its element: to insert one makes the browser compute the styles of its whole block.
  function change(splices) {
    let renumbered = shown.length;
    for (const [start, removed, items] of splices) {
      if (removed === items.length) {
        items.forEach((html, at) => {
          shown[start + at].innerHTML = html;
          number(start + at);
        });
        continue;
      }
      const made = drawn(items);
      if (start) shown[start - 1].after(...made);
      else (lines.firstElementChild ?? lines.appendChild(make("div"))).prepend(...made);
      for (const each of shown.splice(start, removed, ...made)) each.remove();
      renumbered = Math.min(renumbered, start);
    }
    for (const block of [...lines.children]) {
      while (block.children.length > 2 * BLOCK) block.after(make("div", {}, ...[...block.children].slice(-BLOCK)));
      if (!block.children.length) block.remove();
    }
    for (let at = renumbered; at < shown.length; at++) number(at);
  }

  const drawings = {
    tab: () => { page.scrollTop = 0; drawTabs(); },
    titles: drawTabs,
    copy: drawTabs,
    head: () => { head.innerHTML = values.head; },
    above: () => { above.innerHTML = values.above; },
    below: () => { below.innerHTML = values.below; },
  };

  // Mark the line of the field that the user is in, and scroll to it inside the page only.
  function follow() {
    lines.querySelector(".seqr-here")?.classList.remove("seqr-here");
    const here = shown[values.line - 1];
    if (!here?.checkVisibility()) return; // folded, or in a form that is hidden
    here.classList.add("seqr-here");
    const { top, bottom } = here.getBoundingClientRect();
    const seen = page.getBoundingClientRect();
    const head = page.firstElementChild.offsetHeight;
    if (top < seen.top + head || bottom > seen.bottom) page.scrollTop += top - seen.top - seen.height / 3;
  }

  function copied(text) {
    const done = () => {
      copy.textContent = "Copied";
      setTimeout(drawTabs, 1500);
    };
    // A page loaded over plain http has no clipboard API; there a temporary text field is copied from.
    const fallback = () => {
      const field = make("textarea");
      field.value = text;
      copy.after(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      done();
    };
    navigator.clipboard ? navigator.clipboard.writeText(text).then(done, fallback) : fallback();
  }

  bar.addEventListener("click", ({ target }) => {
    if (target.dataset.number) tell(model, "tab", Number(target.dataset.number));
  });
  bar.addEventListener("keydown", ({ key }) => {
    const step = { ArrowLeft: tabs.length - 1, ArrowRight: 1 }[key];
    if (!step) return;
    const next = (values.tab + step) % tabs.length;
    tabs[next].focus();
    tell(model, "tab", next);
  });
  copy.addEventListener("click", () => tell(model, "copy"));
  fold.addEventListener("click", () => {
    unfolded = !unfolded;
    drawFold();
    fold.focus();
  });
  for (const draw of Object.values(drawings)) draw();
  change([[0, 0, lists.lines]]);
  drawFold();
  el.append(bar, page);
  return (message) => {
    ({ values, lists } = model.get("state")); // the kernel may have sent all of it
    if (message.copied !== undefined) copied(message.copied);
    for (const name of Object.keys(message.values ?? {})) drawings[name]?.();
    const splices = message.lists?.lines ?? [];
    change(splices);
    const moves = ([start, removed, items]) => removed !== items.length || start <= values.folded[0];
    if (message.values?.folded || splices.some(moves)) drawFold();
    // In the next frame, which computes the layout anyway.
    if (splices.length || message.values?.line !== undefined) requestAnimationFrame(follow);
  };
}
export default { initialize, render: renderWith(build) };
