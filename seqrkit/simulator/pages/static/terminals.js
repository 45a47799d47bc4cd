// The terminals: cash registers and webshops.

import { byId, el, keep } from "./dom.js";

const SHORT = 16;

/** Shorten the id of a registered terminal, which has 32 characters. */
const brief = (id) => (id.length > SHORT + 4 && /^[0-9a-f]+$/i.test(id) ? `${id.slice(0, 8)}…` : id);

export function drawTerminals(terminals) {
  keep(byId("terminal-rows"), terminals, (each) => each.id, (each) => el("li", {},
    el("div", {}, each.name || brief(each.id)),
    el("small", {}, [each.kind, each.state !== "active" && each.state].filter(Boolean).join(", "),
      each.seqr_id && [" · ", el("span.mono", {}, `Q ${each.seqr_id}`)]),
    each.name && each.name !== each.id && el("small.mono", { title: each.id }, brief(each.id))));
}
