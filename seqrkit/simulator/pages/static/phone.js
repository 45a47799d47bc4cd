// The buyer's phone: scan, bill, PIN, receipt. screens.js draws the screens.

import { ask, ControlError, follow, post, remove, setToken, soon, token } from "./api.js";
import { byId, fill, say } from "./dom.js";
import { canScan, scan } from "./scanner.js";
import * as screens from "./screens.js";

const PIN_DIGITS = 4;
const OPEN = new Set(["ISSUED", "PENDING_ISSUER_ACKNOWLEDGE", "PARTIALLY_PAID"]);
const state = { name: "home", bill: null, due: null, opened: null, part: null, pin: "", camera: false, open: [], cards: [], busy: false };
let stopCamera = () => {};

function show(name, changes = {}) {
  const moved = name !== state.name;
  if (moved) stopCamera();
  Object.assign(state, changes, { name });
  draw();
  if (moved) {
    byId("screen").focus();
    scrollTo(0, 0);
  }
}

function draw() {
  const { title, back, content } = screens[state.name](state, act);
  say(byId("where"), title);
  document.title = `${title}, the buyer’s phone`;
  byId("back").hidden = !back;
  const screen = byId("screen");
  if (state.name === "camera" && screen.dataset.name === "camera") return; // redrawing would stop the video
  if (screen.dataset.name !== state.name) screen.replaceChildren();
  screen.dataset.name = state.name;
  screen.dataset.status = state.bill?.status ?? "";
  fill(screen, content);
}

function trouble(error) {
  const line = byId("trouble");
  line.hidden = !error;
  fill(line, error instanceof ControlError ? error.message : error ? String(error) : "");
  if (error?.status === 401 && state.name !== "locked") show("locked");
}

/** Perform one action at a time; errors are shown at the top. */
async function doing(work) {
  if (state.busy) return;
  state.busy = true;
  try {
    await work();
    trouble(null);
  } catch (error) {
    trouble(error);
  } finally {
    state.busy = false;
  }
}

const path = (what) => `phone/bills/${encodeURIComponent(state.bill.reference)}/${what}`;

/** Show the screen of a bill, or load the present one again. */
async function took(bill) {
  const before = state.bill;
  const found = bill ?? (await ask(`phone/bills/${encodeURIComponent(state.bill.reference)}`));
  const invoice = await ask(`invoices/${encodeURIComponent(found.reference)}`).catch(() => null);
  if (!bill && state.bill !== before) return; // the user has gone on meanwhile
  const opened = found.opened_url ?? (state.bill?.reference === found.reference ? state.opened : null);
  const typing = ["pin", "part"].includes(state.name) && OPEN.has(found.status) && !found.waiting;
  show(typing ? state.name : OPEN.has(found.status) ? "bill" : "end", { bill: found, opened, due: invoice?.due_at ?? null });
}

const act = {
  scan: (code) => doing(async () => {
    state.opened = null;
    await took(await post("phone/scan", { code: code.trim() }));
  }),
  camera: () => doing(async () => {
    show("camera");
    try {
      stopCamera = await scan(byId("camera"), act.scan);
    } catch (error) {
      show("home");
      throw new ControlError(`the camera cannot be used (${error.name}); type or paste the code`, -1);
    }
  }),
  part: () => show("part", { part: null }),
  pin: (part = null) => doing(async () => {
    await post(path("confirm"));
    show("pin", { part, pin: "" });
  }),
  digit: (digit) => {
    if (state.pin.length >= PIN_DIGITS || state.busy) return;
    show("pin", { pin: state.pin + digit });
    say(byId("said"), `${state.pin.length} of ${PIN_DIGITS} digits`);
    if (state.pin.length === PIN_DIGITS) setTimeout(act.pay, 180); // let the last dot appear first
  },
  rub: () => show("pin", { pin: state.pin.slice(0, -1) }),
  pay: () => doing(async () => {
    const { part, pin } = state;
    try {
      const bill = await post(path("pay"), { amount: part, pin });
      show("bill", { pin: "" });
      await took(bill);
    } catch (error) {
      await post(path("leave")).catch(() => {}); // close the dialog in any case
      show("bill", { pin: "" });
      throw error;
    }
  }),
  decline: () => doing(async () => { show("bill", { pin: "" }); await took(await post(path("decline"))); }),
  cancel: () => doing(async () => took(await post(path("cancel")))),
  addCard: (value, id) => doing(async () => {
    await post("phone/cards", { value, ...(id ? { id } : {}) });
    await refreshHome();
  }),
  removeCards: () => doing(async () => { await remove("phone/cards"); await refreshHome(); }),
  unlock: (value) => { setToken(value.trim()); location.reload(); },
  back: () => doing(async () => {
    if (state.name === "pin") await post(path("leave")).catch(() => {});
    if (["pin", "part"].includes(state.name)) show("bill", { pin: "", part: null });
    else await act.home();
  }),
  home: async () => {
    show("home", { bill: null, opened: null });
    await refreshHome();
  },
};

async function refreshHome() {
  const [invoices, cards] = await Promise.all([ask("invoices?limit=50"), ask("phone/cards")]);
  state.open = invoices.filter((each) => OPEN.has(each.status)).slice(0, 12);
  state.cards = cards;
  if (state.name === "home") draw();
}

const refresh = soon(async () => {
  if (document.hidden || state.busy) return;
  try {
    if (state.name === "home") await refreshHome();
    else if (state.bill) await took(null);
    if (byId("trouble").dataset.lost) trouble(null);
    delete byId("trouble").dataset.lost;
  } catch (error) {
    if (error.status === 0) byId("trouble").dataset.lost = "yes";
    trouble(error);
  }
});

function start() {
  byId("back").addEventListener("click", act.back);
  addEventListener("keydown", (event) => {
    if (state.name !== "pin" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9]$/.test(event.key)) act.digit(event.key);
    else if (event.key === "Backspace") act.rub();
    else if (event.key === "Escape") act.back();
  });
  addEventListener("pagehide", () => {
    if (state.name === "pin") ask(path("leave"), { method: "POST", body: {}, keepalive: true }).catch(() => {});
  });
  document.addEventListener("visibilitychange", refresh);
  canScan().then((can) => { state.camera = can; if (state.name === "home") draw(); });
  const code = new URLSearchParams(location.search).get("code");
  show("home");
  follow(refresh, () => {});
  doing(refreshHome);
  if (code) {
    // Only filled in: a scan changes the invoice, and a link must not do that.
    history.replaceState(null, "", location.pathname);
    byId("code").value = code;
    byId("scan").focus();
  }
}

if (token() === null) setToken("");
start();
