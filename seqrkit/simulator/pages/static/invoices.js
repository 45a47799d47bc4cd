// The list of invoices, and the details of one.

import { until } from "./clock.js";
import { amount, byId, el, full, hour, keep, say, span } from "./dom.js";
import { BEHAVIOURS, SOURCES } from "./facts.js";

const NOTHING = /^-?0*\.?0*$/;
const some = (money) => Boolean(money?.value) && !NOTHING.test(money.value);

/** The signal and progress (of 3 steps) of each status. */
const LOOKS = {
  ISSUED: ["", 1],
  PENDING_ISSUER_ACKNOWLEDGE: ["look", 1],
  RESERVED: ["look", 2],
  PARTIALLY_PAID: ["look", 2],
  PAID: ["fine", 3],
  CANCELED: ["wrong", 1],
  FAILED: ["wrong", 1],
  EXPIRED: ["wrong", 1],
};
const WORDS = { PENDING_ISSUER_ACKNOWLEDGE: "PENDING ACK", PARTIALLY_PAID: "PARTLY PAID" };
const STEPS = ["sent", "being paid", "paid"];

/** Return the texts of a status label: the status, and details if there is room. */
function status(invoice) {
  const word = WORDS[invoice.status] ?? invoice.status;
  if (invoice.due_at && invoice.status === "PAID") return [word, "reversed in ", invoice.due_at, "reversed"];
  if (invoice.status === "RESERVED") return [word, invoice.reserved.value];
  if (invoice.status === "PARTIALLY_PAID") return [word, invoice.paid.value];
  if (invoice.status === "PAID" && some(invoice.refunded)) return [word, `refunded ${invoice.refunded.value}`];
  return [word];
}

function pill(invoice) {
  const [word, more, due, then] = status(invoice);
  const look = invoice.status === "PAID" && due ? "look" : LOOKS[invoice.status]?.[0] ?? "";
  const kind = look ? `span.pill.${look}` : "span.pill";
  return el(kind, { title: [invoice.status, due ? `${then} at ${full(due)}` : more].filter(Boolean).join(", ") },
    word, more !== undefined && el("span.long", {}, ` · ${more}`, due && el("span", { "data-due": due }, span(until(due)))));
}

function life(invoice) {
  const [look, far] = LOOKS[invoice.status] ?? ["", 0];
  const done = invoice.status === "PAID" && invoice.due_at ? 2 : far;
  const dots = STEPS.map((_, i) => el(`i.dot${i < done ? ".fine" : i === done && look === "wrong" ? ".wrong" : ""}`));
  const words = look === "wrong" ? "ended without payment" : STEPS[done - 1] ?? "";
  return el("span.life", { role: "img", "aria-label": `step ${done} of 3: ${words}`, title: words }, dots);
}

export function draw(invoices, selected, select) {
  keep(byId("invoice-rows"), invoices, (each) => each.reference, (each) => {
    const on = selected?.kind === "invoice" && selected.key === each.reference;
    const shop = each.terminal.name || each.terminal.id;
    return el(on ? "tr.on" : "tr", { onclick: (event) => chosen(event) && select("invoice", each.reference) },
      el("td.mono", {}, el("time", { datetime: each.created_at, title: full(each.created_at) }, hour(each.created_at))),
      el("td.mono", {}, el("button", { id: `invoice-${each.reference}`, type: "button", "aria-current": on ? "true" : null }, each.reference),
        el("small.muted", {}, each.title || "untitled")),
      el("td.opt", { title: `${each.title}, ${shop}` }, each.title || "untitled", " ", el("span.muted.small", {}, shop)),
      el("td.n", {}, amount(each.total)),
      el("td.opt", {}, life(each)),
      el("td", {}, pill(each)));
  });
}

/** Return whether a click selects the row; it may also end a text selection. */
export const chosen = (event) => event.detail !== 1 || String(getSelection()) === "";

/** Update the remaining seconds. */
export function tick() {
  for (const left of document.querySelectorAll("[data-due]")) say(left, span(until(left.dataset.due)));
}

const fact = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];

/** Return the details of an invoice: facts, rows, timeline, payments and exchanges. */
export function detail(invoice, select, exchanges = []) {
  const about = exchanges ?? [];
  return [
    el("div.head", {}, el("h2.mono", {}, invoice.reference), pill(invoice), el("span.ms", {}, `version ${invoice.version}`)),
    el("dl.facts", {},
      invoice.title && fact("title", invoice.title),
      fact("total", amount(invoice.total)),
      some(invoice.paid) && fact("paid", amount(invoice.paid)),
      some(invoice.reserved) && fact("reserved", amount(invoice.reserved)),
      invoice.status === "RESERVED" && invoice.due_at && fact("lapses", full(invoice.due_at)),
      some(invoice.refunded) && fact("refunded", amount(invoice.refunded)),
      fact("terminal", invoice.terminal.name || invoice.terminal.id),
      fact("sent", full(invoice.created_at)),
      fact("code", el("code", {}, invoice.code), " ", el("a", { href: `phone?code=${encodeURIComponent(invoice.code)}` }, "scan"))),
    block("Timeline", el("ol.timeline", {}, timeline(invoice).map(happening))),
    invoice.rows?.length > 0 && block("Bill", el("ul.bill-rows", {}, invoice.rows.map((row) =>
      el("li", {}, el("span", {}, rowWords(row)), el("span", {}, amount(row.total)))))),
    invoice.payments?.length > 0 && block("Money", el("ul.bill-rows", {}, invoice.payments.map((each) =>
      el("li", {}, el("span", {}, `${each.kind} `, el("code", {}, each.reference)), el("span", {}, amount(each.amount)))))),
    invoice.tokens?.length > 0 && block("Customer tokens", el("ul.bill-rows", {}, invoice.tokens.map((each) =>
      el("li", {}, el("span", {}, `${each.id ?? ""} `, el("code", {}, each.value ?? "")), el("span", {}, `status ${each.status ?? "none"}`))))),
    invoice.receipts?.length > 0 && block("Receipts", el("ul.bill-rows", {}, invoice.receipts.map((each) =>
      el("li", {}, el("span", {}, each.text || "without content"), el("span.muted", {}, each.mime_type ?? ""))))),
    invoice.notifications?.length > 0 && block("Notifications", el("ul.bill-rows", {}, invoice.notifications.map((each) =>
      el("li", {}, el("span", {}, each.url ?? ""), el("span.muted", {}, [each.at && hour(each.at), each.outcome ?? each.status].filter(Boolean).join(" ")))))),
    about.length > 0 && block("Exchanges", el("div.links", {}, about.map((each) =>
      el("button.plain", { id: `about-${each.number}`, type: "button", onclick: () => select("exchange", each.number) },
        el("time", {}, hour(each.at)), `${each.operation || "unreadable"} `, el("span.muted", {}, each.code ?? `HTTP ${each.status}`))))),
  ];
}

const block = (title, content) => el("section.block", { "aria-label": title }, el("h3", {}, title), content);

const rowWords = (row) =>
  [row.quantity && Number(row.quantity) !== 1 ? `${row.quantity} ${row.unit ?? "×"}` : "", row.description ?? ""].join(" ").trim() || "no description";

/** Return the timeline, which begins with sendInvoice even if the endpoint does not list it. */
function timeline(invoice) {
  const listed = invoice.timeline ?? [];
  const starts = listed[0] && /^(send|sent|new)/i.test(listed[0].event);
  return starts ? listed : [{ at: invoice.created_at, event: "sent", status: "ISSUED", version: 0, behaviour: null }, ...listed];
}

function happening(each) {
  const refused = each.code !== null && each.code !== undefined && each.code !== 0;
  const look = refused ? "look" : LOOKS[each.status]?.[0] || "fine";
  const said = refused ? `answered ${each.code}` : each.status;
  return el("li", {}, el("time", { datetime: each.at, title: full(each.at) }, hour(each.at)), el(`i.dot.${look}`),
    el("div", {}, `${each.event}: ${said}, version ${each.version}`,
      each.behaviour && basis(each.behaviour)));
}

/** Return the behaviour of a history entry, with the letter of its source. */
function basis(id) {
  const [letter, statement] = BEHAVIOURS[id] ?? [];
  return el("small", {}, letter ? `${statement} ` : "", el("a", { href: `help/${encodeURIComponent(id)}` }, id),
    letter && el("abbr", { title: SOURCES[letter] }, ` ${letter}`));
}
