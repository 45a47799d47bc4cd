<?php
// A register in PHP: sells a cup of tea and waits until it is paid, with PHP's own SoapClient.
// It ends with exit code 0 only if the buyer has paid.
declare(strict_types=1);
ini_set('default_socket_timeout', '2');

$soap = new SoapClient(getenv('SEQR_ENDPOINT') . '?wsdl', ['cache_wsdl' => WSDL_CACHE_NONE]);

function call(string $operation, array $fields): stdClass
{
    global $soap;
    $context = [
        'channel' => 'WS',
        'clientId' => 'example',
        'clientReference' => bin2hex(random_bytes(8)),
        'clientRequestTimeout' => 0,
        'initiatorPrincipalId' => ['id' => getenv('SEQR_TERMINAL_ID'), 'type' => 'TERMINALID'],
        'password' => getenv('SEQR_TERMINAL_PASSWORD'),
    ];
    return $soap->__soapCall($operation, [['context' => $context] + $fields])->return;
}

/** Calls again while no reply comes: only for requests that do no harm when they are repeated. */
function repeat(string $operation, array $fields): stdClass
{
    for ($attempt = 1; ; $attempt++) {
        try {
            return call($operation, $fields);
        } catch (SoapFault $failure) {
            if ($attempt === 5) {
                throw $failure;
            }
        }
    }
}

$price = ['currency' => 'SEK', 'value' => '25.00'];
$invoice = [
    'paymentMode' => 'IMMEDIATE_DEBIT',
    'acknowledgmentMode' => 'NO_ACKNOWLEDGMENT',
    'issueDate' => date(DATE_ATOM),
    'title' => 'Tea house',
    'clientInvoiceId' => '1',
    'invoiceRows' => [['itemDescription' => 'Tea', 'itemQuantity' => '1', 'itemTotalAmount' => $price]],
    'totalAmount' => $price,
    'cashierId' => 'Bob',
    'footer' => 'Thank you',
];
// A lost reply names no invoice, and nobody has seen the code of that invoice: send a new one.
$sent = repeat('sendInvoice', ['invoice' => $invoice]);
if ($sent->resultCode !== 0) {
    exit(1);
}
for ($second = 0, $version = 0; $second < 30; $second++) {
    $fields = ['invoiceReference' => $sent->invoiceReference, 'invoiceVersion' => $version];
    $status = repeat('getPaymentStatus', $fields);
    $version = $status->version;
    if (($status->status ?? '') === 'PAID') {
        echo "paid, ersReference {$status->ersReference}\n";
        exit(0);
    }
    if (in_array($status->status ?? '', ['CANCELED', 'FAILED'], true)) {
        exit(1);
    }
    sleep(1);
}
repeat('cancelInvoice', ['invoiceReference' => $sent->invoiceReference]);
exit(1);
