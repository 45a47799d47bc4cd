<?php
// A service on PHP's SoapServer, whose replies are recorded in php-soap-server.jsonl (with a WSDL)
// and in php-soap-server-without-wsdl.jsonl (rpc/encoded, as new SoapServer(null, ...) answers).
// WSDL=PATH/TO/service.wsdl php -S 127.0.0.1:PORT php_server.php, or the same without WSDL=.
class Service
{
    private function answer($values)
    {
        $reply = (object) ($values + ['resultCode' => 0, 'resultDescription' => 'SUCCESS']);
        return getenv('WSDL') ? (object) ['return' => $reply] : $reply;
    }

    public function sendInvoice()
    {
        return $this->answer(
            ['invoiceQRCode' => 'HTTP://SEQR.SE/R1397222701693', 'invoiceReference' => '1397222701693']
        );
    }

    public function getPaymentStatus()
    {
        $invoice = (object) [
            'title' => 'Coffee <2>',
            'totalAmount' => (object) ['currency' => 'SEK', 'value' => 149.9],
        ];
        return $this->answer([
            'ersReference' => '2012050100000000000000002',
            'status' => 'PAID',
            'receipt' => (object) [
                'paymentDate' => '2012-05-01T10:00:00Z',
                'invoiceReference' => '1397222701693',
                'receiverName' => "Grand Caf\u{e9} & Bar",
                'invoice' => $invoice,
            ],
            'customerTokens' => (object) [],
            'version' => 2,
        ]);
    }

    public function cancelInvoice()
    {
        return $this->answer(
            ['resultCode' => 54, 'resultDescription' => 'INVALID_INVOICE_REFERENCE']
        );
    }

    public function refundPayment()
    {
        throw new SoapFault('Server', 'out of memory');
    }
}

ini_set('soap.wsdl_cache_enabled', '0');
$namespace = 'http://external.interfaces.ers.seamless.com/';
$server = new SoapServer(getenv('WSDL') ?: null, getenv('WSDL') ? [] : ['uri' => $namespace]);
$server->setClass('Service');
$server->handle();
