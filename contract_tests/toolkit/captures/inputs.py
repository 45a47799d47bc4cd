"""Inputs of the kinds that people lint: captures, logs, damaged messages, parts of messages."""

# ruff: noqa: E501 - the inputs are quoted as they are

import base64
import gzip
import html
import json
import quopri
import re
import urllib.parse
import zlib

from contract_tests.toolkit.messages import NEWEST, build, in_envelope, to_bytes

DECLARED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n' + in_envelope(build(NEWEST, "sendInvoice")).decode()
)
ENVELOPE = DECLARED.split("?>", 1)[1].strip()
POLL = in_envelope(build(NEWEST, "getPaymentStatus")).decode().strip()
REPLY = in_envelope(build(NEWEST, "sendInvoiceResponse")).decode().strip()
INVALID = ENVELOPE.replace("149.99<", "149.990<", 1)


def http(
    body: str | bytes,
    start: str = "POST /soap/merchant/cashregister-2 HTTP/1.1",
    *,
    eol: str = "\r\n",
    extra: tuple[str, ...] | list[str] = (),
    ct: str = "text/xml; charset=utf-8",
    length: bool = True,
) -> bytes:
    """Return a captured HTTP message."""
    data = body.encode() if isinstance(body, str) else body
    head = [start, "Host: extdev.seqr.se", f"Content-Type: {ct}", 'SOAPAction: ""', *extra]
    if length:
        head.append(f"Content-Length: {len(data)}")
    return (eol.join(head) + eol * 2).encode() + data


def resp(
    body: str | bytes, status: str = "200 OK", *, extra: list[str] | None = None, **k
) -> bytes:
    """Return a captured HTTP response."""
    return http(body, start=f"HTTP/1.1 {status}", extra=extra or [], **k)


def chunk(data: bytes, size: int = 300, eol: bytes = b"\r\n") -> bytes:
    """Return a body in chunked transfer coding."""
    parts = (data[start : start + size] for start in range(0, len(data), size))
    return b"".join(b"%x" % len(part) + eol + part + eol for part in parts) + b"0" + eol + eol


BYTES = ENVELOPE.encode()
INPUTS: dict[str, bytes] = {}
"""The inputs, by what is special about each."""

INPUTS["http crlf"] = http(ENVELOPE)
INPUTS["http lf"] = http(ENVELOPE, eol="\n")
INPUTS["http bad"] = http(INVALID)
INPUTS["http both"] = http(ENVELOPE) + resp(REPLY)
INPUTS["http both newline"] = http(ENVELOPE) + b"\n\n" + resp(REPLY) + b"\n"
INPUTS["http absolute form"] = http(
    ENVELOPE, start="POST http://extdev.seqr.se/soap/merchant/cashregister-2 HTTP/1.1"
)
INPUTS["http chunked"] = http(chunk(BYTES), extra=["Transfer-Encoding: chunked"], length=False)
INPUTS["http chunked lf"] = http(
    chunk(BYTES, eol=b"\n"), extra=["Transfer-Encoding: chunked"], length=False, eol="\n"
)
INPUTS["http gzip"] = resp(gzip.compress(REPLY.encode()), extra=["Content-Encoding: gzip"])
INPUTS["http chunked gzip"] = resp(
    chunk(gzip.compress(REPLY.encode())),
    extra=["Content-Encoding: gzip", "Transfer-Encoding: chunked"],
    length=False,
)
INPUTS["http gzip twice"] = INPUTS["http chunked gzip"] + http(POLL) + INPUTS["http gzip"]
INPUTS["http soap12 media"] = http(ENVELOPE, ct="application/soap+xml; charset=utf-8")
INPUTS["http action other"] = http(ENVELOPE).replace(
    b'SOAPAction: ""', b'SOAPAction: "http://external.interfaces.ers.seamless.com/cancelInvoice"'
)
INPUTS["http no ct"] = http(ENVELOPE).replace(b"Content-Type: text/xml; charset=utf-8\r\n", b"")
INPUTS["http json"] = http('{"sendInvoice": {"context": {}}}', ct="application/json")
INPUTS["http 502 html"] = resp(
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502</h1></center></body></html>",
    status="502 Bad Gateway",
    ct="text/html",
)
INPUTS["http 500 fault"] = resp(
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring></s:Fault></s:Body></s:Envelope>',
    status="500 Internal Server Error",
)
INPUTS["http 100 continue"] = (
    http(ENVELOPE, extra=["Expect: 100-continue"]) + b"HTTP/1.1 100 Continue\r\n\r\n" + resp(REPLY)
)
INPUTS["http wsdl first"] = (
    b"GET /soap/merchant/cashregister-2?wsdl HTTP/1.1\r\nHost: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<wsdl:definitions xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/'/>\r\n"
    + http(ENVELOPE)
)
INPUTS["http length wrong"] = http(ENVELOPE).replace(b"Content-Length: ", b"Content-Length: 1")
INPUTS["http latin1"] = http(ENVELOPE.replace("My Sample Store", "Köpstället").encode("latin-1"))
INPUTS["http latin1 declared"] = http(
    ENVELOPE.replace("My Sample Store", "Köpstället").encode("latin-1"),
    ct="text/xml; charset=ISO-8859-1",
)
INPUTS["curl -v"] = (
    "* Connected to localhost (127.0.0.1) port 8000\n> POST /soap/merchant/cashregister-2 HTTP/1.1\r\n> Host: localhost:8000\r\n> Content-Type: text/xml\r\n> Content-Length: 1234\r\n>\r\n* upload completely sent off: 1234 bytes\n< HTTP/1.1 200 OK\r\n< content-type: text/xml; charset=utf-8\r\n< \r\n"
    + REPLY
    + "\n* Connection #0 to host localhost left intact\n"
).encode()
INPUTS["mime"] = (
    b'--uuid:1\r\nContent-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\nContent-ID: <root>\r\n\r\n'
    + BYTES
    + b"\r\n--uuid:1\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\n\r\n\x89PNG\x00\xff\r\n--uuid:1--\r\n"
)
INPUTS["http mime"] = http(
    INPUTS["mime"],
    ct='multipart/related; type="application/xop+xml"; boundary="uuid:1"; start="<root>"',
)
INPUTS["mime headers"] = (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="uuid:1"; type="text/xml"\r\n\r\n'
    + INPUTS["mime"]
)
INPUTS["har"] = json.dumps(
    {
        "log": {
            "version": "1.2",
            "entries": [
                {
                    "request": {"method": "GET", "url": "http://x/"},
                    "response": {"status": 200, "content": {"text": "<html/>"}},
                },
                {
                    "request": {
                        "method": "POST",
                        "url": "http://x/",
                        "headers": [{"name": "Content-Type", "value": "text/xml; charset=utf-8"}],
                        "postData": {"mimeType": "text/xml", "text": INVALID},
                    },
                    "response": {
                        "status": 200,
                        "headers": [],
                        "content": {
                            "mimeType": "text/xml",
                            "encoding": "base64",
                            "text": base64.b64encode(REPLY.encode()).decode(),
                        },
                    },
                },
            ],
        }
    },
    indent=1,
).encode()
INPUTS["har none"] = json.dumps(
    {
        "log": {
            "version": "1.2",
            "entries": [
                {
                    "request": {"method": "GET", "url": "http://x/"},
                    "response": {"status": 200, "content": {"text": "<html/>"}},
                }
            ],
        }
    }
).encode()
INPUTS["concat"] = (ENVELOPE + "\n" + POLL + "\n" + REPLY).encode()
INPUTS["concat decl"] = (
    DECLARED + "\n" + '<?xml version="1.0" encoding="UTF-8"?>\n' + POLL
).encode()
INPUTS["concat bare"] = b"\n".join(
    to_bytes(build(NEWEST, n)) for n in ("sendInvoice", "cancelInvoice")
)
INPUTS["concat same ref"] = (ENVELOPE + "\n" + ENVELOPE).encode()
INPUTS["log one"] = (
    "2015-11-02 10:00:01,123 DEBUG [main] Client - Sending request:\n"
    + INVALID
    + "\n2015-11-02 10:00:02,001 DEBUG [main] done\n"
).encode()
INPUTS["log two"] = (
    "2015-11-02 10:00:01 INFO request: "
    + ENVELOPE.replace("\n", "")
    + "\n2015-11-02 10:00:02 INFO response: "
    + REPLY.replace("\n", "")
    + "\n"
).encode()
INPUTS["log cut"] = (
    "10:00:01 INFO request: " + ENVELOPE[:900] + "\n10:00:02 INFO request: " + POLL + "\n"
).encode()
INPUTS["escaped"] = html.escape(ENVELOPE).encode()
INPUTS["escaped twice"] = html.escape(html.escape(ENVELOPE)).encode()
INPUTS["escaped in elem"] = (
    "<string xmlns='http://tempuri.org/'>" + html.escape(ENVELOPE) + "</string>"
).encode()
INPUTS["cdata soapui"] = (
    "<con:request xmlns:con='urn:c'><con:endpoint>x</con:endpoint><con:request><![CDATA["
    + ENVELOPE
    + "]]></con:request></con:request>"
).encode()
INPUTS["escaped in body"] = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><process xmlns="urn:x"><xml>'
    + html.escape(ENVELOPE)
    + "</xml></process></s:Body></s:Envelope>"
).encode()
INPUTS["json string"] = json.dumps(ENVELOPE).encode()
INPUTS["json envelope field"] = json.dumps({"ts": 1, "request": {"body": ENVELOPE}}).encode()
INPUTS["json object"] = json.dumps(
    {
        "sendInvoice": {
            "context": {"channel": "WS"},
            "invoice": {
                "title": "x",
                "invoiceRows": {"invoiceRow": [{"itemQuantity": 1}, {"itemQuantity": 2}]},
            },
        }
    }
).encode()
INPUTS["json xml2js"] = json.dumps(
    {
        "soapenv:Envelope": {
            "$": {"xmlns:soapenv": "x"},
            "soapenv:Body": [{"ext:cancelInvoice": [{"invoiceReference": ["1"]}]}],
        }
    }
).encode()
INPUTS["json other"] = b'{"resultCode": 0}'
INPUTS["json bad"] = b'{"sendInvoice": '
INPUTS["json log lines"] = b"\n".join(
    json.dumps({"level": "INFO", "message": "sent " + m}).encode() for m in (ENVELOPE, POLL)
)
INPUTS["c literal"] = (
    'String s = "' + ENVELOPE.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '";'
).encode()
INPUTS["py bytes"] = ("DEBUG:zeep:HTTP Post to http://x:\n" + repr(ENVELOPE.encode())).encode()
INPUTS["urlencoded"] = ("xml=" + urllib.parse.quote_plus(ENVELOPE)).encode()
INPUTS["base64"] = base64.encodebytes(BYTES)
INPUTS["gzip"] = gzip.compress(BYTES)
INPUTS["qp"] = quopri.encodestring(BYTES)
INPUTS["latin1"] = ENVELOPE.replace("My Sample Store", "Köpstället").encode("latin-1")
INPUTS["utf16 decl"] = ('<?xml version="1.0" encoding="utf-16"?>\n' + ENVELOPE).encode()
INPUTS["utf16 log"] = ("10:00:01 INFO request: " + ENVELOPE).encode("utf-16")
INPUTS["mojibake"] = ENVELOPE.replace(
    "My Sample Store", "Köpstället".encode().decode("latin-1")
).encode()
INPUTS["double escaped value"] = ENVELOPE.replace(
    "My Sample Store", "Fish &amp;amp; Chips &amp;lt;b&amp;gt;"
).encode()
INPUTS["nul inside"] = ENVELOPE.replace("My Sample", "My\0Sample").encode()
INPUTS["nul end"] = BYTES + b"\0"
INPUTS["nul end2"] = BYTES + b"\0\0\0"
INPUTS["utf16 nobom"] = ENVELOPE.encode("utf-16-le")
INPUTS["trailing"] = BYTES + b"garbage"
INPUTS["trailing tag"] = BYTES + b"</soapenv:Envelope>"
INPUTS["bom"] = b"\xef\xbb\xbf" + BYTES
INPUTS["bom decl"] = b"\xef\xbb\xbf" + DECLARED.encode()
INPUTS["newline decl"] = b"\n" + DECLARED.encode()
INPUTS["doctype"] = (
    b'<?xml version="1.0"?>\n<!DOCTYPE soapenv:Envelope SYSTEM "x.dtd">\n' + INVALID.encode()
)
INPUTS["php warning"] = b"<br />\n<b>Warning</b>: foo in /var/x.php on line 3<br />\n" + BYTES
INPUTS["soap12"] = INVALID.replace(
    "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"
).encode()
INPUTS["wsse"] = ENVELOPE.replace(
    "<soapenv:Body>",
    '<soapenv:Header><wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><wsse:UsernameToken><wsse:Username>a</wsse:Username><wsse:Password>hunter2</wsse:Password></wsse:UsernameToken></wsse:Security></soapenv:Header><soapenv:Body>',
).encode()
INPUTS["two ops"] = ENVELOPE.replace(
    "</soapenv:Body>", "<ext:cancelInvoice/></soapenv:Body>"
).encode()
INPUTS["rpc"] = (
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soapenv:Body><ns1:cancelInvoice soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/" xmlns:ns1="http://external.interfaces.ers.seamless.com/"><context href="#id0"/><invoiceReference xsi:type="xsd:string">123</invoiceReference></ns1:cancelInvoice><multiRef id="id0" xmlns:ns2="http://external.interfaces.ers.seamless.com/" soapenc:root="0" xsi:type="ns2:clientContext" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"><channel xsi:type="xsd:string">WS</channel><clientId xsi:type="xsd:string">t</clientId></multiRef></soapenv:Body></soapenv:Envelope>'
)
INPUTS["xop"] = in_envelope(build(NEWEST, "submitPaymentReceipt")).replace(
    b"</receiptData>", b"</receiptData>"
)
INPUTS["xop"] = re.sub(
    rb"<receiptData>.*?</receiptData>",
    b'<receiptData><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:a@b"/></receiptData>',
    INPUTS["xop"],
)
INPUTS["undeclared ext"] = to_bytes(build(NEWEST, "cancelInvoice")).replace(
    b' xmlns:ext="http://external.interfaces.ers.seamless.com/"', b""
)
INPUTS["undeclared env"] = BYTES.replace(
    b'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ', b""
)
INPUTS["amp"] = ENVELOPE.replace("My Sample", "A & B").encode()
INPUTS["lt"] = ENVELOPE.replace("My Sample", "A < B").encode()
INPUTS["quote"] = BYTES.replace(b'envelope/"', b"envelope/", 1)
INPUTS["missing close"] = ENVELOPE.replace("</title>", "").encode()
INPUTS["wrong prefix"] = ENVELOPE.replace("</soapenv:Body>", "</soap:Body>").encode()
INPUTS["nesting"] = ENVELOPE.replace(
    "<title>My Sample Store</title>", "<title>My <b>Sample</title></b>"
).encode()
INPUTS["cut"] = BYTES[:1200]
INPUTS["frag tokens"] = b"<tokens>\n<type>x</type><value>7</value></tokens>"
INPUTS["frag invoice"] = (
    b"<invoice><title>x</title><totalAmount><currency>SEK</currency><value>10,00</value></totalAmount></invoice>"
)
INPUTS["frag context"] = b"<context><channel>extWS</channel></context>"
INPUTS["frag row"] = b"<invoiceRow><itemQuantity>0</itemQuantity></invoiceRow>"
INPUTS["frag rows"] = (
    b"<invoiceRow><itemQuantity>0</itemQuantity></invoiceRow>\n<invoiceRow><itemQuantity>1</itemQuantity></invoiceRow>"
)
INPUTS["frag params"] = (
    b"<parameters><entry><key>TRANSACTIONPERIODID</key><value>1</value></entry></parameters>"
)
INPUTS["frag leaf"] = b"<currency>SKR</currency>"
INPUTS["frag return"] = (
    b"<return><resultCode>0</resultCode><invoiceReference>1</invoiceReference></return>"
)
INPUTS["frag body"] = (
    ENVELOPE[ENVELOPE.index("<soapenv:Body>") : ENVELOPE.index("</soapenv:Envelope>")]
).encode()
INPUTS["frag prose"] = b"The tokens are:\n\n<tokens><id>1</id></tokens>\n"
INPUTS["wire log"] = "\n".join(
    f'2015/11/02 10:00:00:123 CET [DEBUG] wire - >> "{line}[\\r][\\n]"'
    for line in http(ENVELOPE.replace("\n", ""), eol="\n").decode().split("\n")
).encode()
INPUTS["html"] = b"<!DOCTYPE html><html><head><title>Login</title></head><body><p>x</body></html>"
INPUTS["empty"] = b""
INPUTS["text"] = b"hello"
FAULT = '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault><faultcode>soapenv:Client</faultcode><faultstring>bad</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>'
INPUTS["soap12 fault"] = (
    b'<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><env:Fault><env:Code><env:Value>env:Sender</env:Value></env:Code><env:Reason><env:Text xml:lang="en">x</env:Text></env:Reason></env:Fault></env:Body></env:Envelope>'
)
INPUTS["bare fault"] = (
    b'<soapenv:Fault xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>soapenv:Client</faultcode><faultstring>bad</faultstring></soapenv:Fault>'
)
INPUTS["http2 curl"] = (
    "POST /soap/merchant/cashregister-2 HTTP/2\r\nHost: x\r\nContent-Type: text/xml\r\n\r\n"
    + ENVELOPE
    + "\r\nHTTP/2 200 \r\ncontent-type: text/xml\r\n\r\n"
    + REPLY
).encode()
INPUTS["wireshark hex-ish no newline between"] = http(ENVELOPE.rstrip()) + resp(REPLY) + http(POLL)
INPUTS["proxy connect"] = (
    b"CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\nHTTP/1.1 200 Connection established\r\n\r\n"
    + http(ENVELOPE)
    + resp(REPLY)
)
INPUTS["http put"] = http(ENVELOPE, start="PUT /soap/merchant/cashregister-2 HTTP/1.1")
INPUTS["http get body"] = http(ENVELOPE, start="GET /soap/merchant/cashregister-2 HTTP/1.1")
INPUTS["http response html 200"] = resp(
    "<html><head><title>Log in</title></head><body><p>x</body></html>", ct="text/html"
)
INPUTS["http empty 200"] = resp("")
INPUTS["http 500 reply"] = resp(REPLY, status="500 Internal Server Error")
INPUTS["http 201 reply"] = resp(REPLY, status="201 Created")
INPUTS["http basic auth"] = http(ENVELOPE, extra=["Authorization: Basic dXNlcjpodW50ZXIy"])
INPUTS["http headers folded no body"] = (
    b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n\r\n"
)
INPUTS["http form"] = http(
    "request=" + urllib.parse.quote_plus(ENVELOPE), ct="application/x-www-form-urlencoded"
)
INPUTS["http json string"] = http(json.dumps({"xml": ENVELOPE}), ct="application/json")
INPUTS["http deflate"] = resp(zlib.compress(REPLY.encode()), extra=["Content-Encoding: deflate"])
INPUTS["http chunk ext"] = http(
    chunk(BYTES).replace(b"12c\r\n", b"12c;ext=1\r\n"),
    extra=["Transfer-Encoding: chunked"],
    length=False,
)
INPUTS["http ct upper"] = http(ENVELOPE, ct="TEXT/XML; CHARSET=UTF-8")
INPUTS["http ct xml"] = http(ENVELOPE, ct="application/xml")
INPUTS["http ct utf16 declared"] = http(ENVELOPE, ct="text/xml; charset=utf-16")
INPUTS["http quotes"] = http(ENVELOPE, ct='text/xml; charset="utf-8"')
INPUTS["http action right"] = http(ENVELOPE).replace(
    b'SOAPAction: ""', b'SOAPAction: "sendInvoice"'
)
INPUTS["http action urn"] = http(ENVELOPE).replace(
    b'SOAPAction: ""', b"SOAPAction: urn:cancelInvoice"
)
INPUTS["swa"] = (
    b"--MIME_boundary\nContent-Type: text/xml; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nContent-ID: <a>\n\n"
    + BYTES
    + b"\n--MIME_boundary\nContent-Type: application/pdf\n\n%PDF\n--MIME_boundary--"
)
INPUTS["mime base64 part"] = (
    b"Content-Type: multipart/related; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/xml\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(BYTES)
    + b"--b1--\r\n"
)
INPUTS["xml headers no start"] = (
    b'Content-Type: text/xml; charset=utf-8\r\nSOAPAction: ""\r\nContent-Length: 5\r\n\r\n' + BYTES
)
INPUTS["har bad resp"] = json.dumps(
    {
        "log": {
            "entries": [
                {
                    "request": {
                        "method": "POST",
                        "headers": [{"name": "SOAPAction", "value": "x"}],
                        "postData": {"text": ENVELOPE},
                    },
                    "response": {
                        "status": 502,
                        "headers": [{"name": "Content-Type", "value": "text/html"}],
                        "content": {"text": "<html>bad</html>"},
                    },
                }
            ]
        }
    }
).encode()
INPUTS["har no response"] = json.dumps(
    {
        "log": {
            "entries": [
                {
                    "request": {"method": "POST", "headers": [], "postData": {"text": ENVELOPE}},
                    "response": {"status": 0, "headers": [], "content": {}},
                }
            ]
        }
    }
).encode()
INPUTS["jsonl with cut line"] = (
    json.dumps(
        {
            "number": 1,
            "request": ENVELOPE,
            "response": REPLY,
            "request_headers": {"Content-Type": "text/xml"},
            "response_headers": {},
            "status": 200,
        }
    ).encode()
    + b"\n"
    + b'{"number":2,"request":"<soap'
)
INPUTS["jsonl null resp"] = json.dumps(
    {
        "number": 1,
        "request": INVALID,
        "response": None,
        "request_headers": {},
        "response_headers": {},
        "status": None,
    }
).encode()
INPUTS["postman"] = json.dumps(
    {
        "info": {"name": "x"},
        "item": [
            {
                "name": "send",
                "request": {"method": "POST", "body": {"mode": "raw", "raw": ENVELOPE}},
            }
        ],
    }
).encode()
INPUTS["yaml"] = ("request: |\n" + "\n".join("  " + line for line in ENVELOPE.split("\n"))).encode()
INPUTS["markdown"] = (
    "# Example\n\n```xml\n" + ENVELOPE + "\n```\n\nand the answer\n\n```xml\n" + REPLY + "\n```\n"
).encode()
INPUTS["csv"] = ('1,"' + ENVELOPE.replace('"', '""') + '",2').encode()
INPUTS["log4j multi"] = (
    '2015-11-02 10:00:00,123 [http-1] INFO  o.a.c.i.LoggingOutInterceptor - Outbound Message\n---------------------------\nID: 1\nAddress: http://x/soap\nEncoding: UTF-8\nHttp-Method: POST\nContent-Type: text/xml\nHeaders: {Accept=[*/*], SOAPAction=[""]}\nPayload: '
    + ENVELOPE
    + "\n--------------------------------------\n2015-11-02 10:00:01,123 [http-1] INFO  o.a.c.i.LoggingInInterceptor - Inbound Message\n----------------------------\nID: 1\nResponse-Code: 200\nEncoding: UTF-8\nPayload: "
    + REPLY
    + "\n"
).encode()
INPUTS["zeep debug"] = (
    'DEBUG:zeep.transports:HTTP Post to http://x:\nb"'
    + ENVELOPE.replace('"', '\\"').replace("\n", "\\n")
    + '"\n'
).encode()
INPUTS["http.client debug"] = (
    "send: b'POST /soap/merchant/cashregister-2 HTTP/1.1\\r\\nHost: x\\r\\nContent-Type: text/xml\\r\\n\\r\\n'\nsend: b'"
    + ENVELOPE.replace("\n", "\\n")
    + "'\nreply: 'HTTP/1.1 200 OK\\r\\n'\nheader: Content-Type: text/xml\n"
).encode()
INPUTS["comment before"] = b"<!-- request of 2015-11-02 -->\n" + BYTES
INPUTS["decl twice"] = b'<?xml version="1.0"?><?xml version="1.0"?>' + BYTES
INPUTS["utf8 wrong decl latin1"] = (
    '<?xml version="1.0" encoding="ISO-8859-1"?>'
    + ENVELOPE.replace("My Sample Store", "Köpstället")
).encode()
INPUTS["utf16le bom"] = ("\ufeff" + ENVELOPE).encode("utf-16-le")
INPUTS["utf32"] = ENVELOPE.encode("utf-32")
INPUTS["cp1252 euro"] = ENVELOPE.replace("My Sample Store", "5 €").encode("cp1252")
INPUTS["ebcdic"] = ENVELOPE.encode("cp500")
INPUTS["nuls between"] = ENVELOPE.replace("><", "\0>\0<").encode()
INPUTS["ctrl char"] = ENVELOPE.replace("My Sample", "My\x0bSample").encode()
INPUTS["xml 1.1"] = b'<?xml version="1.1"?>' + BYTES
INPUTS["standalone entity"] = ENVELOPE.replace("My Sample", "My&nbsp;Sample").encode()
INPUTS["entity undefined"] = ENVELOPE.replace("My Sample", "My&foo;Sample").encode()
INPUTS["amp url"] = ENVELOPE.replace("My Sample Store", "http://a/?b=1&c=2").encode()
INPUTS["double amp url"] = ENVELOPE.replace("My Sample Store", "http://a/?b=1&amp;amp;c=2").encode()
INPUTS["attr noquote"] = ENVELOPE.replace(
    'xmlns:ext="http://external.interfaces.ers.seamless.com/"',
    "xmlns:ext=http://external.interfaces.ers.seamless.com/",
).encode()
INPUTS["attr miss close"] = ENVELOPE.replace(
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"',
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/',
).encode()
INPUTS["smart quotes"] = ENVELOPE.replace('"', "\u201d").encode()
INPUTS["case"] = ENVELOPE.replace("</title>", "</Title>").encode()
INPUTS["missing gt"] = ENVELOPE.replace("</title>", "</title").encode()
INPUTS["missing lt"] = ENVELOPE.replace("<title>", "title>").encode()
INPUTS["extra slash"] = ENVELOPE.replace("<title>", "<title/>").encode()
INPUTS["self close missing"] = ENVELOPE.replace("</soapenv:Body>", "").encode()
INPUTS["swap"] = ENVELOPE.replace(
    "</soapenv:Body>\n</soapenv:Envelope>", "</soapenv:Envelope>\n</soapenv:Body>"
).encode()
INPUTS["two slips"] = ENVELOPE.replace("</title>", "</Title>").replace("</footer>", "").encode()
INPUTS["space in tag"] = ENVELOPE.replace("<title>", "< title>").encode()
INPUTS["tag with digit"] = (
    ENVELOPE.replace("<title>", "<1title>").replace("</title>", "</1title>").encode()
)
INPUTS["cdata open"] = ENVELOPE.replace("My Sample", "<![CDATA[My Sample").encode()
INPUTS["comment dashes"] = ENVELOPE.replace("<title>", "<!-- a -- b --><title>").encode()
INPUTS["frag tokens two"] = (
    b"<tokens><id>1</id><status>0</status></tokens><tokens><id>2</id></tokens>"
)
INPUTS["frag row name"] = b"<row><itemDescription>x</itemDescription></row>"
INPUTS["frag prefixed"] = b"<ext:invoice><title>x</title></ext:invoice>"
INPUTS["frag receipt"] = (
    b"<receipt><terminalId>1</terminalId><paymentDate>yesterday</paymentDate></receipt>"
)
INPUTS["frag amount"] = b"<totalAmount><value>10</value><currency>SEK</currency></totalAmount>"
INPUTS["frag status"] = b"<status>PAYED</status>"
INPUTS["frag principal"] = (
    b"<initiatorPrincipalId><id>x</id><type>TERMINAL</type></initiatorPrincipalId>"
)
INPUTS["frag invoiceRows"] = (
    b"<invoiceRows><invoiceRow><itemTotalAmount><currency>SEK</currency><value>1</value></itemTotalAmount></invoiceRow></invoiceRows>"
)
INPUTS["frag siblings mix"] = (
    b"<context><channel>WS</channel></context>\n<invoiceReference>1</invoiceReference>\n<invoiceVersion>x</invoiceVersion>"
)
INPUTS["frag dots"] = b"<invoice>\n  ...\n  <title>x</title>\n  ...\n</invoice>"
INPUTS["wsa"] = ENVELOPE.replace(
    "<soapenv:Body>",
    '<soapenv:Header><wsa:Action xmlns:wsa="http://www.w3.org/2005/08/addressing">x</wsa:Action></soapenv:Header><soapenv:Body>',
).encode()
INPUTS["wsse must"] = ENVELOPE.replace(
    "<soapenv:Body>",
    '<soapenv:Header><wsse:Security soapenv:mustUnderstand="1" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"/></soapenv:Header><soapenv:Body>',
).encode()
INPUTS["env no ns"] = ENVELOPE.replace("soapenv:", "").encode()
INPUTS["env wrong ns"] = ENVELOPE.replace(
    "http://schemas.xmlsoap.org/soap/envelope/", "http://schemas.xmlsoap.org/soap/envelope"
).encode()
INPUTS["op in header"] = ENVELOPE.replace("Body", "Header").encode()
INPUTS["op default ns"] = (
    ENVELOPE.replace("ext:sendInvoice", "sendInvoice").replace("xmlns:ext", "xmlns").encode()
)
INPUTS["rpc param"] = (
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><soapenv:Body><ns1:cancelInvoice xmlns:ns1="http://external.interfaces.ers.seamless.com/"><param0 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xsi:type="xsd:string">1</param0></ns1:cancelInvoice></soapenv:Body></soapenv:Envelope>'
)
INPUTS["escaped payload in op"] = (
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><ext:cancelInvoice xmlns:ext="http://external.interfaces.ers.seamless.com/">&lt;context&gt;&lt;channel&gt;WS&lt;/channel&gt;&lt;/context&gt;</ext:cancelInvoice></soapenv:Body></soapenv:Envelope>'
)
INPUTS["envelope in envelope"] = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    + ENVELOPE
    + "</soapenv:Body></soapenv:Envelope>"
).encode()
INPUTS["wsdl"] = (
    b"<?xml version='1.0'?><wsdl:definitions xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/' name='x'/>"
)
INPUTS["xsd"] = b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>"
INPUTS["other op"] = (
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><requestTopup xmlns="http://external.interfaces.ers.seamless.com/"/></soapenv:Body></soapenv:Envelope>'
)
INPUTS["only spaces"] = b"  \n\n"
INPUTS["pdf"] = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj"
INPUTS["zip"] = b"PK\x03\x04\x14\x00\x00\x00"
INPUTS["trailing log"] = BYTES + b"\n\n2015-11-02 10:00:00 INFO done\n"
INPUTS["trailing two nul text"] = BYTES + b"\0\0garbage"
INPUTS["leading xml pi"] = b'<?xml-stylesheet href="x.xsl"?>\n' + BYTES
INPUTS["doctype entity"] = (
    b'<!DOCTYPE x [<!ENTITY shop "My Store">]>\n'
    + ENVELOPE.replace("My Sample Store", "&shop;").encode()
)
INPUTS["crlf"] = ENVELOPE.replace("\n", "\r\n").encode()
INPUTS["cr"] = ENVELOPE.replace("\n", "\r").encode()
INPUTS["tab escaped"] = ENVELOPE.replace("\n", "\\n").encode()
INPUTS["entity all"] = ENVELOPE.replace("<", "&#60;").replace(">", "&#62;").encode()
