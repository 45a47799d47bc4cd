// The payment service on node's `soap` package, written from the published WSDL.
// NODE_PATH=PATH/TO/node_modules node node_service.js PATH/TO/service.wsdl
const http = require("http");
const fs = require("fs");
const soap = require("soap");

const NAMES = {
  0: "SUCCESS", 20: "AUTHENTICATION_FAILED", 21: "ACCESS_DENIED", 23: "INVALID_ERS_REFERENCE",
  29: "INVALID_INITIATOR_PRINCIPAL_ID", 37: "INITIATOR_PRINCIPAL_NOT_FOUND",
  49: "INVALID_INVOICE_DATA", 50: "CANNOT_CANCEL_PAID_INVOICE", 52: "INVALID_CUSTOMER",
  53: "INVALID_SEQR_ID", 54: "INVALID_INVOICE_REFERENCE", 64: "INVALID_NOTIFICATION_URL",
  90: "SYSTEM_ERROR", 95: "INVOICE_ALREADY_CANCELED", 96: "INVOICE_STATE_NOT_RESERVED",
  98: "SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION",
};
const LONG_PASSWORD = ["unregisterTerminal", "sendInvoice", "getPaymentStatus"];
const UNKNOWN = ["XYZ", "ZZZ", "XXA"];
let last = 1397222701692;
const number = (digits) => (digits === 25 ? `201205010000${++last}` : String(++last));
const terminals = new Map([["T1", { password: "secret1" }]]);
const invoices = new Map();
const payments = new Map();
const seqrIds = new Map();

class Refused extends Error {
  constructor(code) { super(NAMES[code]); this.code = code; }
}
const refuse = (code) => { throw new Refused(code); };
const text = (value) =>
  value === undefined || value === null ? "" : typeof value === "object" ? value.$value ?? "" : String(value);

function caller(operation, context) {
  const principal = (context && context.initiatorPrincipalId) || {};
  const [id, type] = [text(principal.id), text(principal.type)];
  const password = text(context && context.password);
  if (type === "TERMINALID") {
    const terminal = terminals.get(id) || refuse(29);
    if (terminal.password !== password) refuse(20);
    if (password.length < 4 && LONG_PASSWORD.includes(operation)) refuse(21);
    return { id, register: terminal.register };
  }
  if (type !== "RESELLERUSER") refuse(29);
  if (id !== "shop" || text(principal.userId) !== "9900") refuse(37);
  if (password !== "secret2") refuse(20);
  return { id: "" };
}

// Amounts are counted in minor units, as BigInt, because numbers of JavaScript are floats.
function minor(value) {
  const found = /^\s*([+-]?)(\d*)(?:\.(\d*))?\s*$/.exec(text(value));
  if (!found || !(found[2] || found[3])) refuse(49);
  return BigInt(found[1] + (found[2] || "0") + (found[3] || "").padEnd(20, "0").slice(0, 20));
}

function checked(invoice) {
  const total = (invoice && invoice.totalAmount) || refuse(49);
  if (minor(total.value) <= 0n) refuse(49);
  const currency = text(total.currency);
  if (!/^[A-Z]{3}$/.test(currency) || UNKNOWN.includes(currency)) refuse(49);
  const url = text(invoice.notificationUrl);
  if (url && !/^https?:\/\/[^\s/[\]]+(\/\S*)?$/i.test(url)) refuse(64);
  return invoice;
}

// `soap` reads dates as Date and writes a Date as nothing.
function written(value) {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(written);
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, written(each)]));
}

function own(who, args) {
  const invoice = invoices.get(text(args.invoiceReference));
  return invoice && invoice.terminal === who.id ? invoice : refuse(54);
}

function move(invoice, status) {
  invoice.status = status;
  invoice.version += 1;
}

function charge(invoice) {
  const ersReference = number(25);
  invoice.payment = { ersReference, total: invoice.data.totalAmount, refunded: 0n };
  invoice.payment.at = new Date().toISOString();
  payments.set(ersReference, invoice.payment);
  move(invoice, "PAID");
}

const operations = {
  sendInvoice(who, args) {
    const data = checked(args.invoice);
    if (who.register) {
      for (const each of invoices.values()) {
        if (each.terminal === who.id && each.status === "ISSUED") move(each, "CANCELED");
      }
    }
    const invoiceReference = number(13);
    invoices.set(invoiceReference, { invoiceReference, terminal: who.id, data, status: "ISSUED", version: 0 });
    return { invoiceQRCode: `HTTP://SEQR.SE/R${invoiceReference}`, invoiceReference };
  },
  updateInvoice(who, args) {
    const invoice = own(who, args);
    const data = checked(args.invoice);
    if (["CANCELED", "PAID"].includes(invoice.status)) refuse(90);
    invoice.data = data;
    return {};
  },
  getPaymentStatus(who, args) {
    const invoice = own(who, args);
    const reply = { status: invoice.status, customerTokens: {}, version: invoice.version };
    if (invoice.status !== "PAID") return reply;
    const { ersReference } = invoice.payment;
    return {
      ersReference,
      ...reply,
      receipt: {
        paymentDate: invoice.payment.at,
        invoiceReference: invoice.invoiceReference,
        paymentReference: ersReference,
        receiverName: "Grand Cinema",
        invoice: written(invoice.data),
      },
    };
  },
  cancelInvoice(who, args) {
    const invoice = own(who, args);
    if (invoice.status === "PAID") refuse(50);
    if (invoice.status === "CANCELED") refuse(95);
    move(invoice, "CANCELED");
    return {};
  },
  commitReservation(who, args) {
    const invoice = own(who, args);
    if (invoice.status !== "RESERVED") refuse(96);
    const reserved = invoice.data.totalAmount;
    const amount = args.amount || reserved;
    if (text(amount.currency) !== text(reserved.currency)) refuse(49);
    if (minor(amount.value) <= 0n || minor(amount.value) > minor(reserved.value)) refuse(49);
    invoice.data = { ...invoice.data, totalAmount: amount };
    charge(invoice);
    return {};
  },
  submitPaymentReceipt(who, args) {
    payments.get(text(args.ersReference)) || refuse(23);
    return {};
  },
  refundPayment(who, args) {
    const payment = payments.get(text(args.ersReference)) || refuse(23);
    const { totalAmount } = checked(args.invoice);
    if (text(totalAmount.currency) !== text(payment.total.currency)) refuse(49);
    const refunded = payment.refunded + minor(totalAmount.value);
    if (refunded > minor(payment.total.value)) refuse(98);
    payment.refunded = refunded;
    return { ersReference: number(25) };
  },
  creditUser: () => refuse(52),
  registerTerminal(who, args) {
    const password = text(args.password);
    if (!password || !text(args.name) || !text(args.externalTerminalId)) refuse(90);
    const terminalId = (++last).toString(16).padStart(32, "0");
    terminals.set(terminalId, { password, register: true });
    return { terminalId };
  },
  unregisterTerminal(who) {
    terminals.delete(who.id);
    return {};
  },
  assignSeqrId(who, args) {
    const wanted = text(args.seqrId);
    if (!/^[A-Za-z0-9]+$/.test(wanted)) refuse(53);
    if ((seqrIds.get(wanted) || who.id) !== who.id) refuse(53);
    seqrIds.set(wanted, who.id);
    return {};
  },
  markTransactionPeriod: () => ({ transactionPeriodId: number(25) }),
  executeReport: () => refuse(90),
};

function answer(operation, args) {
  try {
    const done = operations[operation](caller(operation, args.context), args);
    return { return: { ...done, resultCode: 0, resultDescription: NAMES[0] } };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const version = operation === "getPaymentStatus" ? { version: 0 } : {};
    return { return: { ...version, resultCode: error.code, resultDescription: error.message } };
  }
}

const port = Object.fromEntries(
  Object.keys(operations).map((name) => [name, (args) => answer(name, args || {})]),
);
const server = http.createServer((request, response) => {
  const invoice = invoices.get(request.url.replace("/pay/", ""));
  const open = invoice && invoice.status === "ISSUED";
  if (open) {
    const mode = text(invoice.data.paymentMode) || "IMMEDIATE_DEBIT";
    if (mode === "IMMEDIATE_DEBIT") charge(invoice);
    else move(invoice, "RESERVED");
  }
  response.writeHead(open ? 200 : 409);
  response.end(open ? "paid\n" : "cannot be paid\n");
});
server.listen(0, "127.0.0.1", () => {
  const wsdl = process.argv[2];
  soap.listen(server, {
    path: "/soap/merchant/cashregister-2",
    services: { ERSWSExternalClientServiceService: { ERSWSExternalClientServicePort: port } },
    xml: fs.readFileSync(wsdl, "utf8"),
    uri: wsdl,
    callback: () => process.stdout.write(`${server.address().port}\n`), // once it answers
  });
});
