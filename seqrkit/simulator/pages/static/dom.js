// Builds the page. Values from messages are inserted as text, never as HTML.

/** Create an element: el("a.ref", {href: "#"}, "text", child, ...); null and false are omitted. */
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

/** Set a text only if it differs, so that nothing flickers and the selection stays. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Set the content of an element; nodes that are equal already are kept. */
export function fill(element, ...children) {
  const fresh = document.createElement(element.tagName);
  fresh.append(...children.flat(2).filter((each) => each !== null && each !== undefined && each !== false));
  patch(element, fresh);
}

function patch(old, fresh) {
  const wanted = Array.from(fresh.childNodes);
  wanted.forEach((node, i) => {
    const have = old.childNodes[i];
    if (!have) old.append(node);
    else if (have.isEqualNode(node)) return;
    else if (!isSame(have, node)) have.replaceWith(node);
    else if (node.nodeType === Node.TEXT_NODE) have.data = node.data;
    else {
      setAttributes(have, node);
      patch(have, node);
    }
  });
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}

const CONTROLS = new Set(["A", "BUTTON", "FORM", "INPUT", "SELECT", "TR", "VIDEO"]);

/** Return whether one node can become the other; controls only if they have the same id. */
function isSame(one, other) {
  if (one.nodeName !== other.nodeName || one.id !== other.id) return false;
  return one.id !== "" || !CONTROLS.has(one.nodeName);
}

function setAttributes(old, fresh) {
  const theirs = old.nodeName === "DETAILS" ? "open" : null; // opened by the user
  for (const { name } of Array.from(old.attributes)) if (name !== theirs && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

/** Update the rows of a list; rows with the same key keep their elements. */
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
      setAttributes(row, fresh);
      patch(row, fresh);
      if (row === place) place = place.nextElementSibling;
      else list.insertBefore(row, place);
    }
  }
  for (const gone of before.values()) gone.remove();
}

export const amount = (money) =>
  money && money.value !== null && money.value !== undefined ? `${money.value} ${money.currency ?? ""}`.trim() : "";

/** Return 12:35:09 of an ISO time, in UTC like all times of the endpoint. */
export const hour = (iso) => (iso ? iso.slice(11, 19) : "");

/** Return 2026-11-21 12:35:09 UTC. */
export const full = (iso) => (iso ? `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC` : "");

/** Return a duration as "14 s", "59 min" or "3 h". */
export function span(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  if (left < 100) return `${left} s`;
  return left < 6000 ? `${Math.round(left / 60)} min` : `${Math.round(left / 3600)} h`;
}

export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
