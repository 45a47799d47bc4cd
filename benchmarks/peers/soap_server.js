// npm's soap, with the published WSDL: answers sendInvoice with 0, and stores nothing.
// NODE_PATH=FOLDER/node_modules node soap_server.js WSDL --port N

const fs = require("fs");
const http = require("http");
const soap = require("soap");

let number = 1397222701692;

function sendInvoice(message) {
  if (!message.context.initiatorPrincipalId.id || !message.invoice.title) throw new Error("incomplete");
  const invoiceReference = String(++number);
  return { return: { resultCode: 0, resultDescription: "SUCCESS", invoiceQRCode: `HTTP://SEQR.SE/R${number}`, invoiceReference } };
}

const [uri, , port] = process.argv.slice(2);
const server = http.createServer((_request, response) => response.end());
server.keepAliveTimeout = 0;
server.listen(Number(port), "127.0.0.1", () => {
  const services = { ERSWSExternalClientServiceService: { ERSWSExternalClientServicePort: { sendInvoice } } };
  soap.listen(server, { path: "/", services, xml: fs.readFileSync(uri, "utf8"), uri });
});
