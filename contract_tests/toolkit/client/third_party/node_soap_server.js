// A service on node's `soap` package, whose replies are recorded in node-soap.jsonl.
// npm install soap; node node_soap_server.js PORT PATH/TO/service.wsdl
const http = require("http");
const fs = require("fs");
const soap = require("soap");

const [port, wsdl] = process.argv.slice(2);
const ok = { resultCode: 0, resultDescription: "SUCCESS" };
const operations = {
  sendInvoice: (args) => ({
    return: { ...ok, invoiceQRCode: "HTTP://SEQR.SE/R1397222701693", invoiceReference: "1397222701693" },
  }),
  getPaymentStatus: (args) => ({
    return: {
      ersReference: "2012050100000000000000002",
      ...ok,
      status: "PAID",
      receipt: {
        paymentDate: new Date(Date.UTC(2012, 4, 1, 10, 0, 0)),
        invoiceReference: args.invoiceReference,
        receiverName: "Grand Caf\u00e9 & Bar",
        invoice: { title: "Coffee <2>", totalAmount: { currency: "SEK", value: 149.9 } },
      },
      customerTokens: null,
      version: 2,
    },
  }),
  cancelInvoice: () => ({
    return: { resultCode: 54, resultDescription: "INVALID_INVOICE_REFERENCE" },
  }),
  refundPayment: () => {
    throw { Fault: { faultcode: "soap:Server", faultstring: "out of memory" } };
  },
};
const server = http.createServer((request, response) => response.end());
server.listen(Number(port), "127.0.0.1", () => {
  soap.listen(server, {
    path: "/soap/merchant/cashregister-2",
    services: {
      ERSWSExternalClientServiceService: { ERSWSExternalClientServicePort: operations },
    },
    xml: fs.readFileSync(wsdl, "utf8"),
    uri: wsdl,
  });
});
