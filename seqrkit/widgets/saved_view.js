// Saved requests: a name for the open one, a search, and a button for each that was found.

function build({ model, el }) {
  const values = () => model.get("state").values;
  const name = make("input", { type: "text", "aria-label": "Name of the open request", placeholder: "Name" });
  const save = make("button", { type: "button", className: "jupyter-button" }, "Save this request");
  const words = make("input", { type: "search", "aria-label": "Search saved requests", placeholder: "Search names, texts, references, results" });
  const note = make("p", { role: "status" });
  const list = make("ul", { "aria-label": "Saved requests" });
  const folder = make("small");
  const details = make(
    "details", { className: "seqr-saved" }, make("summary", {}, "Saved requests and history"),
    make("div", { className: "seqr-saved-tools" }, name, save, words, note), list, folder,
  );
  el.append(details);
  const keep = () => {
    if (!name.value.trim()) return name.focus();
    tell(model, "save", name.value.trim());
    name.value = "";
  };
  save.addEventListener("click", keep);
  name.addEventListener("keydown", (event) => event.key === "Enter" && keep());
  words.addEventListener("input", () => tell(model, "search", words.value));
  details.addEventListener("toggle", () => details.open && tell(model, "search", words.value));

  function draw() {
    const { found, note: sentence, folder: place } = values();
    note.textContent = sentence;
    folder.textContent = `Kept in ${place}; passwords are masked.`;
    list.replaceChildren(...found.map((each, number) => {
      const open = make("button", { type: "button", className: "jupyter-button" }, each.name);
      open.addEventListener("click", () => tell(model, "open", number));
      const facts = [each.name === each.operation ? "" : each.operation, each.described, each.result && `result ${each.result}`, each.at];
      return make("li", {}, open, make("span", {}, facts.filter(Boolean).join(" · ")));
    }));
    if (!found.length) list.append(make("li", {}, words.value ? "None contains these words." : "None yet."));
  }
  draw();
  return draw;
}
export default { initialize, render: renderWith(build) };
