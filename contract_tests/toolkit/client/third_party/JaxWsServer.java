// A service on JAX-WS RI, whose replies are recorded in jax-ws.jsonl.
// apt-get install libjaxws-java; CP=$(echo /usr/share/java/*.jar | tr ' ' ':')
// javac -cp $CP -d . JaxWsServer.java
// java -cp .:$CP com.sun.tools.ws.WsGen -cp .:$CP -d . -s . seqr.JaxWsServer
// java -cp .:$CP seqr.JaxWsServer PORT
package seqr;

import java.math.BigDecimal;
import java.util.GregorianCalendar;
import java.util.TimeZone;
import javax.jws.WebMethod;
import javax.jws.WebParam;
import javax.jws.WebResult;
import javax.jws.WebService;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlSeeAlso;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import javax.xml.ws.Endpoint;

@WebService(targetNamespace = "http://external.interfaces.ers.seamless.com/",
    serviceName = "ERSWSExternalClientServiceService")
@XmlSeeAlso({JaxWsServer.StatusReplyV3.class})
public class JaxWsServer {
  @XmlAccessorType(XmlAccessType.FIELD)
  public static class Amount { public String currency = "SEK"; public BigDecimal value = new BigDecimal("149.90"); }

  @XmlAccessorType(XmlAccessType.FIELD)
  public static class Invoice { public String title = "Coffee <2>"; public Amount totalAmount = new Amount(); }

  @XmlAccessorType(XmlAccessType.FIELD)
  public static class Receipt {
    public XMLGregorianCalendar paymentDate;
    public String invoiceReference = "1397222701693";
    public String receiverName = "Grand Caf\u00e9 & Bar";
    public Invoice invoice = new Invoice();
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  public static class Reply {
    public String ersReference;
    public int resultCode;
    public String resultDescription = "SUCCESS";
    public String invoiceQRCode;
    public String invoiceReference;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  public static class StatusReply extends Reply {
    public String status;
    public Receipt receipt;
    public int version;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  public static class StatusReplyV3 extends StatusReply { public String deliveryAddress = "Hamngatan 1"; }

  @WebMethod @WebResult(name = "return")
  public Reply sendInvoice(@WebParam(name = "context") String context) {
    Reply reply = new Reply();
    reply.invoiceQRCode = "HTTP://SEQR.SE/R1397222701693";
    reply.invoiceReference = "1397222701693";
    return reply;
  }

  @WebMethod @WebResult(name = "return")
  public StatusReply getPaymentStatus(@WebParam(name = "invoiceReference") String reference) throws Exception {
    StatusReply reply = new StatusReplyV3();
    reply.ersReference = "2012050100000000000000002";
    reply.status = "PAID";
    reply.version = 2;
    reply.receipt = new Receipt();
    GregorianCalendar date = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
    date.setTimeInMillis(1335866400000L);
    reply.receipt.paymentDate = DatatypeFactory.newInstance().newXMLGregorianCalendar(date);
    return reply;
  }

  @WebMethod @WebResult(name = "return")
  public Reply cancelInvoice(@WebParam(name = "invoiceReference") String reference) {
    Reply reply = new Reply();
    reply.resultCode = 54;
    reply.resultDescription = "INVALID_INVOICE_REFERENCE";
    return reply;
  }

  @WebMethod @WebResult(name = "return")
  public Reply refundPayment(@WebParam(name = "ersReference") String reference) {
    throw new IllegalStateException("out of memory");
  }

  public static void main(String[] arguments) {
    String host = "http://127.0.0.1:" + arguments[0];
    Endpoint.publish(host + "/soap/merchant/cashregister-2", new JaxWsServer());
  }
}
