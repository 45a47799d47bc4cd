// Shows a message with numbered, coloured lines and the findings at their lines.

import { byId, el, plural, say } from "./dom.js";

const TOKEN = /<!--[\s\S]*?-->|<[/?!]?[\w:.-]+|[/?]?>|[\w:.-]+(?==["'])|"[^"<]*"|'[^'<]*'/g;
const MAX_LINES = 1500;
const MAX_VALUE = 400;

/** Split a line into coloured pieces; everything outside tags is text. */
function pieces(line) {
  const made = [];
  let at = 0;
  let inTag = false;
  const text = (upTo) => {
    if (upTo > at) made.push(clip(line.slice(at, upTo)));
  };
  for (const match of line.matchAll(TOKEN)) {
    const [word] = match;
    const opens = word.startsWith("<") && !word.startsWith("<!--");
    const closes = /^[/?]?>$/.test(word);
    if (!opens && !inTag && !word.startsWith("<!--")) continue;
    text(match.index);
    if (word.startsWith("<!--")) made.push(el("span.c", {}, word));
    else if (opens || closes) made.push(el("span.t", {}, word));
    else if (/^["']/.test(word)) made.push(clip(word));
    else made.push(el("span.a", {}, word));
    at = match.index + word.length;
    inTag = opens || (inTag && !closes);
  }
  text(line.length);
  return made;
}

const clip = (text) =>
  text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)} … ${text.length - MAX_VALUE} more characters` : text;

export const signal = (severity) => (severity === "error" ? "wrong" : "look");

/** Return a finding with its rule and source. */
function finding(found) {
  const source = [found.source, found.note].filter(Boolean).join(" · ");
  return el(`div.f.${signal(found.severity)}`, {},
    el("b", {}, found.severity), " ", found.message,
    el("small", {}, el("a", { href: `help/${encodeURIComponent(found.rule)}` }, el("code", {}, found.rule)), source && ` · ${source}`));
}

/** Return "1 error, 2 warnings" as labels. */
export function counts({ errors = 0, warnings = 0 } = {}) {
  return [
    errors > 0 && el("span.pill.wrong", {}, plural(errors, "error")),
    warnings > 0 && el("span.pill.look", {}, plural(warnings, "warning")),
  ];
}

function count(findings) {
  const errors = findings.filter((found) => found.severity === "error").length;
  return { errors, warnings: findings.length - errors };
}

/** Return the lines of <context>, which is folded if it has no findings, because it rarely changes. */
function context(lines, at) {
  const first = lines.findIndex((line) => line.trim() === "<context>");
  const last = lines.findIndex((line) => line.trim() === "</context>");
  const free = [...at.keys()].every((number) => number <= first || number > last + 1);
  return first >= 0 && last > first && free ? [first, last] : [-1, -1];
}

function lineOf(text, number, found, more) {
  const worst = found.some((each) => each.severity === "error") ? "wrong" : "look";
  const indent = Math.min(text.length - text.trimStart().length, 24);
  const kind = found.length ? `div.l.i${indent}.${worst}` : `div.l.i${indent}`;
  return [
    el(kind, {}, el("i", { "aria-hidden": "true" }, String(number)),
      el("code", {}, pieces(text.slice(indent)), more && el("span.c", {}, more))),
    ...found.map(finding),
  ];
}

/** Return the line of a finding in the displayed text, which is indented, unlike the message. */
function place(found, lines) {
  for (const name of found.path.split(/[^\w]+/).filter(Boolean).reverse()) {
    const opens = new RegExp(`<(?:[\\w.-]+:)?${name}[\\s/>]`);
    if (opens.test(lines[found.line - 1] ?? "")) return found.line;
    const at = lines.flatMap((line, i) => (opens.test(line) ? [i + 1] : []));
    if (at.length) return at.length === 1 ? at[0] : 0;
  }
  return 0;
}

function listing(text, findings) {
  const lines = text.replace(/\n+$/, "").split("\n");
  const at = new Map();
  const elsewhere = [];
  for (const found of findings) {
    const line = place(found, lines);
    if (line >= 1 && line <= MAX_LINES) at.set(line, [...(at.get(line) ?? []), found]);
    else elsewhere.push(found);
  }
  const [first, last] = context(lines, at);
  const made = elsewhere.map(finding);
  const draw = (i, more) => lineOf(lines[i], i + 1, at.get(i + 1) ?? [], more);
  for (let i = 0; i < Math.min(lines.length, MAX_LINES); i += 1) {
    if (i !== first) {
      made.push(...draw(i));
      continue;
    }
    const inner = [];
    while (i < last) inner.push(...draw((i += 1)));
    made.push(el("details.fold", {}, el("summary", {}, ...draw(first, ` … ${last - first} more lines`)), inner));
  }
  if (lines.length > MAX_LINES) made.push(el("p.f", {}, `… ${lines.length - MAX_LINES} more lines`));
  return made;
}

/** Return a message with its title, finding counts and lines. */
export function envelope(title, text, findings) {
  const copy = el("button.plain.small", { type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      say(byId("said"), `${title} copied`);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Copying is not allowed";
    }
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
  return el("section.envelope", { "aria-label": title },
    el("header", {}, el("h3", {}, title), counts(count(findings)), copy),
    text ? el("div.code", { tabindex: "0", role: "group", "aria-label": `${title}, text` }, listing(text, findings))
      : el("p.muted.pad", {}, "Nothing was sent."));
}
