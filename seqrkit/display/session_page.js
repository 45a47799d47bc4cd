// Shows the messages of an exchange when it is opened, and searches. The messages are unpacked once.
(() => {
  const rows = [...document.querySelectorAll("details[data-n]")];
  const count = document.getElementById("count");
  let unpacked = null;
  const messages = () => (unpacked ??= (async () => {
    const packed = Uint8Array.from(atob(document.getElementById("messages").textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  })());
  const block = (title, text, findings) => {
    const part = document.createElement("section");
    const head = document.createElement("h2");
    head.textContent = title;
    const body = document.createElement("pre");
    body.textContent = text || "none";
    body.tabIndex = 0;
    const notes = findings.map((each) => Object.assign(document.createElement("p"), { textContent: each }));
    part.append(head, ...notes, body);
    return part;
  };
  for (const row of rows) {
    row.addEventListener("toggle", async () => {
      if (!row.open || row.children.length > 1) return;
      const [request, reply, about, aboutReply] = (await messages())[row.dataset.n];
      const both = document.createElement("div");
      both.append(block("Request", request, about), block("Reply", reply, aboutReply));
      row.append(both);
    });
  }
  const texts = rows.map((row) => `${row.textContent} ${row.dataset.rules}`.toLowerCase());
  document.getElementById("search").addEventListener("input", ({ target }) => {
    const words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, n) => {
      row.hidden = !words.every((word) => texts[n].includes(word));
      shown += !row.hidden;
    });
    count.textContent = shown === rows.length ? `${shown} exchanges` : `${shown} of ${rows.length} exchanges`;
  });
})();
