// The mistakes that people make first; compare Register.java, which makes none of them.
import java.net.URI;
import java.net.http.*;
import java.util.regex.*;

public class RegisterWithMistakes {
    static String call(String operation, String fields) throws Exception {
        String body = """
            <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
              xmlns:ext="http://external.interfaces.ers.seamless.com/"><soapenv:Body><ext:%1$s>
            <context><clientRequestTimeout>0</clientRequestTimeout><initiatorPrincipalId><id>%2$s</id>
            <type>TERMINALID</type></initiatorPrincipalId><password>%3$s</password></context>%4$s
            </ext:%1$s></soapenv:Body></soapenv:Envelope>""".formatted(operation,
                System.getenv("SEQR_TERMINAL_ID"), System.getenv("SEQR_TERMINAL_PASSWORD"), fields);
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("SEQR_ENDPOINT")))
            .header("Content-Type", "text/xml").POST(HttpRequest.BodyPublishers.ofString(body)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    public static void main(String[] arguments) throws Exception {
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                String sent = call("sendInvoice", """
                    <invoice><acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode><title>Tea house</title>
                    <totalAmount><currency>SEK</currency><value>%s</value></totalAmount></invoice>"""
                    .formatted(25.0f)); // mistake: a float amount
                Matcher found = Pattern.compile("<invoiceReference>(\\d+)").matcher(sent);
                found.find();
                for (int poll = 0; poll < 9; poll++) {
                    String status = call("getPaymentStatus", "<invoiceReference>" + found.group(1)
                        + "</invoiceReference><invoiceVersion>0</invoiceVersion>");
                    if (status.contains("PAID")) System.exit(0);
                }
                System.exit(0); // mistake: nobody has paid, and the invoice stays open
            } catch (Exception failure) {
                // mistake: begins again with a new invoice, whatever became of the first one
            }
        }
        System.exit(1);
    }
}
