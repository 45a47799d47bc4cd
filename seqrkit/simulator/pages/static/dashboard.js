// The dashboard. An event reloads the list that it changed, at most a few times a second; rows keep
// their elements, so that focus and selection stay.

import { ask, follow, post, setToken, soon, token, withToken } from "./api.js";
import * as clock from "./clock.js";
import { byId, el, fill, plural, say } from "./dom.js";
import * as exchanges from "./exchanges.js";
import * as faults from "./faults.js";
import * as invoices from "./invoices.js";
import { drawTerminals } from "./terminals.js";

const PAGE = 50;
const SEARCH_MS = 250;
const SHORTEST = 2;
const CALM_MS = 200;
const PARTS = ["invoice", "exchange", "clock", "faults", "terminal"];
// The key that each older page begins before, from the second page to the one displayed.
const pages = { invoices: [], exchanges: [] };
const last = {};
const changed = new Set(PARTS);
let query = "";
let state = null;
let selected = null;

// The selection is part of the address, so that it can be bookmarked and shared.

function readAddress() {
  const [kind, key] = decodeURIComponent(location.hash.slice(1)).split("=");
  selected = key && ["invoice", "exchange"].includes(kind) ? { kind, key } : null;
  document.body.classList.toggle("selected", selected !== null);
}

function select(kind, key) {
  const address = `#${kind}=${encodeURIComponent(key)}`;
  if (location.hash !== address) location.hash = address;
  else refresh();
}

async function refreshDetail() {
  const body = byId("detail-body");
  const wanted = selected;
  if (!wanted) {
    fill(body, welcome());
    return;
  }
  if (wanted.kind === "exchange" && body.dataset.shows === `exchange=${wanted.key}`) return; // an exchange never changes
  const part = wanted.kind === "invoice" ? invoices : exchanges;
  const path = wanted.kind === "invoice" ? "invoices" : "exchanges";
  try {
    const [found, around] = await Promise.all([
      ask(`${path}/${encodeURIComponent(wanted.key)}`),
      wanted.kind === "invoice" ? ask(`search?q=${encodeURIComponent(wanted.key)}`) : null,
    ]);
    if (wanted === selected) keepScroll(body, wanted, part.detail(found, select, around?.exchanges));
  } catch (error) {
    if (wanted === selected) fill(body, el("p.empty", {}, error.message));
    if (error.status === 0 || error.status === 401) throw error;
  }
}

/** Keep the scroll position if the same item is drawn again. */
function keepScroll(body, wanted, content) {
  const key = `${wanted.kind}=${wanted.key}`;
  if (body.dataset.shows !== key) {
    body.replaceChildren();
    body.scrollTop = 0;
    body.dataset.shows = key;
  }
  fill(body, content);
}

function welcome() {
  delete byId("detail-body").dataset.shows;
  const addresses = Object.entries(state?.interfaces ?? {}).map(([name, path]) => [name, new URL(path, location.origin).href]);
  return el("div.welcome", {},
    el("h2", {}, "Select an invoice or an exchange"),
    el("p.muted", {}, "Invoices are shown with their timeline, exchanges with both messages and their findings."),
    el("dl.facts.flush", {}, addresses.map(([name, url]) => [el("dt", {}, name), el("dd", {}, el("code", {}, url))])),
    addresses.length > 0 && el("p.muted", {}, "Send a first invoice from the command line:"),
    addresses.length > 0 && el("pre", {}, `seqrkit send sendInvoice --endpoint ${addresses[0][1]}`));
}

async function refreshLists(told) {
  if (query && query.length < SHORTEST) {
    say(byId("matches"), `at least ${SHORTEST} characters`);
    return;
  }
  if (query) {
    const found = await ask(`search?q=${encodeURIComponent(query)}`);
    invoices.draw(found.invoices, selected, select);
    exchanges.draw(found.exchanges, selected, select);
    const said = found.invoices.length + found.exchanges.length === 0 ? "nothing found"
      : `${plural(found.invoices.length, "invoice")}, ${plural(found.exchanges.length, "exchange")}`;
    say(byId("matches"), said);
    for (const part of ["invoices", "exchanges"]) {
      showPages(part, { newer: false, older: false });
      empty(part, found[part].length === 0, part === "invoices" ? "None with these words." : "None with this reference.");
    }
    return;
  }
  say(byId("matches"), "");
  const jobs = [];
  if (told.has("invoice")) jobs.push(list("invoices", invoices, "No invoices yet. They appear here when sendInvoice is answered."));
  if (told.has("exchange")) jobs.push(list("exchanges", exchanges, "No requests yet."));
  await Promise.all(jobs);
}

async function list(name, part, none) {
  const before = pages[name].at(-1);
  const found = await ask(`${name}?limit=${PAGE}${before ? `&before=${before}` : ""}`);
  part.draw(found, selected, select);
  last[name] = found.at(-1)?.[name === "invoices" ? "reference" : "number"];
  showPages(name, { newer: Boolean(before), older: found.length === PAGE });
  empty(name, found.length === 0, before ? "None are older." : none);
}

function showPages(name, { newer, older }) {
  byId(`newest-${name}`).hidden = byId(`newer-${name}`).hidden = !newer;
  byId(`more-${name}`).hidden = !older;
}

function empty(name, is, sentence) {
  const line = byId(`no-${name}`);
  say(line, sentence);
  line.hidden = !is;
}

const refresh = soon(async () => {
  if (document.hidden) return;
  const told = new Set(changed);
  changed.clear();
  try {
    state = await ask("state");
    drawState();
    await Promise.all([
      refreshLists(told),
      told.has("faults") || told.has("exchange") ? faults.refresh() : null,
      told.has("terminal") || told.has("invoice") || told.has("exchange") ? ask("terminals").then(drawTerminals) : null,
      refreshDetail(),
    ]);
    trouble(null);
  } catch (error) {
    told.forEach((kind) => changed.add(kind));
    trouble(error);
  }
}, CALM_MS);

function drawState() {
  clock.set(state.clock);
  say(byId("address"), location.host);
  byId("strict").hidden = !state.strict;
  say(byId("invoices-count"), state.counts.invoices.toLocaleString("en"));
  say(byId("exchanges-count"), state.counts.exchanges.toLocaleString("en"));
  say(byId("terminals-count"), state.counts.terminals.toLocaleString("en"));
}

function trouble(error) {
  const line = byId("trouble");
  byId("token-form").hidden = error?.status !== 401;
  line.hidden = !error || error.status === 401;
  if (!line.hidden) fill(line, error.message, error.help && el("a", { href: error.help.slice(1) }, " Help"));
  if (error?.status === 0) linkState("gone");
}

function linkState(now) {
  const link = byId("link");
  const words = { live: "live", polling: "every 2 s", gone: "no answer" };
  link.className = `link ${now}`;
  say(link.lastElementChild, words[now]);
}

function happened(kind) {
  if (PARTS.includes(kind)) changed.add(kind);
  else PARTS.forEach((each) => changed.add(each));
  if (kind === "exchange" || kind === "clock") changed.add("invoice");
  refresh();
}

/** Move through the rows of a list with the arrow keys. */
function selectNeighbour(event) {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const row = event.target.closest?.("tbody tr");
  const next = step && row?.[step]?.querySelector("button");
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
}

function start() {
  readAddress();
  byId("to-phone").href = withToken("phone");
  addEventListener("hashchange", () => { readAddress(); happened("all"); });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select, dialog")) {
      event.preventDefault();
      byId("query").focus();
    }
    selectNeighbour(event);
  });
  document.addEventListener("visibilitychange", () => happened("all"));
  byId("back").addEventListener("click", () => { location.hash = ""; });
  for (const part of Object.keys(pages)) {
    const turns = {
      newest: () => { pages[part] = []; },
      newer: () => pages[part].pop(),
      more: () => pages[part].push(last[part]),
    };
    for (const [name, turn] of Object.entries(turns)) {
      byId(`${name}-${part}`).addEventListener("click", () => {
        turn();
        happened("all");
        byId(part).querySelector(".scroll").scrollTop = 0;
      });
    }
  }
  let typing;
  byId("query").addEventListener("input", (event) => {
    clearTimeout(typing);
    typing = setTimeout(() => { query = event.target.value.trim(); happened("all"); }, SEARCH_MS);
  });
  byId("advance").addEventListener("click", async (event) => {
    const seconds = Number(event.target.dataset.seconds);
    if (!seconds) return;
    try {
      clock.set(await post("clock/advance", { seconds }));
      say(byId("said"), `The clock was advanced by ${seconds} seconds`);
      happened("all");
    } catch (error) { trouble(error); }
  });
  byId("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    setToken(byId("token").value.trim());
    location.reload();
  });
  faults.start(() => happened("faults"), trouble);
  clock.start(() => invoices.tick());
  follow(happened, linkState);
  happened("all");
}

start();
if (token()) byId("token").value = "";
