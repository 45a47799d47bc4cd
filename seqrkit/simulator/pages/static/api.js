// Requests to the control API, and its events.

const KEY = "seqrkit-token";
// Browsers do not send what follows #, so no log has the token.
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) {
  sessionStorage.setItem(KEY, given);
  history.replaceState(history.state, "", location.pathname + location.search); // not in screenshots
}

export const token = () => sessionStorage.getItem(KEY) ?? "";
export const setToken = (value) => sessionStorage.setItem(KEY, value);

/** Return a page's path with the token, for another tab. */
export const withToken = (path, mark = "#") => token() ? `${path}${mark}token=${encodeURIComponent(token())}` : path;

export class ControlError extends Error {
  constructor(sentence, status, help) {
    super(sentence);
    this.status = status;
    this.help = help;
  }
}

/** Send a request; return the JSON of the answer. Throws a ControlError. */
export async function ask(path, { method = "GET", body, keepalive = false } = {}) {
  const headers = { accept: "application/json" };
  if (token()) headers.authorization = `Bearer ${token()}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`control/${path}`, {
      method, headers, keepalive, cache: "no-store",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ControlError("the endpoint cannot be reached; check that it is running", 0);
  }
  const said = await answer.json().catch(() => null);
  if (!answer.ok) {
    const sentence = said?.error ?? `the endpoint answered HTTP ${answer.status}`;
    throw new ControlError(sentence, answer.status, said?.help);
  }
  return said;
}

export const post = (path, body = {}) => ask(path, { method: "POST", body });
export const remove = (path) => ask(path, { method: "DELETE" });

const POLL_MS = 2000;
const RETRY_MS = 10000;
const ANYWAY_MS = 15000; // another process can change the same database

/**
 * Call `changed(kind)` for each event ("all" if anything may have changed), and
 * `state("live" | "polling")` when the connection changes. Polls while there are no events.
 */
export function follow(changed, state) {
  let poll = null;
  const listen = () => {
    const events = new EventSource(withToken("control/events?contents=no", "&")); // it cannot send headers
    const heard = (event) => {
      let kind = event.type;
      try { kind = JSON.parse(event.data).kind ?? kind; } catch { /* a heartbeat */ }
      changed(kind === "message" ? "all" : kind);
    };
    events.onopen = () => {
      clearInterval(poll);
      poll = null;
      state("live");
      changed("all");
    };
    events.onmessage = heard;
    for (const kind of ["exchange", "invoice", "clock", "faults", "terminal", "reset"]) events.addEventListener(kind, heard);
    events.onerror = () => {
      state("polling");
      poll ??= setInterval(() => changed("all"), POLL_MS);
      if (events.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
    };
  };
  listen();
  setInterval(() => changed("all"), ANYWAY_MS);
}

/** Return a function that runs `work` soon, never twice at a time, and again if called meanwhile. */
export function soon(work, wait = 120) {
  let planned = false;
  let running = false;
  const run = async () => {
    planned = false;
    if (running) { planned = true; return; }
    running = true;
    try { await work(); } finally {
      running = false;
      if (planned) { planned = false; again(); }
    }
  };
  const again = () => {
    if (planned) return;
    planned = true;
    setTimeout(run, wait);
  };
  return again;
}
