<?php
// The mistakes that people make first; compare register.php, which makes none of them.
declare(strict_types=1);
ini_set('default_socket_timeout', '2');

$soap = new SoapClient(getenv('SEQR_ENDPOINT') . '?wsdl', ['cache_wsdl' => WSDL_CACHE_NONE]);

function call(string $operation, array $fields): stdClass
{
    global $soap;
    $context = [
        'clientRequestTimeout' => 0,
        'initiatorPrincipalId' => ['id' => getenv('SEQR_TERMINAL_ID'), 'type' => 'TERMINALID'],
        'password' => getenv('SEQR_TERMINAL_PASSWORD'),
    ];
    return $soap->__soapCall($operation, [['context' => $context] + $fields])->return;
}

for ($attempt = 0; $attempt < 3; $attempt++) {
    try {
        $price = ['currency' => 'SEK', 'value' => 25.0];
        $invoice = [
            'acknowledgmentMode' => 'NO_ACKNOWLEDGMENT',
            'title' => 'Tea house',
            'invoiceRows' => [['itemDescription' => 'Tea', 'itemTotalAmount' => $price]],
            'totalAmount' => $price,
        ];
        $sent = call('sendInvoice', ['invoice' => $invoice]);
        for ($poll = 0; $poll < 9; $poll++) {
            $fields = ['invoiceReference' => $sent->invoiceReference, 'invoiceVersion' => 0];
            if ((call('getPaymentStatus', $fields)->status ?? '') === 'PAID') {
                exit(0);
            }
        }
        exit(0); // mistake: nobody has paid, and the invoice stays open
    } catch (SoapFault $failure) {
        // mistake: begins again with a new invoice, whatever became of the first one
    }
}
exit(1);
