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

/** Replace an element's children unless they would look the same. */
export function fill(element, ...children) {
  const fresh = document.createElement(element.tagName);
  fresh.append(...children.flat(2).filter((each) => each !== null && each !== undefined && each !== false));
  if (!same(element, fresh)) element.replaceChildren(...fresh.childNodes);
}

function same(one, other) {
  if (one.childNodes.length !== other.childNodes.length) return false;
  return Array.from(one.childNodes).every((node, i) => node.isEqualNode(other.childNodes[i]));
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
      update(row, fresh);
      if (row === place) place = place.nextElementSibling;
      else list.insertBefore(row, place);
    }
  }
  for (const gone of before.values()) gone.remove();
}

/** Make `row` look like `fresh`, cell by cell, without touching what is the same. */
function update(row, fresh) {
  if (row.className !== fresh.className) row.className = fresh.className;
  Array.from(fresh.children).forEach((cell, i) => {
    const old = row.children[i];
    if (!old) row.append(cell);
    else if (!old.isEqualNode(cell) && !old.contains(document.activeElement)) old.replaceWith(cell);
    else if (!old.isEqualNode(cell)) mend(old, cell);
  });
}

/** A cell that holds the focus keeps its button; only texts and states change. */
function mend(old, cell) {
  const [was, is] = [old.querySelector("button"), cell.querySelector("button")];
  if (!was || !is) return;
  say(was, is.textContent);
  const current = is.getAttribute("aria-current");
  if (current === null) was.removeAttribute("aria-current");
  else was.setAttribute("aria-current", current);
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
