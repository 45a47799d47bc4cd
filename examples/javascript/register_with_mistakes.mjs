// The mistakes that people make first; compare register.mjs, which makes none of them.
const { SEQR_ENDPOINT, SEQR_TERMINAL_ID, SEQR_TERMINAL_PASSWORD } = process.env;

async function call(operation, fields) {
  const body = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:ext="http://external.interfaces.ers.seamless.com/"><soapenv:Body><ext:${operation}>
    <context><clientRequestTimeout>0</clientRequestTimeout>
    <initiatorPrincipalId><id>${SEQR_TERMINAL_ID}</id><type>TERMINALID</type></initiatorPrincipalId>
    <password>${SEQR_TERMINAL_PASSWORD}</password></context>${fields}
    </ext:${operation}></soapenv:Body></soapenv:Envelope>`;
  const headers = { "Content-Type": "text/xml; charset=utf-8" };
  const answer = await fetch(SEQR_ENDPOINT, { method: "POST", body, headers });
  return await answer.text();
}

const price = `<currency>SEK</currency><value>${0.1 * 3}</value>`; // mistake: a float amount
const invoice = `<invoice><acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode><title>Tea house</title>
  <totalAmount>${price}</totalAmount></invoice>`;

for (let attempt = 0; attempt < 3; attempt++) {
  try {
    const sent = await call("sendInvoice", invoice);
    const reference = sent.match(/<invoiceReference>(\d+)/)[1];
    for (let poll = 0; poll < 9; poll++) {
      const status = await call(
        "getPaymentStatus",
        `<invoiceReference>${reference}</invoiceReference><invoiceVersion>0</invoiceVersion>`,
      );
      if (status.includes("PAID")) process.exit(0);
    }
    process.exit(0); // mistake: nobody has paid, and the invoice stays open
  } catch {
    // mistake: begins again with a new invoice, whatever became of the first one
  }
}
process.exit(1);
