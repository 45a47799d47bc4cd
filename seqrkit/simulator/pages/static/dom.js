// Building the page. Whatever comes from a message goes in as text, never as HTML.

/** An element: el("a.ref", {href: "#"}, "text", child, ...); what is null or false is left out. */
export function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && typeof made[key] === "boolean") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.flat(2).filter((each) => each !== null && each !== undefined && each !== false));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Set a text only where it differs, so that nothing flickers and no selection is lost. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Make an element's content look like this, and leave alone what looks like it already. */
export function fill(element, ...children) {
  const fresh = document.createElement(element.tagName);
  fresh.append(...children.flat(2).filter((each) => each !== null && each !== undefined && each !== false));
  mend(element, fresh);
}

function mend(old, fresh) {
  const wanted = Array.from(fresh.childNodes);
  wanted.forEach((node, i) => {
    const have = old.childNodes[i];
    if (!have) old.append(node);
    else if (have.isEqualNode(node)) return;
    else if (!alike(have, node)) have.replaceWith(node);
    else if (node.nodeType === Node.TEXT_NODE) have.data = node.data;
    else {
      dress(have, node);
      mend(have, node);
    }
  });
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}

const ACTS = new Set(["A", "BUTTON", "FORM", "INPUT", "SELECT", "TR", "VIDEO"]);

/** Whether one node can become the other. What can be pressed only where its id says that it is the same. */
function alike(one, other) {
  if (one.nodeName !== other.nodeName || one.id !== other.id) return false;
  return one.id !== "" || !ACTS.has(one.nodeName);
}

function dress(old, fresh) {
  const theirs = old.nodeName === "DETAILS" ? "open" : null; // whoever looks on opened it
  for (const { name } of Array.from(old.attributes)) if (name !== theirs && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

/** Keep the rows of a list in step with data: rows stay the elements they are, by key. */
export function keep(list, items, keyOf, draw) {
  const before = new Map(Array.from(list.children, (row) => [row.dataset.key, row]));
  let place = list.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    const fresh = draw(item);
    fresh.dataset.key = key;
    const row = before.get(key);
    before.delete(key);
    if (row === undefined) {
      list.insertBefore(fresh, place);
    } else {
      dress(row, fresh);
      mend(row, fresh);
      if (row === place) place = place.nextElementSibling;
      else list.insertBefore(row, place);
    }
  }
  for (const gone of before.values()) gone.remove();
}

export const amount = (money) =>
  money && money.value !== null && money.value !== undefined ? `${money.value} ${money.currency ?? ""}`.trim() : "";

/** 12:35:09 of an ISO time; the endpoint's times are UTC, and stay so. */
export const hour = (iso) => (iso ? iso.slice(11, 19) : "");

/** 2026-11-21 12:35:09 UTC */
export const full = (iso) => (iso ? `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC` : "");

/** "14 s", "59 min", "3 h": how long until something. */
export function span(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  if (left < 100) return `${left} s`;
  return left < 6000 ? `${Math.round(left / 60)} min` : `${Math.round(left / 3600)} h`;
}

export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
