// The mistakes that people make first; compare Register.cs, which makes none of them.
using System;
using System.Net;
using System.Text.RegularExpressions;

static class RegisterWithMistakes
{
    static string Call(string operation, string fields)
    {
        string body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
            + "xmlns:ext=\"http://external.interfaces.ers.seamless.com/\"><soapenv:Body>"
            + $"<ext:{operation}><context><clientRequestTimeout>0</clientRequestTimeout><initiatorPrincipalId>"
            + $"<id>{Environment.GetEnvironmentVariable("SEQR_TERMINAL_ID")}</id><type>TERMINALID</type>"
            + "</initiatorPrincipalId>"
            + $"<password>{Environment.GetEnvironmentVariable("SEQR_TERMINAL_PASSWORD")}</password></context>"
            + $"{fields}</ext:{operation}></soapenv:Body></soapenv:Envelope>";
        var client = new WebClient();
        client.Headers["Content-Type"] = "text/xml";
        return client.UploadString(Environment.GetEnvironmentVariable("SEQR_ENDPOINT"), body);
    }

    static int Main()
    {
        for (int attempt = 0; attempt < 3; attempt++)
        {
            try
            {
                double price = 24.9 + 0.1; // mistake: a float amount
                string sent = Call("sendInvoice", "<invoice>"
                    + "<acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode><title>Tea house</title>"
                    + $"<totalAmount><currency>SEK</currency><value>{price:R}</value></totalAmount></invoice>");
                string reference = Regex.Match(sent, "<invoiceReference>([0-9]+)").Groups[1].Value;
                for (int poll = 0; poll < 9; poll++)
                {
                    string status = Call("getPaymentStatus", $"<invoiceReference>{reference}</invoiceReference>"
                        + "<invoiceVersion>0</invoiceVersion>");
                    if (status.Contains("PAID")) return 0;
                }
                return 0; // mistake: nobody has paid, and the invoice stays open
            }
            catch (WebException)
            {
                // mistake: begins again with a new invoice, whatever became of the first one
            }
        }
        return 1;
    }
}
