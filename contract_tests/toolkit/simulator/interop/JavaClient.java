import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/**
 * A whole payment with the JDK alone: HttpClient with default settings, and its DOM parser.
 *
 * <p>Usage: java JavaClient.java ENDPOINT CONTROL; prints one line for each reply.
 */
public class JavaClient {
    private static final String CONTEXT = """
            <context><channel>WEB</channel><clientId>java</clientId>
            <clientReference>java-1</clientReference><clientRequestTimeout>0</clientRequestTimeout>
            <initiatorPrincipalId><id>public_test_shop_terminal</id><type>TERMINALID</type>
            </initiatorPrincipalId><password>12345678</password></context>""";
    private static final String TOTAL =
            "<totalAmount><currency>SEK</currency><value>149.99</value></totalAmount>";
    private static final String INVOICE = """
            <invoice><paymentMode>IMMEDIATE_DEBIT</paymentMode>
            <acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode>
            <issueDate>2026-01-01T12:00:00Z</issueDate>
            <title>Kaffe &amp; br\u00f6d</title><clientInvoiceId>java-1</clientInvoiceId>
            <invoiceRows><invoiceRow>
            <itemDescription>Coffee</itemDescription><itemQuantity>1</itemQuantity>
            <itemTotalAmount><currency>SEK</currency><value>149.99</value></itemTotalAmount>
            </invoiceRow></invoiceRows>%s
            <cashierId>Eve</cashierId><footer>Tack!</footer></invoice>""".formatted(TOTAL);

    private final HttpClient client = HttpClient.newHttpClient();
    private final String endpoint;
    private final String control;

    private JavaClient(String endpoint, String control) {
        this.endpoint = endpoint;
        this.control = control;
    }

    public static void main(String[] arguments) throws Exception {
        new JavaClient(arguments[0], arguments[1]).pay();
    }

    private void pay() throws Exception {
        Document sent = call("sendInvoice", INVOICE);
        String poll = "<invoiceReference>%s</invoiceReference><invoiceVersion>0</invoiceVersion>"
                .formatted(text(sent, "invoiceReference"));
        call("getPaymentStatus", poll);
        post(control + "/phone/scan", "{\"code\": \"" + text(sent, "invoiceQRCode") + "\"}");
        post(control + "/phone/bills/latest/pay", "{}");
        String payment = text(call("getPaymentStatus", poll), "ersReference");
        String refund = "<ersReference>%s</ersReference><invoice><title>Refund</title>%s</invoice>";
        call("refundPayment", refund.formatted(payment, TOTAL));
    }

    private Document call(String operation, String content) throws Exception {
        String envelope = """
                <?xml version="1.0" encoding="UTF-8"?>
                <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
                  xmlns:ext="http://external.interfaces.ers.seamless.com/"><soapenv:Body>
                <ext:%1$s>%2$s%3$s</ext:%1$s></soapenv:Body></soapenv:Envelope>"""
                .formatted(operation, CONTEXT, content);
        byte[] reply = post(endpoint, envelope).getBytes(StandardCharsets.UTF_8);
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(reply));
        String status = text(document, "status");
        String detail = status.isEmpty() ? text(document, "resultDescription") : status;
        System.out.println(operation + " " + text(document, "resultCode") + " " + detail);
        return document;
    }

    private String post(String url, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", url.equals(endpoint) ? "text/xml; charset=utf-8" : "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(url + ": HTTP " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private static String text(Document document, String name) {
        NodeList found = document.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }
}
