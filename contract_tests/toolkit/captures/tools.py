"""Inputs as proxies, loggers, terminals, mail programs and editors show or save messages.

Each has one request with one mistake, and perhaps its reply; see `logs` for more.
"""

# ruff: noqa: E501, E741, N802, UP031 - the inputs are quoted as they are

import base64
import gzip
import html
import io
import json
import quopri
import re
import textwrap
import urllib.parse
import zipfile
from email.message import EmailMessage

from contract_tests.toolkit.captures.inputs import chunk, http, resp
from contract_tests.toolkit.captures.logs import BAD, BAD1, R1, R, tcpdump_x
from contract_tests.toolkit.messages import NEWEST, build, in_envelope

DECL = '<?xml version="1.0" encoding="UTF-8"?>\n'
P = in_envelope(build(NEWEST, "getPaymentStatus")).decode().strip()
PR = in_envelope(build(NEWEST, "getPaymentStatusResponse")).decode().strip()
BADU = BAD.replace("My Sample Store", "K\u00f6pst\u00e4lle")
TOOLS: dict[str, bytes | str] = {}
"""The inputs, by what wrote them."""

TOOLS["fiddler saz raw with banner"] = (
    "GET http://www.fiddler2.com/UpdateCheck.aspx HTTP/1.1\r\nHost: www.fiddler2.com\r\n\r\n"
    + http(BAD).decode()
    + "\n\n"
    + resp(R).decode()
)
TOOLS["charles text"] = f"""URL\thttp://extdev.seqr.com/soap/merchant/cashregister-2
Status\tComplete
Response Code\t200 OK
Protocol\tHTTP/1.1
Method\tPOST
Content-Type\ttext/xml; charset=utf-8

------ Request ------
POST /soap/merchant/cashregister-2 HTTP/1.1
Host: extdev.seqr.com
Content-Type: text/xml; charset=utf-8
SOAPAction: ""

{BAD}

------ Response ------
HTTP/1.1 200 OK
Content-Type: text/xml;charset=utf-8

{R}
"""
TOOLS["charles session xml"] = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<?charles serialisation-version=\'2.0\' ?>\n<charles-session><transaction method="POST" protocolVersion="HTTP/1.1" host="extdev"><request headers="true" body="true"><headers><header><name>Content-Type</name><value>text/xml</value></header></headers><body><text>'
    + html.escape(BAD)
    + '</text></body></request><response status="200" headers="true" body="true"><body><text><![CDATA['
    + R
    + "]]></text></body></response></transaction></charles-session>"
)
TOOLS["charles chlsj"] = json.dumps(
    [
        {
            "status": "COMPLETE",
            "method": "POST",
            "host": "extdev",
            "request": {
                "mimeType": "text/xml",
                "header": {"headers": [{"name": "Content-Type", "value": "text/xml"}]},
                "body": {"text": BAD, "charset": "UTF-8"},
            },
            "response": {"status": 200, "body": {"text": R}},
        }
    ],
    indent=2,
)
TOOLS["mitmproxy console export raw_request"] = http(
    BAD, start="POST http://extdev.seqr.com:80/soap HTTP/1.1"
)
TOOLS["mitmdump -d3"] = (
    """127.0.0.1:51234: POST http://extdev.seqr.com/soap/merchant/cashregister-2
    Host: extdev.seqr.com
    Content-Type: text/xml; charset=utf-8
    SOAPAction: ""
    Content-Length: 1999

    XML
"""
    + textwrap.indent(BAD, "    ")
    + "\n << 200 OK 512b\n    Content-Type: text/xml;charset=utf-8\n\n    XML\n"
    + textwrap.indent(R, "    ")
)
TOOLS["burp xml export b64"] = (
    '<?xml version="1.0"?>\n<!DOCTYPE items [\n<!ELEMENT items (item*)>\n<!ATTLIST items burpVersion CDATA "">\n]>\n<items burpVersion="2021.8"><item><time>x</time><url><![CDATA[http://x/soap]]></url><request base64="true"><![CDATA['
    + base64.b64encode(http(BAD)).decode()
    + ']]></request><status>200</status><response base64="true"><![CDATA['
    + base64.b64encode(resp(R)).decode()
    + "]]></response></item></items>"
)
TOOLS["burp xml export plain"] = (
    '<?xml version="1.0"?>\n<items burpVersion="2021.8"><item><request base64="false"><![CDATA['
    + http(BAD).decode()
    + "]]></request></item></items>"
)
TOOLS["wireshark follow ascii"] = http(BAD1) + resp(R1)
TOOLS["wireshark follow chunked both"] = http(
    chunk(BAD.encode()), extra=["Transfer-Encoding: chunked"], length=False
) + resp(chunk(R.encode()), extra=["Transfer-Encoding: chunked"], length=False)


def yaml_follow(pairs):
    out = [
        "# Packet 4",
        "peers:",
        "  - peer: 0",
        "    host: 10.0.0.1",
        "    port: 51234",
        "packets:",
    ]
    for i, d in enumerate(pairs):
        out += [
            f"  - packet: {i * 2 + 4}",
            f"    peer: {i % 2}",
            f"    index: {i // 2}",
            "    timestamp: 1446458400.1",
            "    data: !!binary |",
        ]
        b = base64.b64encode(d).decode()
        out += ["      " + b[k : k + 76] for k in range(0, len(b), 76)]
    return "\n".join(out)


TOOLS["wireshark follow yaml"] = yaml_follow([http(BAD), resp(R)])


def carr(name, d):
    return (
        f"char {name}[] = {{ /* Packet 4 */\n"
        + ", \n".join(", ".join("0x%02x" % b for b in d[k : k + 8]) for k in range(0, len(d), 8))
        + " };\n"
    )


TOOLS["wireshark follow C arrays"] = carr("peer0_0", http(BAD)) + carr("peer1_0", resp(R))
TOOLS["wireshark follow raw hex"] = http(BAD).hex() + "\n" + resp(R).hex() + "\n"
TOOLS["tshark fields"] = (
    "4\t10.0.0.1\tPOST\t" + BAD1.encode().hex() + "\n6\t10.0.0.2\t\t" + R1.encode().hex()
)
TOOLS["tshark json"] = json.dumps(
    [
        {"_source": {"layers": {"http": {"http.request.method": "POST", "http.file_data": BAD1}}}},
        {"_source": {"layers": {"http": {"http.file_data": R1}}}},
    ],
    indent=2,
)
TOOLS["tshark json hex colon"] = json.dumps(
    [
        {
            "_source": {
                "layers": {"http": {"http.file_data": ":".join("%02x" % b for b in BAD1.encode())}}
            }
        }
    ]
)
IPH = bytes.fromhex(
    "450005dc0001400040067ccd0a0000010a000002c82200500000000100000001501800e500000000"
)


def tcp_A(d, split=1400):
    out = []
    for k in range(0, len(d), split):
        out.append(
            "10:00:00.%06d IP 10.0.0.1.51234 > 10.0.0.2.80: Flags [P.], seq 1:%d, ack 1, win 229, length %d: HTTP"
            % (k, split, split)
        )
        out.append(
            "".join(chr(b) if 32 <= b < 127 else "." for b in IPH) + d[k : k + split].decode()
        )
    return "\n".join(out)


TOOLS["tcpdump -A two segments"] = tcp_A(http(BAD, eol="\r\n"))


def tcp_X(d, split=1400):
    return "\n".join(tcpdump_x(IPH + d[k : k + split]) for k in range(0, len(d), split))


TOOLS["tcpdump -X two segments"] = tcp_X(http(BAD))
EH = bytes.fromhex("001122334455" + "66778899aabb" + "0800")
TOOLS["tcpdump -XX ethernet"] = "\n".join(
    tcpdump_x(EH + IPH + http(BAD)[k : k + 1400]) for k in range(0, len(http(BAD)), 1400)
)


def wire_pkt(d):
    return "\n".join(
        "%04x  %-48s  %s"
        % (
            i,
            " ".join("%02x" % x for x in d[i : i + 16]),
            "".join(chr(x) if 32 <= x < 127 else "." for x in d[i : i + 16]),
        )
        for i in range(0, len(d), 16)
    )


TOOLS["wireshark packet bytes eth"] = (
    "No.     Time           Source                Destination           Protocol Length Info\n      4 0.000123       10.0.0.1              10.0.0.2              HTTP/XML 1999   POST /soap HTTP/1.1\n\n"
    + wire_pkt(EH + IPH + http(BAD))
)
TOOLS["hexdump plain (no -C)"] = "\n".join(
    "%07x " % i
    + " ".join(
        "%02x%02x" % (x[1], x[0]) if len(x) > 1 else "00%02x" % x[0]
        for x in [
            BAD1.encode()[i : i + 16][j : j + 2]
            for j in range(0, len(BAD1.encode()[i : i + 16]), 2)
        ]
    )
    for i in range(0, len(BAD1), 16)
) + "\n%07x" % len(BAD1)
TOOLS["od -A x -t x1z"] = "\n".join(
    "%06x " % i
    + " ".join("%02x" % x for x in http(BAD1)[i : i + 16])
    + "  >"
    + "".join(chr(x) if 32 <= x < 127 else "." for x in http(BAD1)[i : i + 16])
    + "<"
    for i in range(0, len(http(BAD1)), 16)
)
TOOLS["Format-Hex powershell"] = (
    "           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n\n"
    + "\n".join(
        "%08X   " % i
        + " ".join("%02X" % x for x in BAD1.encode()[i : i + 16])
        + "  "
        + "".join(chr(x) if 32 <= x < 127 else "." for x in BAD1.encode()[i : i + 16])
        for i in range(0, len(BAD1), 16)
    )
)
TOOLS["ngrep"] = (
    "interface: eth0 (10.0.0.0/255.255.255.0)\nfilter: (ip) and ( port 80 )\n####\nT 10.0.0.1:51234 -> 10.0.0.2:80 [AP] #4\n"
    + "\n".join("  " + l for l in http(BAD1, eol="\n").decode().replace("\n", ".\n").split("\n"))
    + "\n\nT 10.0.0.2:80 -> 10.0.0.1:51234 [AP] #6\n"
    + "\n".join("  " + l for l in resp(R1, eol="\n").decode().replace("\n", ".\n").split("\n"))
)
TOOLS["ngrep -W byline"] = (
    "T 10.0.0.1:51234 -> 10.0.0.2:80 [AP]\n"
    + http(BAD, eol="\n").decode().replace("\n", ".\n").replace(">.\n", ">\n")
    + "\n\n##\nT 10.0.0.2:80 -> 10.0.0.1:51234 [AP]\n"
    + resp(R, eol="\n").decode()
)
TOOLS["strace"] = (
    'sendto(5, "'
    + http(BAD1)
    .decode()
    .replace("\\", "\\\\")
    .replace('"', '\\"')
    .replace("\r", "\\r")
    .replace("\n", "\\n")
    + '", 1999, MSG_NOSIGNAL, NULL, 0) = 1999\nrecvfrom(5, "'
    + resp(R1).decode().replace('"', '\\"').replace("\r", "\\r").replace("\n", "\\n")
    + '", 16384, 0, NULL, NULL) = 800'
)
TOOLS["postman collection v2.1"] = json.dumps(
    {
        "info": {"_postman_id": "1", "name": "SEQR"},
        "item": [
            {
                "name": "f",
                "item": [
                    {
                        "name": "sendInvoice",
                        "request": {
                            "method": "POST",
                            "header": [{"key": "Content-Type", "value": "text/xml"}],
                            "body": {"mode": "raw", "raw": BAD.replace("\n", "\r\n")},
                            "url": "http://x",
                        },
                        "response": [
                            {"name": "r", "status": "OK", "code": 200, "header": [], "body": R}
                        ],
                    }
                ],
            }
        ],
    },
    indent="\t",
)
TOOLS["postman curl export"] = (
    "curl --location 'http://x/soap' \\\n--header 'Content-Type: text/xml' \\\n--header 'SOAPAction: \"\"' \\\n--data '"
    + BAD
    + "'"
)
TOOLS["curl ansi-c quoting"] = (
    "curl 'http://x/soap' -H 'Content-Type: text/xml' --data-raw $'"
    + BAD.replace("\n", "\\n").replace("'", "\\'")
    + "' --compressed"
)
TOOLS["curl windows carets"] = (
    'curl "http://x/soap" -H "Content-Type: text/xml" --data-raw ^"'
    + BAD1.replace('"', '^\\^"').replace("<", "^<").replace(">", "^>")
    + '^"'
)
TOOLS["powershell invoke"] = (
    "$body = @'\n"
    + BAD
    + "\n'@\nInvoke-WebRequest -Uri http://x -Method POST -Body $body -ContentType 'text/xml'"
)
TOOLS["powershell dq backtick"] = (
    'Invoke-WebRequest -Body "' + BAD1.replace('"', '`"') + '" -Uri http://x'
)
TOOLS["insomnia export"] = json.dumps(
    {
        "_type": "export",
        "resources": [
            {"_type": "request", "body": {"mimeType": "text/xml", "text": BAD}, "method": "POST"}
        ],
    }
)
TOOLS["insomnia yaml"] = (
    "type: collection.insomnia.rest/5.0\ncollection:\n  - name: x\n    body:\n      mimeType: text/xml\n      text: "
    + json.dumps(BAD).replace("\\n", "\\n")
    + "\n"
)
TOOLS["bruno"] = (
    "meta {\n  name: sendInvoice\n}\npost {\n  url: http://x\n  body: xml\n}\nbody:xml {\n"
    + textwrap.indent(BAD, "  ")
    + "\n}\n"
)
TOOLS["soapui project"] = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<con:soapui-project xmlns:con="http://eviware.com/soapui/config" name="p"><con:interface xsi:type="con:WsdlInterface" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><con:operation name="sendInvoice"><con:call name="Request 1"><con:encoding>UTF-8</con:encoding><con:endpoint>http://x</con:endpoint><con:request><![CDATA['
    + BAD.replace("\n", "\\r\n")
    + "]]></con:request></con:call></con:operation></con:interface></con:soapui-project>"
)
TOOLS["soapui http log"] = (
    "\n".join(
        'Mon Nov 02 10:00:00 CET 2015:DEBUG:>> "' + l + '[\\r][\\n]"'
        for l in http(BAD, eol="\n", length=False).decode().split("\n")
    )
    + "\n"
    + "\n".join(
        'Mon Nov 02 10:00:01 CET 2015:DEBUG:<< "' + l + '[\\r][\\n]"'
        for l in resp(R, eol="\n", length=False).decode().split("\n")
    )
)
TOOLS["soapui script log"] = (
    "Mon Nov 02 10:00:00 CET 2015:INFO:" + BAD + "\nMon Nov 02 10:00:01 CET 2015:INFO:" + R
)
TOOLS["readyapi raw tab"] = (
    'POST http://x/soap HTTP/1.1\nAccept-Encoding: gzip,deflate\nContent-Type: text/xml;charset=UTF-8\nSOAPAction: ""\nContent-Length: 2000\nHost: x\nConnection: Keep-Alive\nUser-Agent: Apache-HttpClient/4.5.5 (Java/16.0.1)\n\n'
    + BAD
)
TOOLS["log4j one line each"] = (
    "2015-11-02 10:00:01,123 DEBUG [http-nio-8080-exec-1] c.s.Client [Client.java:42] - >>> "
    + BAD1
    + "\n2015-11-02 10:00:01,456 DEBUG [x] c.s.Client - <<< "
    + R1
    + "\n"
)
TOOLS["logback json (logstash encoder)"] = (
    json.dumps(
        {
            "@timestamp": "2015-11-02T10:00:00Z",
            "level": "DEBUG",
            "logger_name": "x",
            "message": "Sent request [" + BAD + "]",
        }
    )
    + "\n"
    + json.dumps({"@timestamp": "x", "message": "Received response [" + R + "]"})
    + "\n"
)
TOOLS["serilog compact"] = (
    json.dumps({"@t": "2015-11-02T10:00:00Z", "@mt": "Request {Body}", "Body": BAD}) + "\n"
)
TOOLS["serilog text"] = (
    '2015-11-02 10:00:00.123 +01:00 [DBG] Request: "'
    + BAD1.replace('"', '\\"')
    + '"\n2015-11-02 10:00:01.123 +01:00 [DBG] Response: "'
    + R1.replace('"', '\\"')
    + '"\n'
)
TOOLS["nlog pipes"] = (
    "2015-11-02 10:00:00.1234|DEBUG|Seqr.Client|Request: "
    + BAD
    + "\n2015-11-02 10:00:01.1|DEBUG|Seqr.Client|Response: "
    + R
    + "\n"
)
TOOLS["docker json-file"] = "\n".join(
    json.dumps({"log": l + "\n", "stream": "stdout", "time": "2015-11-02T10:00:00.0Z"})
    for l in ("INFO request:\n" + BAD + "\nINFO response:\n" + R).split("\n")
)
TOOLS["docker logs -t"] = "\n".join(
    "2015-11-02T10:00:00.%09dZ %s" % (i, l) for i, l in enumerate(("request:\n" + BAD).split("\n"))
)
TOOLS["docker compose names"] = (
    "\n".join("till-1  | " + l for l in ("request:\n" + BAD).split("\n"))
    + "\n"
    + "\n".join("shop-1  | " + l for l in ("response:\n" + R).split("\n"))
)
TOOLS["kubectl --prefix --timestamps"] = "\n".join(
    "[pod/till-7d9f-x/till] 2015-11-02T10:00:00.%09dZ %s" % (i * 7, l)
    for i, l in enumerate(BAD.split("\n"))
)
TOOLS["cri-o log"] = "\n".join(
    "2015-11-02T10:00:00.%09d+01:00 stdout F %s" % (i * 7, l) for i, l in enumerate(BAD.split("\n"))
)
TOOLS["journald multi"] = "\n".join(
    "Nov 02 10:00:%02d till seqr[1234]: %s" % (i % 60, l) for i, l in enumerate(BAD.split("\n"))
)
TOOLS["journald continuation"] = (
    "Nov 02 10:00:00 till seqr[1234]: "
    + BAD.split("\n")[0]
    + "\n"
    + "\n".join("                                " + l for l in BAD.split("\n")[1:])
)
TOOLS["journalctl -o json"] = (
    json.dumps({"_PID": "1", "MESSAGE": BAD})
    + "\n"
    + json.dumps({"MESSAGE": [ord(c) for c in R]})
    + "\n"
)
TOOLS["journalctl -o json one line per record"] = "\n".join(
    json.dumps({"_PID": "1", "MESSAGE": l}) for l in BAD.split("\n")
)
TOOLS["heroku"] = "\n".join(
    "2015-11-02T10:00:00.123456+00:00 app[web.1]: " + l for l in BAD.split("\n")
)
TOOLS["cloudwatch csv"] = (
    'timestamp,message\n1446458400000,"Request: '
    + BAD.replace('"', '""')
    + '"\n1446458401000,"Response: '
    + R.replace('"', '""')
    + '"\n'
)
TOOLS["cloudwatch json events"] = json.dumps(
    {"events": [{"timestamp": 1, "message": "REQ " + BAD}, {"timestamp": 2, "message": "RES " + R}]}
)
TOOLS["gcp insertId textPayload"] = json.dumps(
    [{"insertId": "x", "textPayload": BAD}, {"textPayload": R}], indent=1
)
TOOLS["elasticsearch hits"] = json.dumps(
    {"hits": {"hits": [{"_source": {"message": BAD}}, {"_source": {"message": R}}]}}
)
TOOLS["splunk csv escaped"] = (
    '"_time","_raw"\n"2015","2015-11-02 INFO body=' + BAD1.replace('"', '""') + '"\n'
)
TOOLS["rails log"] = (
    "I, [2015-11-02T10:00:00.123456 #1234]  INFO -- : HTTPI POST request to x (net_http)\nD, [2015-11-02T10:00:00.123 #1]  DEBUG -- : "
    + BAD1
    + "\n"
)
TOOLS["python logging repr bytes"] = (
    "2015-11-02 10:00:00,123 DEBUG zeep.transports HTTP Post to http://x:\nb'"
    + BAD.replace("\n", "\\n").replace("'", "\\'")
    + "'\n2015-11-02 10:00:00,500 DEBUG zeep.transports HTTP Response from http://x (status: 200):\nb'"
    + R.replace("\n", "\\n").replace("'", "\\'")
    + "'\n"
)
TOOLS["django traceback locals"] = (
    'Traceback (most recent call last):\n  File "x.py", line 3\nlocals:\n envelope = \''
    + BAD1
    + "'\n"
)
TOOLS["ios swift print"] = 'Optional("' + BAD1.replace('"', '\\"') + '")'
TOOLS["objc nslog data"] = (
    "2015-11-02 10:00:00.123 App[1:2] <"
    + " ".join(BAD1.encode().hex()[k : k + 8] for k in range(0, len(BAD1) * 2, 8))
    + ">"
)
TOOLS["android logcat"] = "\n".join(
    "11-02 10:00:00.123  1234  1250 D SeqrClient: " + l for l in BAD.split("\n")
)
TOOLS["android logcat brief"] = "\n".join("D/SeqrClient( 1234): " + l for l in BAD.split("\n"))
TOOLS["go httputil.DumpRequest %q"] = json.dumps(http(BAD).decode())
TOOLS["go fmt bytes"] = "body=[" + " ".join(str(b) for b in BAD1.encode()) + "]"
TOOLS["node buffer inspect"] = "<Buffer " + " ".join("%02x" % b for b in BAD1.encode()) + ">"
TOOLS["node util.inspect multi"] = (
    "{\n  data: '" + BAD.replace("\n", "\\n' +\n    '").replace('"', '"') + "',\n  status: 200\n}"
)
TOOLS["js backslash continuation"] = (
    'var x = "' + BAD.replace('"', '\\"').replace("\n", "\\\n") + '";'
)
TOOLS["java array toString"] = (
    "[" + ", ".join(str(b if b < 128 else b - 256) for b in BAD1.encode()) + "]"
)
TOOLS["java text block"] = 'String s = """\n    ' + BAD.replace("\n", "\n    ") + '""";'
TOOLS["vb concat"] = "\n".join(
    's = s & "' + l.replace('"', '""') + '" & vbCrLf' for l in BAD.split("\n")
)
TOOLS["vb line continuation"] = "s = " + " & _\n    ".join(
    '"' + l.replace('"', '""') + '"' for l in BAD.split("\n")
)
TOOLS["php heredoc"] = "<?php\n$xml = <<<XML\n" + BAD + "\nXML;\n$client->post($xml);\n"
TOOLS["php concat"] = "<?php\n" + "\n".join("$xml .= '" + l + "';" for l in BAD.split("\n"))
TOOLS["delphi concat"] = "\n".join("  S := S + '" + l + "' + #13#10;" for l in BAD.split("\n"))
TOOLS["c concat macro"] = (
    "\n".join('"' + l.replace('"', '\\"') + '\\n"' for l in BAD.split("\n")) + ";"
)
TOOLS["ruby heredoc"] = "xml = <<~XML\n" + textwrap.indent(BAD, "  ") + "\nXML\n"
TOOLS["html pre entities"] = (
    "<!DOCTYPE html><html><body><h1>API</h1><pre><code>"
    + html.escape(BAD)
    + "</code></pre><p>reply:</p><pre>"
    + html.escape(R)
    + "</pre></body></html>"
)
TOOLS["html highlighted spans"] = (
    "<html><body><pre><code>"
    + re.sub(r"(&lt;/?[\w:]+)", r'<span class="nt">\1</span>', html.escape(BAD))
    + "</code></pre></body></html>"
)
TOOLS["confluence storage"] = (
    '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA['
    + BAD
    + "]]></ac:plain-text-body></ac:structured-macro>"
)
TOOLS["jira {code}"] = (
    "We send this:\n{code:xml}\n" + BAD + "\n{code}\nand get\n{code:xml}\n" + R + "\n{code}\n"
)
TOOLS["jira export rss"] = (
    "<item><description>&lt;pre&gt;"
    + html.escape(html.escape(BAD))
    + "&lt;/pre&gt;</description></item>"
)
TOOLS["email qp mime"] = (
    b"From: a@b\r\nTo: c@d\r\nSubject: problem\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHi,\r\nthis fails:\r\n\r\n"
    + quopri.encodestring(BADU.encode())
    + b"\r\nRegards\r\n"
)
m = EmailMessage()
m["From"] = "a@b"
m["Subject"] = "x"
m.set_content("Hi, see attachment")
m.add_attachment(BADU.encode("utf-8"), maintype="text", subtype="xml", filename="request.xml")
TOOLS["email b64 attachment"] = m.as_bytes()
m = EmailMessage()
m["From"] = "a@b"
m["Subject"] = "x"
m.set_content("Hi\n\n" + BADU, cte="base64")
TOOLS["email b64 body"] = m.as_bytes()
m = EmailMessage()
m["From"] = "a@b"
m.set_content("Hi\n\n" + BAD)
m.add_alternative("<html><body><pre>" + html.escape(BAD) + "</pre></body></html>", subtype="html")
TOOLS["email alternative"] = m.as_bytes()
TOOLS["email reply >>"] = "\n".join(">> " + l for l in BAD.split("\n")) + "\n\n> looks wrong\n"
TOOLS["email format=flowed wrapped"] = "Hello,\n\n" + "\n".join(
    textwrap.fill(l, 70, break_long_words=False, subsequent_indent="") for l in BAD.split("\n")
)
TOOLS["windows utf16 le bom file"] = ("\ufeff" + BADU.replace("\n", "\r\n")).encode("utf-16-le")
TOOLS["windows utf16 decl utf-8"] = ("\ufeff" + DECL + BADU).encode("utf-16-le")
TOOLS["windows cp1252 declared"] = (
    '<?xml version="1.0" encoding="windows-1252"?>\r\n' + BADU
).encode("cp1252")
TOOLS["utf8 bom log"] = ("\ufeff2015-11-02 INFO " + BADU).encode()
TOOLS["utf16 json lines"] = ("\ufeff" + json.dumps({"a": BADU}, ensure_ascii=False)).encode(
    "utf-16-le"
)
TOOLS["utf16 http"] = http(BADU.encode("utf-16"), ct="text/xml; charset=utf-16")
TOOLS["powershell 2>&1 utf16 curl -v"] = (
    "\ufeff"
    "> POST /soap HTTP/1.1\r\n> Content-Type: text/xml\r\n>\r\n"
    + BADU
    + "\r\n< HTTP/1.1 200 OK\r\n< Content-Type: text/xml\r\n<\r\n"
    + R
).encode("utf-16-le")
TOOLS["eventlog xml"] = (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><EventData><Data>'
    + html.escape(BAD)
    + "</Data></EventData></Event>"
)
TOOLS["biztalk rabbit base64 json"] = json.dumps(
    {
        "payload": base64.b64encode(BAD.encode()).decode(),
        "payload_encoding": "base64",
        "properties": {},
    }
)
TOOLS["kafka console"] = "key1\t" + BAD1 + "\nkey2\t" + R1
TOOLS["aws api gw event"] = json.dumps(
    {
        "httpMethod": "POST",
        "headers": {"Content-Type": "text/xml"},
        "body": BAD,
        "isBase64Encoded": False,
    }
)
TOOLS["har with b64 request"] = json.dumps(
    {
        "log": {
            "entries": [
                {
                    "request": {
                        "method": "POST",
                        "headers": [],
                        "postData": {
                            "mimeType": "text/xml",
                            "text": base64.b64encode(BAD.encode()).decode(),
                            "encoding": "base64",
                        },
                    },
                    "response": {"status": 200, "headers": [], "content": {"text": R}},
                }
            ]
        }
    }
)
TOOLS["har chrome pretty bom"] = (
    b"\xef\xbb\xbf"
    + json.dumps(
        {
            "log": {
                "entries": [
                    {
                        "request": {
                            "method": "POST",
                            "headers": [{"name": "Content-Type", "value": "text/xml"}],
                            "postData": {"text": BAD},
                        },
                        "response": {"status": 200, "headers": [], "content": {"text": R}},
                    }
                ]
            }
        },
        indent=2,
    ).encode()
)
TOOLS["session array pretty"] = json.dumps(
    [
        {
            "number": 1,
            "request": BAD,
            "response": R,
            "request_headers": {},
            "response_headers": {},
            "status": 200,
        }
    ],
    indent=2,
)
TOOLS["session object pretty"] = json.dumps(
    {
        "number": 1,
        "request": BAD,
        "response": R,
        "request_headers": {},
        "response_headers": {},
        "status": 200,
    },
    indent=2,
)
TOOLS["session lines pretty (jq .)"] = "\n".join(
    json.dumps(
        {
            "number": i,
            "request": BAD if i == 1 else P,
            "response": R if i == 1 else PR,
            "request_headers": {},
            "response_headers": {},
            "status": 200,
        },
        indent=2,
    )
    for i in (1, 2)
)
TOOLS["session lines in log"] = (
    "INFO " + json.dumps({"number": 1, "request": BAD, "response": R, "status": 200}) + "\n"
)
TOOLS["session concatenated no newline"] = json.dumps(
    {"number": 1, "request": BAD, "response": R, "status": 200}
) + json.dumps({"number": 2, "request": P, "response": PR, "status": 200})
TOOLS["json seq RS"] = "".join(
    "\x1e" + json.dumps({"number": i, "request": BAD, "response": R, "status": 200}) + "\n"
    for i in (1, 2)
)
TOOLS["session crlf"] = "\r\n".join(
    json.dumps({"number": i, "request": BAD, "response": R, "status": 200}) for i in (1, 2)
)
TOOLS["session wrapped in object"] = json.dumps(
    {"exchanges": [{"number": 1, "request": BAD, "response": R, "status": 200}]}
)
TOOLS["jsonp"] = "callback(" + json.dumps({"xml": BAD}) + ");"
TOOLS["js object not json"] = "{ url: 'http://x', body: `" + BAD + "` }"
TOOLS["json trailing comma"] = '{"request": ' + json.dumps(BAD) + ",}"
TOOLS["json single quotes python dict"] = repr({"request": BAD, "status": 200})
TOOLS["yaml quoted"] = (
    "interactions:\n- request:\n    body: "
    + json.dumps(BAD)
    + "\n    method: POST\n  response:\n    body:\n      string: "
    + json.dumps(R)
    + "\n"
)
TOOLS["vcr yaml single quoted folded"] = (
    "- request:\n    body: '"
    + textwrap.fill(
        BAD1.replace("'", "''"),
        80,
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    + "'\n"
)
TOOLS["vcr yaml block"] = (
    "- request:\n    body: |-\n"
    + textwrap.indent(BAD, "      ")
    + "\n  response:\n    body:\n      string: |-\n"
    + textwrap.indent(R, "        ")
)
TOOLS["toml multiline"] = "[request]\nbody = '''\n" + BAD + "'''\n"
TOOLS["ini"] = "[request]\nbody = " + BAD1 + "\n[response]\nbody = " + R1
TOOLS["rst code-block"] = (
    "Example::\n\n" + textwrap.indent(BAD, "   ") + "\n\nReply::\n\n" + textwrap.indent(R, "   ")
)
TOOLS["rtf"] = (
    "{\\rtf1\\ansi{\\fonttbl\\f0 Courier;}\\f0 "
    + BAD.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}").replace("\n", "\\par\n")
    + "}"
)
TOOLS["diff -u"] = "--- a.xml\n+++ b.xml\n@@ -1,20 +1,20 @@\n" + "\n".join(
    (" " if "149.990" not in l else "+") + l for l in BAD.split("\n")
)
TOOLS["git diff minus plus"] = "@@ -1,50 +1,50 @@\n" + "\n".join(
    (" " + l if "149.990" not in l else "-" + l.replace("149.990", "149.99") + "\n+" + l)
    for l in BAD.split("\n")
)
TOOLS["nl -ba numbers"] = "\n".join("%6d\t%s" % (i, l) for i, l in enumerate(BAD.split("\n"), 1))
TOOLS["cat -A"] = "\n".join(l + "$" for l in BAD.split("\n"))
TOOLS["cat -v crlf"] = "\n".join(l + "^M" for l in BAD.split("\n"))
TOOLS["less ansi colors"] = re.sub(r"(</?[\w:]+)", lambda m: "\x1b[34m" + m[1] + "\x1b[39m", BAD)
TOOLS["xmllint color prompt"] = "\x1b[32m$\x1b[0m cat request.xml\n" + BAD + "\n$ "
TOOLS["script typescript"] = (
    "Script started on 2015-11-02\r\n$ cat r.xml\r\n" + BAD.replace("\n", "\r\n") + "\r\n$ exit\r\n"
)
TOOLS["browser xml tree view"] = (
    "This XML file does not appear to have any style information associated with it. The document tree is shown below.\n"
    + BAD
)
TOOLS["url percent query"] = "http://x/log?body=" + urllib.parse.quote(BAD)
TOOLS["form 2 fields"] = "user=a&xml=" + urllib.parse.quote_plus(BAD) + "&sig=1"
TOOLS["multipart form upload"] = (
    '------WebKitFormBoundary7MA4YWxk\r\nContent-Disposition: form-data; name="xml"; filename="r.xml"\r\nContent-Type: text/xml\r\n\r\n'
    + BAD
    + "\r\n------WebKitFormBoundary7MA4YWxk--\r\n"
)
TOOLS["http 3 requests pipelined gzip deflate"] = (
    http(BAD)
    + resp(gzip.compress(R.encode()), extra=["Content-Encoding: gzip"])
    + http(P)
    + resp(gzip.compress(PR.encode()), extra=["content-encoding: GZIP"])
)
TOOLS["http2 pseudo headers"] = (
    ":method: POST\n:path: /soap\n:authority: x\ncontent-type: text/xml\n\n"
    + BAD
    + "\n\n:status: 200\ncontent-type: text/xml\n\n"
    + R
)
TOOLS["chrome devtools copy headers"] = (
    'Request URL: http://x/soap\nRequest Method: POST\nStatus Code: 200 OK\nContent-Type: text/xml; charset=utf-8\nSOAPAction: ""\n\n'
    + BAD
)
TOOLS["chrome copy as fetch"] = (
    'fetch("http://x", {\n  "headers": {"content-type":"text/xml"},\n  "body": '
    + json.dumps(BAD)
    + ',\n  "method": "POST"\n});'
)
TOOLS["chrome copy as powershell"] = (
    'Invoke-WebRequest -Uri "http://x" -Method "POST" -ContentType "text/xml" -Body "'
    + BAD.replace('"', '`"').replace("\n", "`n")
    + '"'
)
TOOLS["openssl s_client"] = (
    "---\nSSL handshake has read 3000 bytes\n---\nPOST /soap HTTP/1.1\nHost: x\nContent-Type: text/xml\nContent-Length: 2\n\n"
    + BAD
    + "\nHTTP/1.1 200 OK\nContent-Type: text/xml\n\n"
    + R
    + "\nclosed\n"
)
TOOLS["telnet session"] = (
    "Trying 10.0.0.2...\nConnected to x.\nEscape character is '^]'.\nPOST /soap HTTP/1.0\nContent-Type: text/xml\n\n"
    + BAD
    + "\nHTTP/1.0 200 OK\n\n"
    + R
    + "Connection closed by foreign host.\n"
)
TOOLS["wget debug"] = (
    "---request begin---\nPOST /soap HTTP/1.1\r\nUser-Agent: Wget/1.20\r\nContent-Type: text/xml\r\nContent-Length: 1999\r\n\r\n---request end---\n[POST data: "
    + BAD
    + "]\nHTTP request sent, awaiting response... \n---response begin---\nHTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n---response end---\n200 OK\n"
    + R
)
TOOLS["httplog apache dumpio"] = "\n".join(
    "[Mon Nov 02 10:00:00.%06d 2015] [dumpio:trace7] [pid 1] mod_dumpio.c(103): mod_dumpio:  dumpio_in (data-HEAP): %s"
    % (i, l)
    for i, l in enumerate(http(BAD, eol="\n").decode().replace("\n", "\\r\\n\n").split("\n"))
)
TOOLS["modsecurity audit"] = (
    "--a1b2-A--\n[02/Nov/2015] x 10.0.0.1\n--a1b2-B--\nPOST /soap HTTP/1.1\nHost: x\nContent-Type: text/xml\n\n--a1b2-C--\n"
    + BAD
    + "\n--a1b2-F--\nHTTP/1.1 200 OK\nContent-Type: text/xml\n\n--a1b2-E--\n"
    + R
    + "\n--a1b2-Z--\n"
)
TOOLS["nginx log escape=default"] = (
    '10.0.0.1 - - [02/Nov/2015] "POST /soap HTTP/1.1" 200 512 "' + BAD1.replace('"', "\\x22") + '"'
)
TOOLS["nginx escape=json"] = '{"request":"POST /soap HTTP/1.1","body":' + json.dumps(BAD) + "}"
TOOLS["axis tcpmon separators"] = (
    "==== Request ====\n"
    + http(BAD, eol="\n").decode()
    + "\n==== Response ====\n"
    + resp(R, eol="\n").decode()
    + "\n==============\n"
)
TOOLS["weblogic soap trace"] = (
    "<Nov 2, 2015 10:00:00 AM CET> <Debug> <WebService> <BEA-000000> <Request: " + BAD1 + ">\n"
)
TOOLS["websphere systemout"] = (
    "[11/2/15 10:00:00:123 CET] 00000045 SystemOut     O "
    + BAD.replace("\n", "\n")
    + "\n[11/2/15 10:00:01:123 CET] 00000045 SystemOut     O "
    + R
)
TOOLS["sap st22 ascii hex utf16"] = BAD.encode("utf-16-le").hex()
TOOLS["base64 utf16"] = base64.b64encode(BAD.encode("utf-16"))
TOOLS["gzip of log"] = gzip.compress(("10:00 INFO " + BAD + "\n10:01 INFO " + R).encode())
TOOLS["gzip http capture"] = gzip.compress(http(BAD) + resp(R))
b = io.BytesIO()
z = zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED)
z.writestr("raw/1_c.txt", http(BAD))
z.writestr("raw/1_s.txt", resp(R))
z.close()
TOOLS["fiddler saz zip"] = b.getvalue()
TOOLS["winston json nested"] = json.dumps(
    {"level": "debug", "meta": {"req": {"body": BAD}, "res": {"body": R}}}
)
TOOLS["pino ndjson pretty"] = (
    "[10:00:00.123] DEBUG (1234): sent\n    body: " + json.dumps(BAD) + "\n    status: 200\n"
)
TOOLS["monolog"] = (
    '[2015-11-02T10:00:00.123456+01:00] seqr.DEBUG: Request {"xml":'
    + json.dumps(BAD).replace("/", "\\/")
    + "} []\n"
)
TOOLS["symfony dump"] = '"""\n' + BAD.replace("\n", "\\n\n") + '\n"""'
TOOLS["laravel log"] = "[2015-11-02 10:00:00] local.DEBUG: " + BAD + "  \n"
TOOLS["wp debug"] = (
    "[02-Nov-2015 10:00:00 UTC] PHP Notice:  SOAP request: "
    + BAD1
    + " in /var/www/x.php on line 10\n"
)
TOOLS["magento soapfault trace"] = (
    "#0 /var/www/x.php(10): SoapClient->__doRequest('"
    + BAD1
    + "', 'http://x', '', 1, 0)\n#1 {main}\n"
)
TOOLS["iis failed request"] = (
    '<failedRequest><Event><EventData><Data Name="Buffer">'
    + html.escape(BAD)
    + "</Data></EventData></Event></failedRequest>"
)
TOOLS["log4net"] = (
    "2015-11-02 10:00:00,123 [5] DEBUG Seqr.Client [(null)] - Request: "
    + BAD
    + "\n2015-11-02 10:00:01,123 [5] DEBUG Seqr.Client [(null)] - Response: "
    + R
    + "\n"
)
TOOLS["tomcat catalina"] = (
    "02-Nov-2015 10:00:00.123 INFO [main] x.Y Sent:\n"
    + BAD
    + "\n02-Nov-2015 10:00:01.123 INFO [main] x.Y Got:\n"
    + R
    + "\n"
)
TOOLS["jboss"] = "10:00:00,123 DEBUG [x] (default task-1) " + BAD1 + "\n"
TOOLS["glassfish"] = (
    "[2015-11-02T10:00:00.123+0100] [glassfish 4.1] [INFO] [] [x] [tid: _ThreadID=30] [timeMillis: 1] [levelValue: 800] [[\n  "
    + BAD
    + "]]\n"
)
TOOLS["mule json logger"] = json.dumps({"message": "x", "payload": BAD1, "correlationId": "1"})
TOOLS["camel"] = "Exchange[ExchangePattern: InOut, BodyType: String, Body: " + BAD1 + "]\n"
TOOLS["nodejs console.log object"] = "{ body:\n   '" + BAD1 + "',\n  statusCode: 200 }"
TOOLS["chrome console copy"] = "VM123:1 " + BAD
TOOLS["swift multi-line"] = 'let xml = """\n' + BAD + '\n"""'
TOOLS["go raw string"] = "var x = `" + BAD + "`\n"
TOOLS["kotlin trimIndent"] = (
    'val x = """\n    |' + BAD.replace("\n", "\n    |") + '\n""".trimMargin()'
)
TOOLS["scala stripMargin"] = (
    'val x = """<?xml version="1.0"?>\n' + "\n".join("  |" + l for l in BAD.split("\n")) + '"""'
)
TOOLS["perl heredoc"] = "my $x = <<'END';\n" + BAD + "\nEND\n"
TOOLS["bash heredoc curl"] = "curl -d @- http://x <<EOF\n" + BAD + "\nEOF\n"
TOOLS["sh dquote escaped"] = 'XML="' + BAD.replace('"', '\\"') + '"\n'
TOOLS["xml in yaml folded >"] = "body: >\n" + textwrap.indent(BAD, "  ")
TOOLS["slack message"] = (
    "10:00 AM\nhi, this is the request\n```" + BAD + "```\nand response\n```" + R + "```\n"
)
TOOLS["teams quote"] = "| " + BAD.replace("\n", "\n| ")
TOOLS["stackoverflow 4 spaces"] = "Question:\n\n" + textwrap.indent(BAD, "    ") + "\n\nThanks"
TOOLS["github issue collapsed"] = (
    "<details><summary>x</summary>\n\n```xml\n" + BAD + "\n```\n</details>"
)
TOOLS["mail fwd headers"] = "-----Original Message-----\nFrom: x\nSubject: y\n\n> " + BAD.replace(
    "\n", "\n> "
)
TOOLS["outlook msg text indented"] = "From: A\nSent: x\nTo: B\n\n\t" + BAD.replace("\n", "\n\t")
TOOLS["mbox qp utf8"] = (
    b"From x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    + quopri.encodestring(BADU.encode())
)
TOOLS["csv semicolon excel"] = (
    'date;request;response\n2015;"' + BAD.replace('"', '""') + '";"' + R.replace('"', '""') + '"\n'
)
TOOLS["tsv one line"] = "2015\t" + BAD1 + "\t" + R1 + "\n"
TOOLS["sqlite insert blob"] = "INSERT INTO t VALUES(X'" + BAD.encode().hex() + "');"
TOOLS["pg copy"] = "1\t" + BAD.replace("\\", "\\\\").replace("\n", "\\n") + "\n"
TOOLS["mysql json export"] = json.dumps([{"id": 1, "request": BAD}])
TOOLS["oracle q quote"] = "v := q'[" + BAD + "]';"
TOOLS["postman console"] = (
    "▶POST http://x/soap\n▼Request Headers\n  Content-Type: text/xml\n▼Request Body\n"
    + BAD
    + "\n▼Response Body\n"
    + R
)
TOOLS["insomnia timeline"] = (
    "* Preparing request to http://x\n> POST /soap HTTP/1.1\n> Host: x\n> Content-Type: text/xml\n\n| "
    + BAD.replace("\n", "\n| ")
    + "\n\n* upload completely sent off\n< HTTP/1.1 200 OK\n< Content-Type: text/xml\n\n"
    + R
)
TOOLS["thunder client"] = json.dumps({"requests": [{"body": {"type": "xml", "raw": BAD}}]})
TOOLS["karate"] = "* request '" + BAD1 + "'"
TOOLS["wiremock mapping"] = json.dumps(
    {
        "request": {"method": "POST", "bodyPatterns": [{"equalToXml": BAD}]},
        "response": {"status": 200, "body": R},
    },
    indent=2,
)
TOOLS["mountebank"] = json.dumps({"requests": [{"method": "POST", "body": BAD}]})
TOOLS["pact"] = json.dumps({"interactions": [{"request": {"body": BAD}, "response": {"body": R}}]})
TOOLS["burp repeater paste"] = http(BAD, eol="\n").decode().replace("Host", "Host")
TOOLS["zap export"] = "==== 1 ==========\n" + http(BAD).decode() + "\n" + resp(R).decode()
TOOLS["fiddler text view saved"] = (
    http(BAD).decode()
    + "\n\n------------------------------------------------------------------\n\n"
)
TOOLS["proxyman"] = json.dumps(
    {
        "log": {
            "creator": {"name": "Proxyman"},
            "entries": [
                {
                    "request": {
                        "method": "POST",
                        "url": "x",
                        "headers": [],
                        "postData": {"mimeType": "text/xml", "text": BAD},
                    },
                    "response": {
                        "status": 200,
                        "headers": [],
                        "content": {"mimeType": "text/xml", "text": R},
                    },
                }
            ],
        }
    }
)
TOOLS["wireshark export pdml"] = (
    '<?xml version="1.0"?><pdml><packet><proto name="http"><field name="http.file_data" show="x" value="'
    + BAD1.encode().hex()
    + '"/></proto></packet></pdml>'
)
TOOLS["tcpflow"] = http(BAD)
TOOLS["tcpick"] = (
    "tcpick: reading\n1      SYN-SENT       10.0.0.1:1 > 10.0.0.2:http\n" + http(BAD).decode()
)
TOOLS["dig charles trace"] = "Method: POST\nURL: http://x\n\n" + BAD
TOOLS["two logs, second bad"] = "10:00 INFO " + BAD1 + "\n10:01 INFO " + P.replace("\n", "") + "\n"
TOOLS["gz http log"] = gzip.compress(("10:00 INFO " + BAD1 + "\n").encode())
TOOLS["azure app insights csv"] = (
    'timestamp [UTC],message\n"1","REQ: ' + BAD1.replace('"', '""') + '"\n'
)
TOOLS["utf16 csv"] = ("\ufeff" + 'a\t"' + BADU.replace('"', '""') + '"\r\n').encode("utf-16-le")
TOOLS["json unicode escapes"] = (
    json.dumps({"x": BADU}).replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
)
TOOLS["js unescape"] = "unescape('" + urllib.parse.quote(BAD) + "')"
TOOLS["double url"] = "x=" + urllib.parse.quote(urllib.parse.quote(BAD))
TOOLS["json in url"] = "x=" + urllib.parse.quote(json.dumps({"a": BAD}))
TOOLS["b64 in json in b64"] = base64.b64encode(
    json.dumps({"a": base64.b64encode(BAD.encode()).decode()}).encode()
)
TOOLS["xml attr escaped"] = '<log request="' + html.escape(BAD).replace("\n", "&#10;") + '"/>'
TOOLS["cdata split"] = "<log><![CDATA[" + BAD.replace("]]>", "]]]]><![CDATA[>") + "]]></log>"
TOOLS["soapui mock log html"] = "<html><body><xmp>" + BAD + "</xmp></body></html>"
TOOLS["textarea"] = "<html><body><textarea>" + html.escape(BAD) + "</textarea></body></html>"
