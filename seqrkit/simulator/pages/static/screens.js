// The screens of the phone: functions (state, act) -> {title, back, content}.

import { amount, el, full, plural } from "./dom.js";

const NOTHING = /^-?0*\.?0*$/;
const some = (money) => Boolean(money?.value) && !NOTHING.test(money.value);
const button = (id, words, onclick, kind = "wide") => el(`button.${kind}`, { id, type: "button", onclick }, words);
const sameMoney = (one, other) => one?.currency === other?.currency && Number(one?.value) === Number(other?.value);

export function home(state, act) {
  const submit = (event) => {
    event.preventDefault();
    act.scan(event.target.elements.code.value);
  };
  return {
    title: "The buyer’s phone",
    content: [
      state.camera && button("use-camera", "Scan with the camera", act.camera, "wide.go"),
      el("form.field", { id: "scan-form", onsubmit: submit },
        el("label", { for: "code" }, "The code, typed or pasted"),
        el("div.beside", {},
          el("input", { id: "code", name: "code", required: true, autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go", placeholder: "HTTP://SEQR.SE/R…" }),
          el(state.camera ? "button" : "button.go", { id: "scan" }, "Scan"))),
      el("h2.label", {}, state.open.length ? "Or an open bill" : "Open bills"),
      state.open.length === 0 && el("p.muted", {}, "None yet. They appear here when a shop sends an invoice."),
      el("ul.open-bills", {}, state.open.map((each) => el("li", {},
        el("button", { id: `open-${each.reference}`, type: "button", onclick: () => act.scan(each.code) },
          el("span", {}, el("b", {}, each.title || "untitled"), el("small.muted.mono", {}, each.reference)),
          el("span", {}, amount(each.total)))))),
      cards(state, act),
    ],
  };
}

function cards(state, act) {
  const submit = (event) => {
    event.preventDefault();
    const field = event.target.elements.card;
    act.addCard(field.value.trim()).then(() => { field.value = ""; });
  };
  return el("details.cards.push", { id: "cards" },
    el("summary", {}, state.cards.length ? plural(state.cards.length, "loyalty card") : "Loyalty cards"),
    el("ul", {}, state.cards.map((card) => el("li", {}, el("span", {}, el("code", {}, card.value)), el("small.muted", {}, card.id)))),
    el("form.field", { id: "card-form", onsubmit: submit },
      el("label", { for: "card" }, "Card number; offered at each scan"),
      el("div.beside", {},
        el("input", { id: "card", name: "card", required: true, autocomplete: "off" }),
        el("button", { id: "add-card" }, "Add"))),
    state.cards.length > 0 && button("remove-cards", "Remove all cards", act.removeCards, "plain"));
}

export function camera() {
  return {
    title: "Point the camera at the code",
    back: true,
    content: [el("video.camera", { id: "camera", playsinline: "", muted: true, "aria-label": "Camera image" })],
  };
}

export function locked(state, act) {
  const submit = (event) => {
    event.preventDefault();
    act.unlock(event.target.elements.token.value);
  };
  return {
    title: "A token is needed",
    content: [el("form.field", { id: "token-form", onsubmit: submit },
      el("label", { for: "token" }, "The token that the endpoint printed when it started"),
      el("div.beside", {}, el("input", { id: "token", name: "token", type: "password", required: true, autocomplete: "off" }), el("button.go", {}, "Go on")))],
  };
}

const rowWords = (row) => [
  row.description || "no description",
  row.quantity && Number(row.quantity) !== 1 && el("small", {}, row.unit_price
    ? `${[row.quantity, row.unit].filter(Boolean).join(" ")} × ${amount(row.unit_price)}`
    : `${row.unit ? "" : "quantity "}${row.quantity} ${row.unit ?? ""}`.trim()),
  some(row.discount) && el("small", {}, `discount ${amount(row.discount)}`),
  row.tax_rate && el("small", {}, `tax ${row.tax_rate} %`),
];

/** What became of a token, by its status. */
const TOKEN_STATUSES = { 0: "offered", 1: "used", 90: "blocked", 99: "invalid" };

const tokens = (bill) => bill.tokens.length > 0 && el("ul.rows", { id: "tokens", "aria-label": "Cards and coupons" },
  bill.tokens.map((token) => el("li", {}, el("span", {}, token.description || token.id || "no description"),
    el("span", {}, TOKEN_STATUSES[token.status] ?? `status ${token.status}`))));

const rows = (bill) => el("ul.rows", { "aria-label": "Rows" },
  bill.rows.map((row) => el("li", {}, el("span", {}, rowWords(row)), el("span", {}, amount(row.total)))));

/** The receipts of the shop: text, because a page must not show the shop's HTML as its own. */
const receipts = (bill) => bill.receipts.map((each) => el("details.cards", {},
  el("summary", {}, `The shop’s receipt${each.type ? ` (${each.type})` : ""}`), el("pre", {}, each.text || "without content")));

const footer = (bill) =>
  [bill.footer, bill.terminal && `terminal ${bill.terminal}`, bill.cashier && `cashier ${bill.cashier}`].filter(Boolean).map((words) => el("p.why", {}, words));

export function bill(state, act) {
  const { bill: shown } = state;
  const left = some(shown.paid);
  return {
    title: "The bill",
    back: true,
    content: [
      el("p.receiver", {}, shown.title || shown.receiver),
      shown.title && shown.receiver && shown.receiver !== shown.title && el("p.why", {}, shown.receiver),
      !shown.waiting && el("p.sum", { id: "sum" }, amount(left ? shown.open : shown.total)),
      left && el("p.why", {}, `${amount(shown.paid)} of ${amount(shown.total)} is paid`),
      shown.waiting && waiting(),
      !shown.waiting && rows(shown),
      tokens(shown),
      el("div.push", {}),
      footer(shown),
      el("div.stack", {},
        !shown.waiting && button("pay", "Pay", () => act.pin(), "wide.go"),
        !shown.waiting && button("pay-part", "Pay a part", act.part),
        button("cancel", "Cancel", act.cancel)),
    ],
  };
}

function waiting() {
  return [
    el("div.wait", { "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    el("p.why", { role: "status" }, "Waiting for the shop to confirm the amount (updateInvoice)."),
  ];
}

export function part(state, act) {
  const { bill: shown } = state;
  const submit = (event) => {
    event.preventDefault();
    const value = event.target.elements.amount.value.trim().replace(",", ".");
    act.pin(/[a-z]/i.test(value) ? value : `${value} ${shown.open.currency ?? ""}`.trim());
  };
  return {
    title: "Pay a part",
    back: true,
    content: [
      el("p.receiver", {}, shown.title || shown.receiver),
      el("p.why", {}, `${amount(shown.open)} is open`),
      el("form.field", { id: "part-form", onsubmit: submit },
        el("label", { for: "amount" }, `How much, in ${shown.open.currency ?? "the bill’s currency"}`),
        el("div.beside", {},
          el("input", { id: "amount", name: "amount", inputmode: "decimal", required: true, autocomplete: "off", enterkeyhint: "go" }),
          el("button.go", { id: "part-on" }, "Go on"))),
    ],
  };
}

export function pin(state, act) {
  const digit = (each) => el("button", { id: `key-${each}`, type: "button", onclick: () => act.digit(each) }, each);
  return {
    title: "Enter PIN",
    back: true,
    content: [
      el("p.receiver", {}, state.bill.title || state.bill.receiver),
      el("p.sum.medium", {}, state.part ?? amount(state.bill.open)),
      el("div.dots", { role: "img", "aria-label": `${state.pin.length} of 4 digits entered` },
        [0, 1, 2, 3].map((i) => el(i < state.pin.length ? "i.set" : "i"))),
      el("div.keys", { role: "group", "aria-label": "Keys" },
        ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(digit),
        el("button.word", { id: "key-leave", type: "button", onclick: act.back }, "Leave"),
        digit("0"),
        el("button", { id: "key-rub", type: "button", "aria-label": "Delete the last digit", onclick: act.rub }, "⌫")),
      el("p.why", {}, "Enter any four digits. Until then the shop can neither change nor cancel the bill."),
      el("div.push", {}),
      button("decline", "Let the bank decline", act.decline, "wide"),
    ],
  };
}

/** The sign, signal and text of each final status. */
const ENDS = {
  PAID: ["✓", "", "paid to"],
  RESERVED: ["✓", "look", "reserved for"],
  CANCELED: ["✕", "wrong", "cancelled; nothing goes to"],
  FAILED: ["✕", "wrong", "declined by the bank; nothing goes to"],
  EXPIRED: ["✕", "wrong", "expired; nothing goes to"],
};

export function end(state, act) {
  const { bill: shown } = state;
  const [sign, look, words] = ENDS[shown.status] ?? ["·", "look", `${shown.status} at`];
  const paid = shown.status === "PAID";
  const { receipt } = shown;
  return {
    title: paid ? "Receipt" : "The bill",
    back: true,
    content: [
      el(look ? `div.sign.${look}` : "div.sign", { "aria-hidden": "true" }, sign),
      el("p.sum", { id: "sum" }, amount(paid ? shown.paid : shown.total)),
      el("p.why", { id: "outcome", role: "status" }, `${words} ${shown.title || receipt?.receiver || shown.receiver}`),
      el("ul.rows", { "aria-label": "Receipt" }, lines(shown, receipt).map(([name, value, kind = ""]) =>
        el("li", {}, el("span", {}, name), el(kind ? "span.value" : "span", {}, value)))),
      paid && rows(shown),
      tokens(shown),
      receipts(shown),
      el("div.push", {}),
      shown.footer && paid && el("p.why", {}, shown.footer),
      paid && state.due && el("p.why", {}, "Reversed 20 s after the payment unless the shop polls."),
      shown.status === "RESERVED" && state.due && el("p.why", {}, `Expires at ${full(state.due)} unless the shop commits it.`),
      state.opened && backLink(state.opened),
      button("done", "Done", () => act.back(), "wide.go"),
    ],
  };
}

function lines(shown, receipt) {
  const paid = receipt && !sameMoney(shown.paid, shown.total) ? [["of", amount(shown.total)]] : [];
  return [
    ...paid,
    receipt?.paid_at && ["time", full(receipt.paid_at)],
    receipt?.payment_reference && ["payment", receipt.payment_reference, "reference"],
    receipt?.client_invoice_id && ["the shop’s number", receipt.client_invoice_id],
    receipt?.terminal && ["terminal", receipt.terminal],
    ["invoice", shown.reference, "reference"],
  ].filter(Boolean);
}

const RUNS = /^\s*(?:javascript|data|vbscript|blob|file|about|view-source)\s*:/i;

/** Return the backURL as a link, if it is an address that is safe to open. */
function backLink(url) {
  const isAddress = /^[a-z][a-z0-9+.-]*:/i.test(url) && !RUNS.test(url);
  if (!isAddress) return el("p.why", {}, "The app would open ", el("code", {}, url));
  return el("a.opens", { id: "back-url", href: url, rel: "noreferrer noopener" }, el("b", {}, "Back to the shop"), el("small.muted", {}, url));
}
