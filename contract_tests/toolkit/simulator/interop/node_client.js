// A whole payment with npm's soap, which reads the WSDL.
// Usage: node node_client.js MODULES ENDPOINT CONTROL; prints one line for each reply.

const [modules, endpoint, control] = process.argv.slice(2);
const soap = require(require.resolve("soap", { paths: [modules] }));

const context = {
  channel: "WEB",
  clientId: "node",
  clientReference: "node-1",
  clientRequestTimeout: 0,
  initiatorPrincipalId: { id: "public_test_shop_terminal", type: "TERMINALID" },
  password: "12345678",
};
const total = { currency: "SEK", value: "149.99" };
const invoice = {
  paymentMode: "IMMEDIATE_DEBIT",
  acknowledgmentMode: "NO_ACKNOWLEDGMENT",
  issueDate: new Date().toISOString(), // soap writes a Date as an empty element
  title: "Kaffe & bröd",
  clientInvoiceId: "node-1",
  invoiceRows: { invoiceRow: [{ itemDescription: "Coffee", itemQuantity: 1, itemTotalAmount: total }] },
  totalAmount: total,
  cashierId: "Eve",
  footer: "Tack!",
};

async function post(path, body) {
  const answer = await fetch(`${control}/${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}

async function main() {
  const client = await soap.createClientAsync(`${endpoint}?wsdl`, { endpoint });
  const call = async (operation, parameters) => {
    const [answer] = await client[`${operation}Async`]({ context, ...parameters });
    const reply = answer.return;
    console.log(operation, reply.resultCode, reply.status ?? reply.resultDescription);
    return reply;
  };
  const sent = await call("sendInvoice", { invoice });
  const poll = () => call("getPaymentStatus", { invoiceReference: sent.invoiceReference, invoiceVersion: 0 });
  await poll();
  await post("phone/scan", { code: sent.invoiceQRCode });
  await post("phone/bills/latest/pay", {});
  const { ersReference } = await poll();
  await call("refundPayment", { ersReference, invoice: { title: "Refund", totalAmount: total } });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
