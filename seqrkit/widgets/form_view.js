// The fields of a form. Their texts live in the kernel: what is typed goes there, and what changes comes back.

const unique = Math.random().toString(36).slice(2); // each form has a module of its own
let labels = 0;
const newId = () => `seqr-${unique}-${++labels}`;

function build({ model, el }) {
  let { values, lists } = model.get("state");
  const drawings = new Map(); // by the name of a value or list
  let focusNext = null; // returns what to focus if a change takes away what has the focus

  // Everything goes to the kernel at once and in order, except for a text while an earlier event is on its way: of the
  // keys pressed meanwhile only the last text goes. Rows have identities, so that an event is about the same row
  // whenever it arrives.
  const writer = newId();
  const waiting = new Map(); // the path and part of each field whose text has not gone yet
  const typed = new Map(); // the number of the last event with the text of a field, until the kernel has done it
  let told = 0;
  let arrived = 0;
  function send(...event) {
    tell(model, "act", [writer, ++told], ...event);
    return told;
  }
  function flush() {
    for (const [input, place] of waiting) typed.set(input, send("write", ...place, input.value));
    waiting.clear();
  }
  function act(...event) {
    flush();
    return send(...event);
  }
  const button = (label, className, action, tooltip) => {
    const made = make("button", { type: "button", className: `jupyter-button ${className}`, title: tooltip, "aria-label": tooltip }, label);
    made.addEventListener("click", action);
    return made;
  };

  function write(input, path, part) {
    typed.set(input, Infinity);
    waiting.set(input, [path, part]);
    if (arrived >= told) flush();
  }
  // What was typed is newer than the kernel's text.
  function put(input, text) {
    if (input.value === text || typed.has(input)) return;
    if (input.tagName === "SELECT" && ![...input.options].some((each) => each.value === text)) {
      input.append(make("option", { value: text }, text));
    }
    input.value = text;
  }

  const suggestions = new Map();
  function suggest(options) {
    const key = options.join("\n");
    if (!suggestions.has(key)) {
      const list = make("datalist", { id: newId() }, ...options.map((value) => make("option", { value })));
      suggestions.set(key, list.id);
      el.append(list);
    }
    return suggestions.get(key);
  }

  // The controls of a field: one, or value and currency of an amount.
  function controls(node, path, inRow) {
    const input = (part, options) => {
      let made;
      if (node.kind === "choice" && !inRow) {
        made = make("select", {}, make("option", { value: "" }, "–"), ...options.map((value) => make("option", { value }, value)));
      } else if (node.kind === "document") {
        made = make("textarea", { rows: 3 });
      } else {
        const type = node.kind === "secret" ? "password" : "text";
        made = make("input", { type, autocomplete: type === "password" ? "new-password" : "off", list: options.length ? suggest(options) : null });
      }
      made.addEventListener("input", () => write(made, path, part));
      made.addEventListener("focus", () => act("enter", path));
      made.addEventListener("blur", () => {
        if (node.required && !made.value) act("leave", path);
        flush(); // a click on Send follows
      });
      return made;
    };
    if (node.kind !== "amount") {
      const only = input(null, node.options);
      if (node.number) only.classList.add("seqr-number");
      return { inputs: [only], draw: ({ text, masked, typed: isOwn }) => {
        if (node.kind !== "secret") put(only, text);
        else {
          only.placeholder = masked ? "********" : "";
          if (!isOwn && !typed.has(only)) only.value = "";
        }
      } };
    }
    const value = input("value", []);
    const currency = input("currency", node.options);
    value.classList.add("seqr-number");
    currency.classList.add("seqr-currency");
    return { inputs: [value, currency], draw: (entry) => { put(value, entry.text); put(currency, entry.currency); } };
  }

  function mark(element, signal) {
    for (const each of ["wrong", "look", "todo"]) element.classList.toggle(`seqr-${each}`, each === signal);
  }

  // A note below a field or row, and the button that corrects it. The button goes once it is pressed, so the focus goes
  // to the text beside it.
  function noteOf(path, beside) {
    const note = make("div", { className: "seqr-note" });
    const correct = button("", "seqr-fix", () => {
      act("correct", path);
      beside().focus();
    });
    return { parts: [note, correct], draw: (entry) => {
      if (note.innerHTML !== entry.note) note.innerHTML = entry.note;
      correct.textContent = entry.correction ?? "";
      correct.hidden = !entry.correction;
    } };
  }

  function field(node) {
    const { inputs, draw } = controls(node, node.path, false);
    inputs[0].id = newId();
    const label = make("label", { className: "widget-label", for: inputs[0].id, title: node.help }, node.name);
    inputs[0].title = node.help;
    inputs[1]?.setAttribute("aria-label", `${node.name} currency`);
    const line = make("div", { className: "seqr-line" }, ...inputs);
    if (node.kind === "date") line.append(button("now", "seqr-now", () => act("now", node.path), `Set ${node.name} to the current time`));
    if (node.kind === "document") line.append(upload(node, inputs[0]));
    const note = noteOf(node.path, () => inputs[0]);
    const box = make(
      "div", { className: `seqr-field${node.required ? " seqr-required" : ""}` },
      make("div", { className: "seqr-input" }, label, line), ...offers(node, inputs[0]), ...note.parts,
    );
    if (node.required) inputs[0].ariaRequired = "true";
    drawings.set(node.path, (entry) => {
      draw(entry);
      note.draw(entry);
      mark(box, entry.signal);
      inputs[0].ariaInvalid = String(entry.signal === "wrong");
    });
    return box;
  }

  // The texts that are suggested for a field, to be chosen with a click.
  function offers(node, input) {
    if (!node.offers.length) return [];
    const choose = (value) => {
      input.focus();
      input.value = value;
      write(input, node.path, null);
    };
    const buttons = node.offers.map(([value, label]) => button(label, "seqr-fix", () => choose(value), value));
    return [make("div", { className: "seqr-offers", role: "group", "aria-label": `Suggested texts for ${node.name}` }, ...buttons)];
  }

  function upload(node, area) {
    const input = make("input", { type: "file", "aria-label": "Use the content of a file, encoded as base64" });
    input.addEventListener("change", async () => {
      const bytes = new Uint8Array(await input.files[0].arrayBuffer());
      area.value = btoa([...bytes].map((byte) => String.fromCharCode(byte)).join(""));
      write(area, node.path, null);
    });
    return input;
  }

  function fold(node) {
    const summary = make("span", { className: "seqr-fold-summary" });
    drawings.set(`fold ${node.path}`, (html) => { summary.innerHTML = html; });
    return make(
      "details", { className: "seqr-foldable" },
      make("summary", { className: "seqr-fold-head" }, make("code", { className: "seqr-fold" }, node.label), " ", summary),
      make("div", { className: "seqr-fold-body" }, ...node.nodes.map(element)),
    );
  }

  function part(node) {
    const note = make("div", { className: "seqr-note" });
    drawings.set(node.path, (entry) => { note.innerHTML = entry.note; });
    const head = make("div", { className: "seqr-part-head", title: node.help }, make("h4", {}, make("code", {}, node.name)), make("p", {}, node.meaning));
    return make("section", { className: "seqr-part", "aria-label": node.name }, head, note, ...node.nodes.map(element));
  }

  function sender(node) {
    const other = make("option", { value: "", hidden: true }, "as in the message");
    const choice = make("select", { id: newId() }, other, ...node.options.map(([value, label]) => make("option", { value }, label)));
    choice.addEventListener("change", () => act("sender", choice.value));
    drawings.set("sender", (kind) => { choice.value = kind; });
    return make(
      "div", { className: "seqr-field seqr-sent-by" },
      make("div", { className: "seqr-input" }, make("label", { className: "widget-label", for: choice.id }, "sent by"), make("div", { className: "seqr-line" }, choice)),
    );
  }

  // A list of equal items, one line each.
  function items(node) {
    let rows = [];
    let added = []; // rows that the kernel does not know yet
    const count = make("small");
    const note = noteOf(node.path, () => rows[0]?.inputs[0] ?? plus);
    const name = ({ name }) => make("code", {}, ...name.split(/(?=[A-Z])/).flatMap((word) => [make("wbr"), word]));
    const names = make("div", { className: "seqr-names", "aria-hidden": "true" }, ...node.columns.map(name));
    const body = make("ol", { className: "seqr-lines", "aria-label": node.name });
    const plus = button(`+ ${node.noun}`, "seqr-add", () => append(), `Add a ${node.noun}`);

    // The row is there at once, for the user who goes on typing.
    function append() {
      const made = row(newId());
      label(made, rows.length + added.push(made) - 1);
      body.append(made.element);
      made.number = act("add", node.path, made.key);
      made.inputs[0].focus();
    }

    function row(key) {
      const made = { key, inputs: [], cells: new Map() };
      const place = `${node.path}[${key}]`;
      const note = noteOf(place, () => made.inputs[0]);
      const cell = (each) => {
        const made_ = controls(each, `${place}.${each.name}`, true);
        made.cells.set(each.name, made_);
        made_.inputs.forEach((input) => {
          input.dataset.column = each.name;
          input.title = each.help;
        });
        return made_.inputs;
      };
      const line = make("div", { className: "seqr-row-line" });
      for (const each of node.columns) {
        const inputs = cell(each);
        made.inputs.push(...inputs);
        line.append(inputs.length > 1 ? make("div", { className: "seqr-amount" }, ...inputs) : inputs[0]);
      }
      const more = make("div", { className: "seqr-row-more" });
      const others = node.others.map((each) => each.name).join(", ");
      const toggle = button("…", "seqr-icon", () => {
        if (!more.children.length) {
          for (const each of node.others) more.append(make("label", { title: each.help }, make("span", {}, each.name), make("div", { className: "seqr-amount" }, ...cell(each))));
          label(made, [...rows, ...added].indexOf(made));
          if (made.entry) draw(made, made.entry);
        }
        more.hidden = !more.hidden;
        toggle.ariaExpanded = String(!more.hidden);
        if (!more.hidden) more.scrollIntoView({ block: "nearest" });
      });
      more.hidden = true;
      made.up = button("↑", "seqr-icon", () => {
        focusNext = () => made.up;
        act("up", place);
      });
      made.remove = button("×", "seqr-icon", () => {
        const at = [...rows, ...added].indexOf(made);
        focusNext = () => (rows[at] ?? rows.at(-1))?.remove ?? plus;
        act("remove", place);
      });
      made.names = [[toggle, `More fields of ${node.noun}`, others], [made.up, "Move up", ""], [made.remove, "Remove", ""]];
      line.append(make("div", { className: "seqr-icons" }, ...(others ? [toggle] : []), made.up, made.remove));
      made.note = note;
      made.element = make("li", { className: "seqr-row" }, line, ...note.parts, more);
      return made;
    }

    function label({ cells, names, element }, at) {
      element.ariaLabel = `${node.noun} ${at + 1}`;
      for (const [name, { inputs }] of cells) {
        inputs.forEach((input, number) => { input.ariaLabel = `${name}${number ? " currency" : ""} of ${node.noun} ${at + 1}`; });
      }
      for (const [made, words, title] of names) {
        made.ariaLabel = title ? `${words} ${at + 1}` : `${words} ${node.noun} ${at + 1}`;
        made.title = title || words;
      }
    }

    function draw(made, entry) {
      made.entry = entry;
      made.inputs[0].placeholder = entry.empty ? "empty: not sent" : "";
      for (const [name, control] of made.cells) {
        const { signal, ...texts } = entry.cells[name];
        control.draw(texts);
        control.inputs.forEach((input) => mark(input, signal));
      }
      made.note.draw(entry);
    }

    // A row stays the same element wherever it goes, so that what is typed in it meanwhile goes with it.
    function change() {
      const entries = lists[node.path];
      const before = rows;
      const known = new Map([...before, ...added].map((each) => [each.key, each]));
      rows = entries.map(({ key }) => known.get(key) ?? row(key));
      const kept = new Set(rows);
      added = added.filter((each) => !kept.has(each) && !(each.number <= arrived));
      for (const each of added) kept.add(each);
      for (const { element } of [...known.values()].filter((each) => !kept.has(each))) {
        if (element.contains(el.getRootNode().activeElement)) focusNext ??= () => rows.at(-1)?.inputs[0] ?? plus;
        element.remove();
      }
      let place = body.firstElementChild;
      rows.forEach((each, at) => {
        if (each.element === place) place = place.nextElementSibling;
        else if (each.element.isConnected && body.moveBefore) body.moveBefore(each.element, place); // keeps the focus
        else body.insertBefore(each.element, place);
        if (each.entry !== entries[at]) draw(each, entries[at]);
        if (each !== before[at]) label(each, at);
      });
      added.forEach((each, at) => label(each, rows.length + at));
      names.hidden = !rows.length;
      drawHead();
    }

    function drawHead() {
      const many = rows.length ? `${rows.length} ${node.noun}${rows.length > 1 ? "s" : ""}` : "none";
      count.textContent = [many, values[node.path]?.sum].filter(Boolean).join(" · ");
    }

    // Enter goes to the next cell, and from the last one to a new row; arrows go to the neighbours. In a field that is
    // not on the row's line Enter goes to the next row.
    body.addEventListener("keydown", (event) => {
      const { key, target, ctrlKey, metaKey, altKey } = event;
      const all = [...rows, ...added];
      const at = all.findIndex((each) => each.element.contains(target));
      const column = all[at].inputs.indexOf(target);
      const isOnLine = column >= 0;
      if (target.tagName !== "INPUT" || ctrlKey || metaKey || altKey || !(isOnLine || key === "Enter")) return;
      const cell = (row, number) => all[row]?.inputs.at(number);
      const edge = target.selectionStart === target.selectionEnd;
      const next = (isOnLine ? cell(at, column + 1) : undefined) ?? cell(at + 1, 0);
      const previous = column ? cell(at, column - 1) : at ? cell(at - 1, -1) : undefined;
      const goals = {
        Enter: next,
        ArrowUp: at ? cell(at - 1, column) : undefined,
        ArrowDown: cell(at + 1, column),
        ArrowLeft: edge && target.selectionStart === 0 ? previous : undefined,
        ArrowRight: edge && target.selectionStart === target.value.length ? next : undefined,
      };
      if (key === "Enter" && !next) append();
      else if (goals[key]) {
        goals[key].focus();
        goals[key].select();
      } else return;
      event.preventDefault();
    });
    body.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text");
      if (!/[\t\n]/.test(text.trimEnd())) return;
      event.preventDefault();
      const { key } = [...rows, ...added].find((each) => each.element.contains(event.target));
      act("paste", `${node.path}[${key}]`, event.target.dataset.column, text);
    });
    drawings.set(`list ${node.path}`, change);
    drawings.set(node.path, (entry) => { note.draw(entry); drawHead(); });
    change();
    return make(
      "section", { className: `seqr-part seqr-list seqr-of-${node.noun}`, "aria-label": node.name },
      make("div", { className: "seqr-part-head" }, make("h4", { title: node.help }, make("code", {}, node.name), " ", count), note.parts[1]),
      note.parts[0], names, body, plus,
    );
  }

  function element(node) {
    return ({ fold, part, items, sender }[node.kind] ?? field)(node);
  }

  const head = make("div", { className: "seqr-form-head" });
  head.innerHTML = model.get("heading");
  el.append(head, ...model.get("structure").map(element));
  for (const [name, entry] of Object.entries(values)) drawings.get(name)?.(entry);

  el.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      act("send");
    }
  };
  // Move the focus to the first field with an error, else to one to do or with a warning; also inside of folded fields.
  function first() {
    const found = ["wrong", "todo", "look"].map((signal) => el.querySelector(`.seqr-${signal}, .seqr-remark.${signal}`)).find(Boolean);
    for (let fold = found?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const fields = "input, select, textarea";
    const isField = found?.matches(fields) && found.checkVisibility();
    (isField ? found : found?.closest(".seqr-field, .seqr-row, .seqr-part").querySelector(fields))?.focus();
  }

  function receive(message) {
    if (message.first) first();
    ({ values, lists } = model.get("state")); // the kernel may have sent all of it
    arrived = values[`done ${writer}`] ?? 0;
    for (const [input, last] of typed) if (last <= arrived) typed.delete(input);
    const page = el.getRootNode();
    const held = page.activeElement;
    for (const path of Object.keys(message.lists ?? {})) drawings.get(`list ${path}`)();
    for (const [name, entry] of Object.entries(message.values ?? {})) drawings.get(name)?.(entry);
    if (page.activeElement !== held) {
      focusNext?.().focus();
      focusNext = null;
    }
    if (arrived >= told) flush();
  }
  // The whole state changes texts and rows too: what is typed, waits or has the focus stays.
  return Object.assign(receive, { whole: () => receive(model.get("state")) });
}
export default { initialize, render: renderWith(build) };
