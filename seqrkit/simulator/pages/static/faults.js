// The active faults, and the dialog that adds one.

import { ask, post, remove } from "./api.js";
import { byId, el, keep, say } from "./dom.js";
import { CODES, KINDS, OPERATIONS } from "./facts.js";

const AWAY = 94; // SERVICE_UNAVAILABLE, the most useful one to test

let changed = () => {};

export async function refresh() {
  const faults = await ask("faults");
  keep(byId("fault-rows"), faults, (each) => each.id, (each) => el("li", {},
    el("span", {}, each.says, el("small", {}, injected(each))),
    el("button.plain", { id: `fault-${each.id}`, type: "button", "aria-label": `Remove the fault: ${each.says}`, onclick: () => take(`faults/${each.id}`) }, "✕")));
  byId("no-faults").hidden = faults.length > 0;
  byId("no-more-faults").hidden = faults.length < 2;
}

function injected({ struck: times = 0, left }) {
  const said = times === 0 ? "not injected yet" : `injected ${times === 1 ? "once" : `${times} times`}`;
  if (left === null || left === undefined) return said;
  return left === 0 ? `${said}, finished` : `${said}, ${left} remaining`;
}

async function take(path) {
  await remove(path);
  byId("add-fault").focus();
  changed();
}

/** Show only the fields of the selected kind. */
function fit() {
  const kind = byId("f-kind").value;
  const ofNotifications = kind.startsWith("notification");
  const fits = {
    "result-code": kind === "result-code",
    late: kind !== "notification-lost",
    request: !ofNotifications,
  };
  for (const field of document.querySelectorAll("#fault-form [data-for]")) field.hidden = !fits[field.dataset.for];
  byId("f-delay").required = kind === "slow";
  byId("f-delay").placeholder = kind === "slow" ? "2; uniform 1 3; lognormal 1 0.5" : "at once; 2; uniform 1 3";
}

function written() {
  const value = (name) => {
    const field = byId(`f-${name}`);
    return field.hidden || field.value.trim() === "" ? null : field.value.trim();
  };
  const fault = { kind: value("kind"), code: value("code"), delay: value("delay"), operation: value("operation"), terminal: value("terminal") };
  if (fault.code !== null) fault.code = Number(fault.code);
  if (value("count") !== null) fault.count = Number(value("count"));
  if (value("probability") !== null && value("probability") !== "100") fault.probability = Number(value("probability")) / 100;
  return Object.fromEntries(Object.entries(fault).filter(([, each]) => each !== null));
}

async function open() {
  const terminals = await ask("terminals").catch(() => []);
  byId("f-terminal").replaceChildren(el("option", { value: "" }, "any"), ...terminals.map((each) => el("option", { value: each.id }, each.name || each.id)));
  byId("fault-trouble").hidden = true;
  byId("fault-dialog").showModal();
  byId("f-kind").focus();
}

export function start(tell, trouble) {
  changed = tell;
  byId("f-kind").append(...KINDS.map(([value, words]) => el("option", { value }, words)));
  byId("f-code").append(...CODES.map(([value, name]) => el("option", { value, selected: value === AWAY }, `${value} ${name}`)));
  byId("f-operation").append(el("option", { value: "" }, "any"), ...OPERATIONS.map((name) => el("option", { value: name }, name)));
  byId("f-kind").addEventListener("change", fit);
  fit();
  byId("add-fault").addEventListener("click", open);
  byId("fault-cancel").addEventListener("click", () => byId("fault-dialog").close());
  byId("no-more-faults").addEventListener("click", () => take("faults").catch(trouble));
  byId("fault-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await post("faults", written());
      byId("fault-dialog").close();
      changed();
    } catch (error) {
      say(byId("fault-trouble"), error.message);
      byId("fault-trouble").hidden = false;
    }
  });
}
