// The endpoint's clock. A manual clock stands still; the system clock advances between answers.

import { byId, full, say } from "./dom.js";

let base = null;
let heard = 0;
let manual = false;

/** Set the endpoint's time. */
export function set(clock) {
  base = Date.parse(clock.now);
  heard = performance.now();
  manual = clock.manual;
  const buttons = byId("advance");
  if (buttons) buttons.hidden = !manual;
  const stands = byId("stands");
  if (stands) stands.hidden = !manual;
  show();
}

/** Return the endpoint's current time in milliseconds since 1970; null if it is unknown. */
export function now() {
  if (base === null) return null;
  return manual ? base : base + performance.now() - heard;
}

/** Return the seconds until an ISO time. */
export const until = (iso) => (now() === null ? 0 : (Date.parse(iso) - now()) / 1000);

function show() {
  if (!byId("hour") || now() === null) return;
  const [day, hour, zone] = full(new Date(now()).toISOString()).split(" ");
  say(byId("day"), day);
  say(byId("hour"), `${hour} ${zone}`);
}

/** Call `tick` once a second, after the displayed time is updated. */
export function start(tick) {
  setInterval(() => { show(); tick(); }, 1000);
}
