// A register in C#: sells a cup of tea and waits until it is paid. `mcs Register.cs && mono Register.exe`
// runs it, as does .NET. It ends with exit code 0 only if the buyer has paid.
using System;
using System.IO;
using System.Net;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;

static class Register
{
    static string Variable(string name) => SecurityElement.Escape(Environment.GetEnvironmentVariable(name));

    static string Call(string operation, string fields)
    {
        string body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
            + "xmlns:ext=\"http://external.interfaces.ers.seamless.com/\"><soapenv:Body>"
            + $"<ext:{operation}><context><channel>WS</channel><clientId>example</clientId>"
            + $"<clientReference>{Guid.NewGuid():N}</clientReference><clientRequestTimeout>0</clientRequestTimeout>"
            + $"<initiatorPrincipalId><id>{Variable("SEQR_TERMINAL_ID")}</id><type>TERMINALID</type>"
            + $"</initiatorPrincipalId><password>{Variable("SEQR_TERMINAL_PASSWORD")}</password></context>"
            + $"{fields}</ext:{operation}></soapenv:Body></soapenv:Envelope>";
        var request = (HttpWebRequest)WebRequest.Create(Environment.GetEnvironmentVariable("SEQR_ENDPOINT"));
        request.Method = "POST";
        request.Timeout = request.ReadWriteTimeout = 2000;
        request.ContentType = "text/xml; charset=utf-8";
        request.Headers["SOAPAction"] = "\"\"";
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        using (Stream stream = request.GetRequestStream()) stream.Write(bytes, 0, bytes.Length);
        using (WebResponse response = request.GetResponse())
        using (var reader = new StreamReader(response.GetResponseStream(), Encoding.UTF8))
        {
            string reply = reader.ReadToEnd();
            // Mono does not report a reply that was cut.
            bool isWhole = reply.TrimEnd().EndsWith(":Envelope>") && Element(reply, "resultCode") != "";
            if (!isWhole) throw new IOException("no reply to " + operation);
            return reply;
        }
    }

    /// Calls again while no reply comes: only for requests that do no harm when they are repeated.
    static string Repeat(string operation, string fields)
    {
        for (int attempt = 1; ; attempt++)
        {
            try { return Call(operation, fields); }
            catch (Exception failure) when (attempt < 5 && (failure is WebException || failure is IOException)) { }
        }
    }

    static string Element(string reply, string name) => Regex.Match(reply, $"<{name}>([^<]*)</{name}>").Groups[1].Value;

    static int Main()
    {
        string price = "<currency>SEK</currency><value>25.00</value>";
        // A lost reply names no invoice, and nobody has seen the code of that invoice: send a new one.
        string sent = Repeat("sendInvoice", "<invoice><paymentMode>IMMEDIATE_DEBIT</paymentMode>"
            + $"<acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode><issueDate>{DateTime.UtcNow:s}Z</issueDate>"
            + "<title>Tea house</title><clientInvoiceId>1</clientInvoiceId><invoiceRows><invoiceRow>"
            + "<itemDescription>Tea</itemDescription><itemQuantity>1</itemQuantity>"
            + $"<itemTotalAmount>{price}</itemTotalAmount></invoiceRow></invoiceRows>"
            + $"<totalAmount>{price}</totalAmount><cashierId>Bob</cashierId><footer>Thank you</footer></invoice>");
        if (Element(sent, "resultCode") != "0") return 1;
        string reference = $"<invoiceReference>{Element(sent, "invoiceReference")}</invoiceReference>", version = "0";
        for (int second = 0; second < 30; second++)
        {
            string status = Repeat("getPaymentStatus", $"{reference}<invoiceVersion>{version}</invoiceVersion>");
            version = Element(status, "version");
            if (Element(status, "status") == "PAID")
            {
                Console.WriteLine("paid, ersReference " + Element(status, "ersReference"));
                return 0;
            }
            if (Element(status, "status") == "CANCELED" || Element(status, "status") == "FAILED") return 1;
            Thread.Sleep(1000);
        }
        Repeat("cancelInvoice", reference);
        return 1;
    }
}
