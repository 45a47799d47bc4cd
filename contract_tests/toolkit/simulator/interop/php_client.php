<?php
// A whole payment with PHP's SoapClient, which reads the WSDL.
// Usage: php php_client.php ENDPOINT CONTROL; prints one line for each reply.

[, $endpoint, $control] = $argv;

$client = new SoapClient("$endpoint?wsdl", ['cache_wsdl' => WSDL_CACHE_NONE, 'location' => $endpoint]);
$context = [
    'channel' => 'WEB',
    'clientId' => 'php',
    'clientReference' => 'php-1',
    'clientRequestTimeout' => 0,
    'initiatorPrincipalId' => ['id' => 'public_test_shop_terminal', 'type' => 'TERMINALID'],
    'password' => '12345678',
];
$total = ['currency' => 'SEK', 'value' => '149.99'];
$row = ['itemDescription' => 'Coffee', 'itemQuantity' => 1, 'itemTotalAmount' => $total];
$invoice = [
    'paymentMode' => 'IMMEDIATE_DEBIT',
    'acknowledgmentMode' => 'NO_ACKNOWLEDGMENT',
    'issueDate' => date(DATE_ATOM),
    'title' => 'Kaffe & bröd',
    'clientInvoiceId' => 'php-1',
    'invoiceRows' => ['invoiceRow' => [$row]],
    'totalAmount' => $total,
    'cashierId' => 'Eve',
    'footer' => 'Tack!',
];

function call(string $operation, array $parameters): object
{
    global $client, $context;
    $reply = $client->$operation(['context' => $context] + $parameters)->return;
    echo "$operation {$reply->resultCode} ", $reply->status ?? $reply->resultDescription, "\n";
    return $reply;
}

function post(string $path, array $body): void
{
    global $control;
    $http = ['method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => json_encode((object) $body)];
    if (file_get_contents("$control/$path", false, stream_context_create(['http' => $http])) === false) {
        exit(1);
    }
}

$sent = call('sendInvoice', ['invoice' => $invoice]);
$poll = ['invoiceReference' => $sent->invoiceReference, 'invoiceVersion' => 0];
call('getPaymentStatus', $poll);
post('phone/scan', ['code' => $sent->invoiceQRCode]);
post('phone/bills/latest/pay', []);
$paid = call('getPaymentStatus', $poll);
$refund = ['title' => 'Refund', 'totalAmount' => $total];
call('refundPayment', ['ersReference' => $paid->ersReference, 'invoice' => $refund]);
