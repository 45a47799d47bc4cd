// A register in JavaScript, for Node.js 18 and later, without packages: sells a cup of tea and waits
// until it is paid. It ends with exit code 0 only if the buyer has paid.
import { randomUUID } from "node:crypto";

const { SEQR_ENDPOINT, SEQR_TERMINAL_ID, SEQR_TERMINAL_PASSWORD } = process.env;
const escape = (text) => text.replace(/[<&]/g, (each) => (each === "<" ? "&lt;" : "&amp;"));

async function call(operation, fields) {
  const body = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:ext="http://external.interfaces.ers.seamless.com/"><soapenv:Body><ext:${operation}>
    <context><channel>WS</channel><clientId>example</clientId>
    <clientReference>${randomUUID().replaceAll("-", "")}</clientReference><clientRequestTimeout>0</clientRequestTimeout>
    <initiatorPrincipalId><id>${escape(SEQR_TERMINAL_ID)}</id><type>TERMINALID</type></initiatorPrincipalId>
    <password>${escape(SEQR_TERMINAL_PASSWORD)}</password></context>${fields}
    </ext:${operation}></soapenv:Body></soapenv:Envelope>`;
  const answer = await fetch(SEQR_ENDPOINT, {
    method: "POST",
    body,
    headers: { "Content-Type": "text/xml; charset=utf-8", SOAPAction: '""' },
    signal: AbortSignal.timeout(2000),
  });
  const text = await answer.text();
  const element = (name) => text.match(new RegExp(`<${name}>([^<]*)</${name}>`))?.[1];
  if (element("resultCode") === undefined) throw new Error(`no reply to ${operation}`);
  return element;
}

// Calls again while no reply comes: only for requests that do no harm when they are repeated.
async function repeat(operation, fields) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(operation, fields);
    } catch (failure) {
      if (attempt === 5) throw failure;
    }
  }
}

const price = "<currency>SEK</currency><value>25.00</value>";
const invoice = `<invoice><paymentMode>IMMEDIATE_DEBIT</paymentMode>
  <acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode><issueDate>${new Date().toISOString()}</issueDate>
  <title>Tea house</title><clientInvoiceId>1</clientInvoiceId><invoiceRows><invoiceRow>
  <itemDescription>Tea</itemDescription><itemQuantity>1</itemQuantity>
  <itemTotalAmount>${price}</itemTotalAmount></invoiceRow></invoiceRows>
  <totalAmount>${price}</totalAmount><cashierId>Bob</cashierId><footer>Thank you</footer></invoice>`;

// A lost reply names no invoice, and nobody has seen the code of that invoice: send a new one.
const sent = await repeat("sendInvoice", invoice);
if (sent("resultCode") !== "0") process.exit(1);
const reference = `<invoiceReference>${sent("invoiceReference")}</invoiceReference>`;
for (let second = 0, version = 0; second < 30; second++) {
  const status = await repeat("getPaymentStatus", `${reference}<invoiceVersion>${version}</invoiceVersion>`);
  version = status("version");
  if (status("status") === "PAID") {
    console.log(`paid, ersReference ${status("ersReference")}`);
    process.exit(0);
  }
  if (["CANCELED", "FAILED"].includes(status("status"))) process.exit(1);
  await new Promise((done) => setTimeout(done, 1000));
}
await repeat("cancelInvoice", reference);
process.exit(1);
