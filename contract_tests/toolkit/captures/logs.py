"""Inputs as loggers, dumps and programs show messages; see `inputs`."""

# ruff: noqa: E501, UP031, E741, N802, PERF401, S608 - the inputs are quoted as they are

import base64
import gzip
import html
import json
import zlib

from contract_tests.toolkit.messages import NEWEST, build, in_envelope

_ENVELOPE = in_envelope(build(NEWEST, "sendInvoice")).decode().strip()
BAD = _ENVELOPE.replace("149.99<", "149.990<", 1)
BAD1 = BAD.replace("\n", "").replace("  ", "")
R = in_envelope(build(NEWEST, "sendInvoiceResponse")).decode().strip()
R1 = R.replace("\n", "").replace("  ", "")
LOGS: dict[str, bytes | str] = {}
"""The inputs, by what wrote them; each has one request with one mistake."""


LOGS["jaxws dump"] = f"""---[HTTP request - http://extdev.seqr.com/soap/merchant/cashregister-2]---
Accept: text/xml, multipart/related
Content-Type: text/xml; charset=utf-8
SOAPAction: ""
User-Agent: JAX-WS RI 2.3.1
{BAD1}
--------------------
---[HTTP response - http://extdev.seqr.com/soap/merchant/cashregister-2 - 200]---
null: HTTP/1.1 200 OK
Content-Type: text/xml;charset=utf-8
{R1}
--------------------
"""
LOGS["tcpmon"] = f"""==============
Listen Port: 8080
Target Host: extdev.seqr.com
Target Port: 80
==== Request ====
POST /soap/merchant/cashregister-2 HTTP/1.0
Content-Type: text/xml; charset=utf-8
Accept: application/soap+xml, application/dime, multipart/related, text/*
User-Agent: Axis/1.4
Host: localhost:8080
SOAPAction: ""
Content-Length: 1893

{BAD1}
==== Response ====
HTTP/1.1 200 OK
Content-Type: text/xml;charset=utf-8

{R1}
==============
"""
LOGS[
    "cxf 3.4 log"
] = f"""2021-03-04 10:00:00,000 INFO  [main] org.apache.cxf.services.ERSWS.REQ_OUT - REQ_OUT
    Address: http://x/soap
    HttpMethod: POST
    Content-Type: text/xml
    ExchangeId: 1f8e
    ServiceName: ERSWS
    Headers: {{SOAPAction="", Accept=*/*, Connection=Keep-Alive}}
    Payload: {BAD1}
2021-03-04 10:00:01,000 INFO  [main] org.apache.cxf.services.ERSWS.RESP_IN - RESP_IN
    Content-Type: text/xml
    ResponseCode: 200
    Payload: {R1}
"""
LOGS["php getLastRequest"] = f"""REQUEST HEADERS:
POST /soap/merchant/cashregister-2 HTTP/1.1
Host: extdev.seqr.com
Connection: Keep-Alive
User-Agent: PHP-SOAP/7.4
Content-Type: text/xml; charset=utf-8
SOAPAction: ""
Content-Length: 1893

REQUEST:
<?xml version="1.0" encoding="UTF-8"?>
{BAD1}

RESPONSE:
{R1}
"""
LOGS["php var_dump"] = 'string(1893) "<?xml version="1.0" encoding="UTF-8"?>\n' + BAD1 + '\n"\n'
LOGS["php print_r soapfault"] = (
    "SoapFault Object\n(\n    [message:protected] => x\n    [xml] => " + BAD1 + "\n)\n"
)
LOGS["php_log html"] = "<pre>" + html.escape(BAD) + "</pre>"


def dotnet_dump(data):
    out = []
    for i in range(0, len(data), 16):
        c = data[i : i + 16]
        h = " ".join("%02X" % x for x in c)
        h = h[:23] + "-" + h[24:] if len(c) > 8 else h
        out.append(
            "System.Net Verbose: 0 : [1234] %08X : %-47s : %s"
            % (i, h, "".join(chr(x) if 32 <= x < 127 else "." for x in c))
        )
    return "\n".join(out)


httpm = (
    'POST /soap/merchant/cashregister-2 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: ""\r\nContent-Length: %d\r\n\r\n'
    % len(BAD1)
).encode() + BAD1.encode()
httpr = (
    "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
    % len(R1)
).encode() + R1.encode()
LOGS["net trace hex"] = dotnet_dump(httpm)


def tcpdump_x(data):
    out = [
        "10:00:00.123456 IP 10.0.0.1.51234 > 10.0.0.2.80: Flags [P.], seq 1:100, ack 1, win 229, length 100: HTTP: POST /soap HTTP/1.1"
    ]
    for i in range(0, len(data), 16):
        c = data[i : i + 16]
        h = " ".join(c[j : j + 2].hex() for j in range(0, len(c), 2))
        out.append(
            "\t0x%04x:  %-39s  %s" % (i, h, "".join(chr(x) if 32 <= x < 127 else "." for x in c))
        )
    return "\n".join(out)


LOGS["tcpdump -X"] = tcpdump_x(
    b"\x45\x00\x00\x3c\x00\x01\x00\x00\x40\x06\x7c\xcd\x0a\x00\x00\x01\x0a\x00\x00\x02\xc8\x22\x00\x50\x00\x00\x00\x01\x00\x00\x00\x01\x50\x18\x00\xe5\x00\x00\x00\x00"
    + httpm
)
LOGS["tcpdump -A"] = (
    '10:00:00.123456 IP 10.0.0.1.51234 > 10.0.0.2.80: Flags [P.], length 100: HTTP: POST /soap HTTP/1.1\nE..<..@.@.|.........".P........P....POST /soap HTTP/1.1\nHost: x\nContent-Type: text/xml\n\n'
    + BAD
    + "\n10:00:00.133 IP 10.0.0.2.80 > 10.0.0.1.51234: Flags [P.], length 100: HTTP: HTTP/1.1 200 OK\nE.....P...HTTP/1.1 200 OK\nContent-Type: text/xml\n\n"
    + R
    + "\n"
)


def hexdump_C(data):
    out = []
    for i in range(0, len(data), 16):
        c = data[i : i + 16]
        h = " ".join("%02x" % x for x in c[:8]) + "  " + " ".join("%02x" % x for x in c[8:])
        out.append(
            "%08x  %-48s  |%s|" % (i, h, "".join(chr(x) if 32 <= x < 127 else "." for x in c))
        )
    return "\n".join(out)


LOGS["hexdump -C"] = hexdump_C(httpm)


def od_c(data):
    escapes = {10: "\\n", 13: "\\r", 9: "\\t"}
    shown = [escapes.get(b, chr(b) if 32 <= b < 127 else "%03o" % b) for b in data]
    lines = ["".join("%4s" % c for c in shown[i : i + 16]) for i in range(0, len(shown), 16)]
    return "\n".join("%07o%s" % (16 * i, line) for i, line in enumerate(lines))


def xxd(data):
    out = []
    for i in range(0, len(data), 16):
        c = data[i : i + 16]
        out.append(
            "%08x: %-39s  %s"
            % (
                i,
                " ".join(c[j : j + 2].hex() for j in range(0, len(c), 2)),
                "".join(chr(x) if 32 <= x < 127 else "." for x in c),
            )
        )
    return "\n".join(out)


LOGS["xxd"] = xxd(BAD1.encode())


def wireshark_hex(data, indent=""):
    out = []
    for i in range(0, len(data), 16):
        c = data[i : i + 16]
        h = " ".join("%02x" % x for x in c[:8]) + "  " + " ".join("%02x" % x for x in c[8:])
        out.append(
            "%s%08X  %-48s  %s %s"
            % (
                indent,
                i,
                h,
                "".join(chr(x) if 32 <= x < 127 else "." for x in c[:8]),
                "".join(chr(x) if 32 <= x < 127 else "." for x in c[8:]),
            )
        )
    return "\n".join(out)


LOGS["wireshark hex follow"] = wireshark_hex(httpm) + "\n" + wireshark_hex(httpr, "    ")


def curl_trace_ascii(req, res):
    def part(data):
        o = []
        off = 0
        for line in data.split(b"\r\n"):
            l = line.decode()
            for k in range(0, max(len(l), 1), 64):
                o.append("%04x: %s" % (off + k, l[k : k + 64]))
            off += len(line) + 2
        return "\n".join(o)

    rh, rb = req.split(b"\r\n\r\n", 1)
    sh, sb = res.split(b"\r\n\r\n", 1)
    return (
        "== Info:   Trying 127.0.0.1:8000...\n== Info: Connected to localhost (127.0.0.1) port 8000\n=> Send header, %d bytes (0x%x)\n%s\n=> Send data, %d bytes (0x%x)\n%s\n== Info: Mark bundle as not supporting multiuse\n<= Recv header, 17 bytes (0x11)\n%s\n<= Recv data, %d bytes (0x%x)\n%s\n== Info: Connection #0 to host localhost left intact\n"
        % (
            len(rh),
            len(rh),
            part(rh),
            len(rb),
            len(rb),
            part(rb),
            part(sh),
            len(sb),
            len(sb),
            part(sb),
        )
    )


LOGS["curl trace-ascii"] = curl_trace_ascii(httpm, httpr)
LOGS["curl trace"] = "== Info: Connected\n=> Send header, 10 bytes (0xa)\n" + "\n".join(
    "%04x: %-48s%s"
    % (
        i,
        " ".join("%02x" % x for x in httpm[i : i + 16]),
        "".join(chr(x) if 32 <= x < 127 else "." for x in httpm[i : i + 16]),
    )
    for i in range(0, len(httpm), 16)
)
LOGS["fiddler"] = (
    httpm.decode()
    + "\r\n\r\n"
    + httpr.decode()
    + "\r\n\r\n------------------------------------------------------------------\r\n"
)
LOGS["log4j prefix every line"] = "\n".join(
    "2015-11-02 10:00:01,123 DEBUG [main] c.s.Client - " + l for l in BAD.split("\n")
)
LOGS["syslog prefix every line"] = "\n".join(
    "Nov  2 10:00:01 till seqr[123]: " + l for l in BAD.split("\n")
)
LOGS["docker prefix"] = "\n".join("pos_1  | " + l for l in BAD.split("\n"))
LOGS["grep -n prefix"] = "\n".join("%d:%s" % (i, l) for i, l in enumerate(BAD.split("\n"), 1))
LOGS["mail quote"] = (
    "> Hi, this is what we send:\n>\n"
    + "\n".join("> " + l for l in BAD.split("\n"))
    + "\n\nLooks fine?\n"
)
LOGS["diff plus"] = "\n".join("+" + l for l in BAD.split("\n"))
LOGS["c# verbatim"] = 'var s = @"' + BAD.replace('"', '""') + '";'
LOGS["java concat"] = "\n".join('  "' + l.replace('"', '\\"') + '\\n" +' for l in BAD.split("\n"))
LOGS["js template"] = "const xml = `" + BAD + "`;"
LOGS["python triple"] = 'xml = """' + BAD + '"""'
LOGS["curl -d"] = "curl -X POST -H 'Content-Type: text/xml' -d '" + BAD + "' http://x/soap"
LOGS["curl windows"] = 'curl -d "' + BAD1.replace('"', '\\"') + '" http://x'
LOGS["http file rest client"] = (
    "POST http://x/soap HTTP/1.1\nContent-Type: text/xml\n\n" + BAD + "\n\n###\n"
)
LOGS["httpie"] = (
    "POST /soap HTTP/1.1\nAccept: */*\nContent-Type: text/xml\nHost: x\n\n"
    + BAD
    + "\n\n\nHTTP/1.1 200 OK\nContent-Type: text/xml\n\n"
    + R
    + "\n"
)
LOGS["json escaped log"] = json.dumps({"time": "x", "level": "DEBUG", "msg": "Request:\n" + BAD})
LOGS["json in json"] = json.dumps({"log": json.dumps({"payload": BAD})})
LOGS["json unicode esc"] = json.dumps({"x": BAD}).replace("<", "\\u003c").replace(">", "\\u003e")
LOGS["json b64"] = json.dumps(
    {"body": base64.b64encode(BAD.encode()).decode(), "isBase64Encoded": True}
)
LOGS["json array strings"] = json.dumps([BAD, R])
LOGS["csharp trace svclog"] = (
    '<E2ETraceEvent xmlns="http://schemas.microsoft.com/2004/06/E2ETraceEvent"><ApplicationData><TraceData><DataItem><MessageLogTraceRecord xmlns="http://schemas.microsoft.com/2004/06/ServiceModel/Management/MessageTrace">'
    + BAD
    + '</MessageLogTraceRecord></DataItem></TraceData></ApplicationData></E2ETraceEvent><E2ETraceEvent xmlns="http://schemas.microsoft.com/2004/06/E2ETraceEvent"><ApplicationData><TraceData><DataItem><MessageLogTraceRecord xmlns="http://schemas.microsoft.com/2004/06/ServiceModel/Management/MessageTrace">'
    + R
    + "</MessageLogTraceRecord></DataItem></TraceData></ApplicationData></E2ETraceEvent>"
)
LOGS["soapui project"] = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<con:soapui-project xmlns:con="http://eviware.com/soapui/config"><con:call name="R"><con:endpoint>x</con:endpoint><con:request>'
    + html.escape(BAD).replace("\n", "\\r\n")
    + "</con:request></con:call><con:call><con:request><![CDATA["
    + BAD
    + "]]></con:request></con:call></con:soapui-project>"
)
LOGS["jmeter"] = (
    '<jmeterTestPlan><stringProp name="Argument.value">'
    + html.escape(BAD)
    + "</stringProp></jmeterTestPlan>"
)
LOGS["zeep plugin pretty print"] = "{'envelope': " + repr(BAD) + "}"
LOGS["suds log"] = (
    "DEBUG:suds.client:headers = {'SOAPAction': b'\"\"', 'Content-Type': 'text/xml; charset=utf-8'}\nDEBUG:suds.client:sending to (http://x)\nmessage:\n"
    + BAD
    + "\nDEBUG:suds.client:HTTP succeeded:\n"
    + R
    + "\n"
)
LOGS["urllib3 debug"] = (
    "send: b'POST /soap HTTP/1.1\\r\\nHost: x\\r\\nContent-Type: text/xml\\r\\n\\r\\n'\nsend: b\""
    + BAD1.replace('"', '\\"')
    + "\"\nreply: 'HTTP/1.1 200 OK\\r\\n'\nheader: Content-Type: text/xml\n"
)
LOGS["node soap debug"] = "request: {\n  body: '" + BAD1 + "',\n  headers: {}\n}"
LOGS["node axios err"] = "data: '" + BAD1.replace("'", "\\'") + "',"
LOGS["ruby savon"] = (
    'I, [2015-11-02T10:00:00.123456 #123]  INFO -- : SOAP request: http://x\nI, [2015] INFO -- : SOAPAction: "sendInvoice", Content-Type: text/xml;charset=UTF-8, Content-Length: 1234\nD, [2015-11-02T10:00:00 #123] DEBUG -- : '
    + BAD
    + "\nI, [2015] INFO -- : SOAP response (status 200)\nD, [x] DEBUG -- : "
    + R
    + "\n"
)
LOGS["spring ws trace"] = (
    "2015-11-02 10:00:00 TRACE [o.s.ws.client.MessageTracing.sent] - Sent request [SaajSoapMessage {http://external}sendInvoice] "
    + BAD1
    + "\n2015 TRACE [o.s.ws.client.MessageTracing.received] - Received response ["
    + R1
    + "] for request ["
    + BAD1
    + "]\n"
)
LOGS["apache wire old bytes"] = (
    "\n".join(
        'DEBUG http-outgoing-0 >> "' + l + '[\\r][\\n]"' for l in httpm.decode().split("\r\n")[:-1]
    )
    + "\n"
    + 'DEBUG http-outgoing-0 >> "'
    + BAD1
    + '"'
    + "\n"
    + "\n".join(
        'DEBUG http-outgoing-0 << "' + l + '[\\r][\\n]"' for l in httpr.decode().split("\r\n")[:-1]
    )
    + '\nDEBUG http-outgoing-0 << "'
    + R1
    + '"'
)
LOGS["okhttp log"] = (
    "--> POST http://x/soap http/1.1\nContent-Type: text/xml; charset=utf-8\nContent-Length: 123\n\n"
    + BAD
    + "\n--> END POST (123-byte body)\n<-- 200 OK http://x/soap (12ms)\nContent-Type: text/xml\n\n"
    + R
    + "\n<-- END HTTP (123-byte body)\n"
)
LOGS["okhttp android"] = "\n".join(
    "11-02 10:00:00.123 1234-1234/com.x D/OkHttp: " + l
    for l in (
        "--> POST http://x/soap http/1.1\nContent-Type: text/xml\n\n" + BAD + "\n--> END POST"
    ).split("\n")
)
LOGS["gsoap"] = (
    'POST /soap HTTP/1.1\r\nHost: x\r\nUser-Agent: gSOAP/2.8\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\nSOAPAction: ""\r\n\r\n%s'
    % (len(BAD1), BAD1)
)
LOGS["soaplite"] = (
    'SOAP::Transport::HTTP::Client::send_receive: POST http://x HTTP/1.1\nAccept: text/xml\nContent-Length: 12\nContent-Type: text/xml; charset=utf-8\nSOAPAction: ""\n\n'
    + BAD1
    + "\n\nSOAP::Transport::HTTP::Client::send_receive: HTTP/1.1 200 OK\nContent-Type: text/xml\n\n"
    + R1
)
LOGS["sql insert"] = "INSERT INTO log VALUES (1, '" + BAD.replace("'", "''") + "');"
LOGS["excel tsv"] = '1\t2015\t"' + BAD.replace('"', '""') + '"\tok\n'
LOGS["base64 pem"] = (
    "-----BEGIN-----\n" + base64.encodebytes(BAD.encode()).decode() + "-----END-----"
)
LOGS["base64 in log"] = "2015 INFO payload=" + base64.b64encode(BAD.encode()).decode()
LOGS["base64url"] = base64.urlsafe_b64encode(BAD.encode())
LOGS["hex"] = BAD.encode().hex()
LOGS["zlib"] = zlib.compress(BAD.encode())
LOGS["gzip+base64"] = base64.b64encode(gzip.compress(BAD.encode()))
LOGS["data uri"] = "data:text/xml;base64," + base64.b64encode(BAD.encode()).decode()
