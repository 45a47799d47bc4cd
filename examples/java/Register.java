// A register in Java 17: sells a cup of tea and waits until it is paid. `java Register.java` runs it.
// It ends with exit code 0 only if the buyer has paid.
import java.net.URI;
import java.net.http.*;
import java.time.*;
import java.util.*;
import java.util.regex.*;

public class Register {
    static final HttpClient HTTP = HttpClient.newHttpClient();

    static String variable(String name) {
        return System.getenv(name).replace("&", "&amp;").replace("<", "&lt;");
    }

    static String call(String operation, String fields) throws Exception {
        String body = """
            <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
              xmlns:ext="http://external.interfaces.ers.seamless.com/"><soapenv:Body><ext:%1$s>
            <context><channel>WS</channel><clientId>example</clientId><clientReference>%2$s</clientReference>
            <clientRequestTimeout>0</clientRequestTimeout><initiatorPrincipalId><id>%3$s</id>
            <type>TERMINALID</type></initiatorPrincipalId><password>%4$s</password></context>%5$s
            </ext:%1$s></soapenv:Body></soapenv:Envelope>""".formatted(operation, UUID.randomUUID().toString().replace("-", ""),
                variable("SEQR_TERMINAL_ID"), variable("SEQR_TERMINAL_PASSWORD"), fields);
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("SEQR_ENDPOINT")))
            .timeout(Duration.ofSeconds(2)).header("Content-Type", "text/xml; charset=utf-8")
            .header("SOAPAction", "\"\"").POST(HttpRequest.BodyPublishers.ofString(body)).build();
        String reply = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        if (element(reply, "resultCode").isEmpty()) throw new java.io.IOException("no reply to " + operation);
        return reply;
    }

    /** Calls again while no reply comes: only for requests that do no harm when they are repeated. */
    static String repeat(String operation, String fields) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return call(operation, fields);
            } catch (java.io.IOException failure) {
                if (attempt == 5) throw failure;
            }
        }
    }

    static String element(String reply, String name) {
        Matcher found = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(reply);
        return found.find() ? found.group(1) : "";
    }

    public static void main(String[] arguments) throws Exception {
        String price = "<currency>SEK</currency><value>25.00</value>";
        // A lost reply names no invoice, and nobody has seen the code of that invoice: send a new one.
        String sent = repeat("sendInvoice", """
            <invoice><paymentMode>IMMEDIATE_DEBIT</paymentMode>
            <acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode><issueDate>%2$s</issueDate>
            <title>Tea house</title><clientInvoiceId>1</clientInvoiceId><invoiceRows><invoiceRow>
            <itemDescription>Tea</itemDescription><itemQuantity>1</itemQuantity>
            <itemTotalAmount>%1$s</itemTotalAmount></invoiceRow></invoiceRows><totalAmount>%1$s</totalAmount>
            <cashierId>Bob</cashierId><footer>Thank you</footer></invoice>""".formatted(price, Instant.now()));
        if (!element(sent, "resultCode").equals("0")) System.exit(1);
        String reference = "<invoiceReference>" + element(sent, "invoiceReference") + "</invoiceReference>";
        String version = "0";
        for (int second = 0; second < 30; second++) {
            String status = repeat("getPaymentStatus", reference + "<invoiceVersion>" + version + "</invoiceVersion>");
            version = element(status, "version");
            switch (element(status, "status")) {
                case "PAID" -> {
                    System.out.println("paid, ersReference " + element(status, "ersReference"));
                    System.exit(0);
                }
                case "CANCELED", "FAILED" -> System.exit(1);
                default -> Thread.sleep(1000);
            }
        }
        repeat("cancelInvoice", reference);
        System.exit(1);
    }
}
