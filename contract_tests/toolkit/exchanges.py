"""Exchanges for tests of views and files."""

from datetime import UTC, datetime

from attrs import evolve

from seqrkit import contract
from seqrkit.exchange import Exchange
from seqrkit.vocabulary import NAMESPACE, Interface

PASSWORD = "s3cret-pass"
REQUEST = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
  <soapenv:Body>
    <ext:cancelInvoice xmlns:ext="{NAMESPACE}">
      <context>
        <channel>extWS</channel>
        <clientId>till &lt;3&gt; &amp; co</clientId>
        <clientReference>4711</clientReference>
        <clientRequestTimeout>0</clientRequestTimeout>
        <initiatorPrincipalId>
          <id>shop</id>
          <type>TERMINALID</type>
        </initiatorPrincipalId>
        <password>{PASSWORD}</password>
      </context>
    </ext:cancelInvoice>
  </soapenv:Body>
</soapenv:Envelope>
""".encode()
REPLY = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    f'<n:cancelInvoiceResponse xmlns:n="{NAMESPACE}"><return><resultCode>54</resultCode>'
    "<resultDescription>INVALID_INVOICE_REFERENCE</resultDescription></return>"
    "</n:cancelInvoiceResponse></s:Body></s:Envelope>"
).encode()

ANSWERED = Exchange(
    number=1,
    operation="cancelInvoice",
    interface=Interface.CASHREGISTER_2,
    endpoint="http://127.0.0.1:8080/soap/merchant/cashregister-2",
    started_at=datetime(2026, 1, 1, 12, tzinfo=UTC),
    duration=0.0125,
    request=REQUEST,
    request_headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'},
    status=200,
    response=REPLY,
    response_headers={"content-type": "text/xml;charset=UTF-8"},
    findings=contract.load().lint(REQUEST),
)
"""A request with a warning (its channel) and an error (no invoiceReference), answered 54."""

UNANSWERED = evolve(
    ANSWERED,
    number=2,
    status=None,
    response=None,
    response_headers={},
    failure="the endpoint did not answer within 5 s",
    failure_kind="TimedOut",
)
BINARY = evolve(ANSWERED, number=3, status=502, response=b"\xff\xfe\x00\x1b[31m<html>")
"""A response that is neither XML nor UTF-8 and contains terminal control sequences."""

FAULT = evolve(
    ANSWERED,
    number=4,
    status=500,
    response=(
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
        b"<faultcode>s:Client</faultcode><faultstring>not &lt;b&gt;understood</faultstring>"
        b"</s:Fault></s:Body></s:Envelope>"
    ),
)
ALL = (ANSWERED, UNANSWERED, BINARY, FAULT)
