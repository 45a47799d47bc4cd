// A password field. What is typed goes to the kernel as a custom message and is never set on the model, because
// JupyterLab, nbconvert and Voila save or publish the model's state.
function render({ model, el }) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  label.className = "widget-label";
  label.htmlFor = input.id = `seqr-password-${Math.random().toString(36).slice(2)}`;
  input.type = "password";
  input.autocomplete = "new-password"; // no password manager fills in the user's own
  const draw = () => {
    label.textContent = model.get("description");
    label.title = input.title = model.get("tooltip") ?? "";
    input.placeholder = model.get("placeholder");
  };
  draw();
  model.on("change", draw);
  model.on("msg:custom", (message) => {
    if (message.replaced) input.value = "";
  });
  input.addEventListener("input", () => model.send({ typed: input.value }));
  // JupyterLab takes single letters as commands unless the field keeps its keys to itself.
  for (const name of ["keydown", "keypress", "keyup"]) input.addEventListener(name, (event) => event.stopPropagation());
  el.append(label, input);
}
export default { render };
