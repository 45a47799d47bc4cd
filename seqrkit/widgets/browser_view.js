// Used by every view: the scripts are joined, since a view is one module without imports.

// Each message of the kernel changes the model's state once, however many views display it. The state is changed in
// place, so that nothing is sent back and a notebook is saved with what is displayed. Messages that came before this
// script had been loaded are lost: the kernel then sends the whole state again.
function initialize({ model }) {
  model.on("msg:custom", ({ version, values, lists }) => {
    if (!version) return;
    const state = model.get("state");
    state.version = version;
    Object.assign(state.values, values);
    for (const [name, splices] of Object.entries(lists)) {
      for (const [start, removed, items] of splices) state.lists[name].splice(start, removed, ...items);
    }
  });
  tell(model, "opened", model.get("state").version);
}

// Draw a view with `build`, which returns the function that receives the kernel's messages. When the whole state has
// come, its function `whole` draws it; a view without one is built again in the same element: a handler of `el` itself
// is set as a property, since listeners would add up.
function renderWith(build) {
  return ({ model, el }) => {
    let receive;
    if (model.get("_css")) { // displayed alone
      const around = el;
      around.classList.add("seqr", "seqr-bare");
      el = make("div", { className: (model.get("_dom_classes") ?? []).join(" ") });
      around.replaceChildren(el);
    }
    const draw = () => {
      if (!model.get("state").version) return; // marimo displays a view before its state has arrived
      if (receive?.whole) return receive.whole();
      el.replaceChildren();
      receive = build({ model, el });
    };
    draw();
    model.on("change:state", draw);
    // anywidget removes the listener of ipywidgets, so that classes would stay as they are at first.
    let classes = model.get("_dom_classes") ?? [];
    model.on("change:_dom_classes", () => {
      el.classList.remove(...classes);
      classes = model.get("_dom_classes");
      el.classList.add(...classes);
    });
    model.on("msg:custom", (message) => {
      receive?.(message);
      if (message.reveal) reveal(el, message.reveal);
    });
    keepKeys(el);
  };
}

// Scroll the page so that an element of the workbench is visible, once it is drawn.
function reveal(el, css, tries = 20) {
  const shown = (el.closest(".seqr-workbench") ?? el.parentElement).querySelector(css);
  if (shown?.offsetHeight) shown.scrollIntoView({ block: "nearest" });
  else if (tries) setTimeout(reveal, 100, el, css, tries - 1);
}

// Tell the kernel what the user did: the name of the event and its arguments.
function tell(model, ...event) {
  model.send({ event });
}

// Create an element; children are elements or texts.
function make(tag, properties = {}, ...children) {
  const { className, dataset, ...attributes } = properties;
  const element = document.createElement(tag);
  if (className) element.className = className;
  Object.assign(element.dataset, dataset);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

// Give the keys typed inside a view to the view alone: JupyterLab takes letters as commands.
function keepKeys(element) {
  element.dataset.lmSuppressShortcuts = "true";
  for (const name of ["keydown", "keypress", "keyup"]) {
    element.addEventListener(name, (event) => event.stopPropagation());
  }
}

