// A field that takes a message from elsewhere. It never becomes part of the model's state: it may contain a password.

function build({ model, el }) {
  const area = make("textarea", { rows: 5, "aria-label": "Message", placeholder: "A SOAP request, an HTTP capture, a line of a log …" });
  const note = make("p", { role: "status" });
  const open = () => {
    if (!area.value.trim()) return;
    tell(model, "open", area.value);
    area.value = "";
  };
  const button = make("button", { type: "button", className: "jupyter-button" }, "Open");
  button.addEventListener("click", open);
  area.addEventListener("paste", () => setTimeout(open)); // once the text is in the field
  const details = make("details", { className: "seqr-paste" }, make("summary", {}, "Open my register's message"), area, button, note);
  el.append(details);
  const draw = () => { note.textContent = model.get("state").values.note; };
  draw();
  return () => {
    draw();
    details.open = Boolean(note.textContent); // a message that was opened is seen below
  };
}
export default { initialize, render: renderWith(build) };
