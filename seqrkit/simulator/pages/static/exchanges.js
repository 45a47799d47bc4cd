// The list of exchanges, and the details of one.

import { byId, el, full, hour, keep } from "./dom.js";
import { counts, envelope } from "./envelope.js";
import { chosen } from "./invoices.js";

/** Return whether an exchange succeeded: result code 0, or without one an HTTP status below 400. */
const well = (each) => (each.code === null ? each.status < 400 : each.code === 0);

function result(each) {
  const code = each.code === null ? `HTTP ${each.status}` : String(each.code);
  return [el(`span.pill.${well(each) ? "fine" : "wrong"}`, {}, code), " ", el("span.muted", {}, each.code === 0 ? "" : each.description ?? "")];
}

export function draw(exchanges, selected, select) {
  keep(byId("exchange-rows"), exchanges, (each) => each.number, (each) => {
    const on = selected?.kind === "exchange" && selected.key === String(each.number);
    return el(on ? "tr.on" : "tr", { onclick: (event) => chosen(event) && select("exchange", each.number) },
      el("td.mono", {}, el("time", { datetime: each.at, title: full(each.at) }, hour(each.at))),
      el("td.mono", { title: each.interface }, el("button", { id: `exchange-${each.number}`, type: "button", "aria-current": on ? "true" : null }, each.operation || "unreadable"),
        el("small.muted", {}, hour(each.at))),
      el("td", { title: each.description ?? "" }, result(each)),
      el("td", {}, each.findings ? counts(each.findings) : "long"),
      el("td.n.opt", {}, each.ms.toFixed(1)));
  });
}

const fact = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];
const reference = (name, value) => value && fact(name, el("code", {}, value));

/** Return the details of an exchange: outcome, references, notes and both messages. */
export function detail(exchange, select) {
  const on = (side) => exchange.findings.filter((found) => (found.side ?? "request") === side);
  const reply = exchange.status === 200 ? "Reply" : `Reply, HTTP ${exchange.status}`;
  const meaning = exchange.code > 0 && el("a", { href: `help/${exchange.code}` }, `Help on ${exchange.code}`);
  return [
    el("div.head", {}, el("h2.mono", {}, exchange.operation || "unreadable"), el("span", {}, result(exchange)),
      el("span.ms", {}, `${exchange.ms.toFixed(1)} ms`)),
    meaning && el("p.says", {}, meaning),
    exchange.fault && el("p.says", {}, `Injected fault: ${exchange.fault}`),
    el("dl.facts", {},
      fact("at", `${full(exchange.at)}, on ${exchange.interface}`),
      reference("clientReference", exchange.client_reference),
      exchange.invoice_reference && fact("invoiceReference", el("button.plain.mono", { id: `of-${exchange.invoice_reference}`, type: "button", onclick: () => select("invoice", exchange.invoice_reference) }, exchange.invoice_reference)),
      reference("ersReference", exchange.ers_reference)),
    exchange.notes?.length > 0 && el("section.block", { "aria-label": "Accepted departures" },
      el("h3", {}, "Accepted although it violates the schema or SOAP"),
      el("ul", {}, exchange.notes.map((note) => el("li", {}, el("code", {}, note.path), ` ${note.wrong} `, el("span.muted.small", {}, `${note.rule}; behaviour `), el("a.small", { href: `help/${note.behaviour}` }, `${note.behaviour} [${note.source}]`))))),
    el("div.envelopes", {}, el("div.two", {},
      envelope("Request", exchange.request, on("request")),
      envelope(reply, exchange.response, on("reply")))),
  ];
}
