<?php
// The payment service on PHP's SoapServer, written from the published WSDL; STATE names the file
// that keeps its data between requests. WSDL=... STATE=... php -S 127.0.0.1:PORT php_service.php
const NAMES = [
    0 => 'SUCCESS', 20 => 'AUTHENTICATION_FAILED', 21 => 'ACCESS_DENIED',
    23 => 'INVALID_ERS_REFERENCE', 29 => 'INVALID_INITIATOR_PRINCIPAL_ID',
    37 => 'INITIATOR_PRINCIPAL_NOT_FOUND', 49 => 'INVALID_INVOICE_DATA',
    50 => 'CANNOT_CANCEL_PAID_INVOICE', 52 => 'INVALID_CUSTOMER', 53 => 'INVALID_SEQR_ID',
    54 => 'INVALID_INVOICE_REFERENCE', 64 => 'INVALID_NOTIFICATION_URL', 90 => 'SYSTEM_ERROR',
    95 => 'INVOICE_ALREADY_CANCELED', 96 => 'INVOICE_STATE_NOT_RESERVED',
    98 => 'SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION',
];

class Refused extends Exception
{
}

class Service
{
    private $state;
    private $file;

    public function __construct()
    {
        $this->file = fopen(getenv('STATE'), 'c+');
        flock($this->file, LOCK_EX);
        $kept = stream_get_contents($this->file);
        $this->state = $kept ? unserialize($kept) : (object) [
            'last' => 1397222701692, 'terminals' => ['T1' => ['secret1', false]],
            'invoices' => [], 'payments' => [], 'seqrIds' => [],
        ];
    }

    public function keep()
    {
        ftruncate($this->file, 0);
        rewind($this->file);
        fwrite($this->file, serialize($this->state));
        fclose($this->file);
    }

    public function __call($operation, $arguments)
    {
        $request = $arguments[0] ?? new stdClass();
        try {
            $who = $this->caller($operation, $request->context ?? null);
            $values = $this->{"do_$operation"}($who, $request);
            $code = 0;
        } catch (Refused $refused) {
            [$values, $code] = [[], $refused->getCode()];
        }
        $values += ['resultCode' => $code, 'resultDescription' => NAMES[$code]];
        if ($operation === 'getPaymentStatus') {
            $values += ['version' => 0];
        }
        return (object) ['return' => (object) $values];
    }

    private function refuse($code)
    {
        throw new Refused(NAMES[$code], $code);
    }

    private function number($prefix = '')
    {
        return $prefix . ++$this->state->last;
    }

    private function caller($operation, $context)
    {
        $principal = $context->initiatorPrincipalId ?? new stdClass();
        [$id, $type] = [$principal->id ?? '', $principal->type ?? ''];
        $password = $context->password ?? '';
        if ($type === 'TERMINALID') {
            [$known, $register] = $this->state->terminals[$id] ?? $this->refuse(29);
            if ($known !== $password) {
                $this->refuse(20);
            }
            $long = ['unregisterTerminal', 'sendInvoice', 'getPaymentStatus'];
            if (strlen($password) < 4 && in_array($operation, $long)) {
                $this->refuse(21);
            }
            return [$id, $register];
        }
        if ($type !== 'RESELLERUSER') {
            $this->refuse(29);
        }
        if ($id !== 'shop' || ($principal->userId ?? '') !== '9900') {
            $this->refuse(37);
        }
        if ($password !== 'secret2') {
            $this->refuse(20);
        }
        return ['', false];
    }

    private function checked($invoice)
    {
        $total = $invoice->totalAmount ?? $this->refuse(49);
        if ($this->minor($total->value ?? '') <= 0) {
            $this->refuse(49);
        }
        $currency = $total->currency ?? '';
        if (!preg_match('/^[A-Z]{3}$/', $currency) || in_array($currency, ['XYZ', 'ZZZ', 'XXA'])) {
            $this->refuse(49);
        }
        $url = $invoice->notificationUrl ?? '';
        if ($url !== '' && !preg_match('#^https?://[^\s/\[\]]+(/\S*)?$#iu', $url)) {
            $this->refuse(64);
        }
        return $invoice;
    }

    // Thousandths, as an integer, because floats are not exact.
    private function minor($value)
    {
        if (!preg_match('/^\s*([+-]?)(\d*)(?:\.(\d*))?\s*$/', $value, $found)) {
            $this->refuse(49);
        }
        [, $sign, $whole, $part] = $found + ['', '', '', ''];
        $whole . $part === '' && $this->refuse(49);
        return (int) ($sign . $whole . substr(str_pad($part, 3, '0'), 0, 3));
    }

    private function own($who, $request)
    {
        $invoice = $this->state->invoices[$request->invoiceReference ?? ''] ?? null;
        return $invoice && $invoice->terminal === $who[0] ? $invoice : $this->refuse(54);
    }

    private function move($invoice, $status)
    {
        $invoice->status = $status;
        $invoice->version += 1;
    }

    private function charge($invoice)
    {
        $reference = $this->number('201205010000');
        $invoice->payment = $this->state->payments[$reference] = (object) [
            'reference' => $reference, 'total' => $invoice->data->totalAmount,
            'refunded' => 0, 'at' => date('c'),
        ];
        $this->move($invoice, 'PAID');
    }

    public function pay($reference)
    {
        $invoice = $this->state->invoices[$reference] ?? null;
        if (!$invoice || $invoice->status !== 'ISSUED') {
            return false;
        }
        $atOnce = ($invoice->data->paymentMode ?? 'IMMEDIATE_DEBIT') === 'IMMEDIATE_DEBIT';
        $atOnce ? $this->charge($invoice) : $this->move($invoice, 'RESERVED');
        return true;
    }

    private function do_sendInvoice($who, $request)
    {
        $data = $this->checked($request->invoice ?? null);
        foreach ($who[1] ? $this->state->invoices : [] as $each) {
            if ($each->terminal === $who[0] && $each->status === 'ISSUED') {
                $this->move($each, 'CANCELED');
            }
        }
        $reference = $this->number();
        $this->state->invoices[$reference] = (object) [
            'reference' => $reference, 'terminal' => $who[0], 'data' => $data,
            'status' => 'ISSUED', 'version' => 0, 'payment' => null,
        ];
        return ['invoiceReference' => $reference, 'invoiceQRCode' => "HTTP://SEQR.SE/R$reference"];
    }

    private function do_updateInvoice($who, $request)
    {
        $invoice = $this->own($who, $request);
        $data = $this->checked($request->invoice ?? null);
        if (in_array($invoice->status, ['CANCELED', 'PAID'])) {
            $this->refuse(90);
        }
        $invoice->data = $data;
        return [];
    }

    private function do_getPaymentStatus($who, $request)
    {
        $invoice = $this->own($who, $request);
        $reply = ['status' => $invoice->status, 'version' => $invoice->version];
        if ($invoice->status !== 'PAID') {
            return $reply + ['customerTokens' => (object) []];
        }
        $paid = $invoice->payment;
        return $reply + ['customerTokens' => (object) [], 'ersReference' => $paid->reference,
            'receipt' => (object) [
                'paymentDate' => $paid->at, 'invoiceReference' => $invoice->reference,
                'paymentReference' => $paid->reference, 'receiverName' => 'Grand Cinema',
                'invoice' => $invoice->data,
            ]];
    }

    private function do_cancelInvoice($who, $request)
    {
        $invoice = $this->own($who, $request);
        $codes = ['PAID' => 50, 'CANCELED' => 95];
        isset($codes[$invoice->status]) && $this->refuse($codes[$invoice->status]);
        $this->move($invoice, 'CANCELED');
        return [];
    }

    private function do_commitReservation($who, $request)
    {
        $invoice = $this->own($who, $request);
        $invoice->status === 'RESERVED' || $this->refuse(96);
        $reserved = $invoice->data->totalAmount;
        $amount = $request->amount ?? $reserved;
        $value = $this->minor($amount->value ?? '');
        if (($amount->currency ?? '') !== $reserved->currency || $value <= 0) {
            $this->refuse(49);
        }
        $value > $this->minor($reserved->value) && $this->refuse(49);
        $invoice->data->totalAmount = $amount;
        $this->charge($invoice);
        return [];
    }

    private function payment($request)
    {
        return $this->state->payments[$request->ersReference ?? ''] ?? $this->refuse(23);
    }

    private function do_submitPaymentReceipt($who, $request)
    {
        $this->payment($request);
        return [];
    }

    private function do_refundPayment($who, $request)
    {
        $payment = $this->payment($request);
        $amount = $this->checked($request->invoice ?? null)->totalAmount;
        $amount->currency === $payment->total->currency || $this->refuse(49);
        $refunded = $payment->refunded + $this->minor($amount->value);
        $refunded > $this->minor($payment->total->value) && $this->refuse(98);
        $payment->refunded = $refunded;
        return ['ersReference' => $this->number('201205010000')];
    }

    private function do_creditUser()
    {
        $this->refuse(52);
    }

    private function do_registerTerminal($who, $request)
    {
        foreach (['password', 'name', 'externalTerminalId'] as $name) {
            ($request->$name ?? '') === '' && $this->refuse(90);
        }
        $terminal = str_pad(dechex(++$this->state->last), 32, '0', STR_PAD_LEFT);
        $this->state->terminals[$terminal] = [$request->password, true];
        return ['terminalId' => $terminal];
    }

    private function do_unregisterTerminal($who)
    {
        unset($this->state->terminals[$who[0]]);
        return [];
    }

    private function do_assignSeqrId($who, $request)
    {
        $wanted = $request->seqrId ?? '';
        preg_match('/^[A-Za-z0-9]+$/', $wanted) || $this->refuse(53);
        ($this->state->seqrIds["i$wanted"] ?? $who[0]) === $who[0] || $this->refuse(53);
        $this->state->seqrIds["i$wanted"] = $who[0];
        return [];
    }

    private function do_markTransactionPeriod()
    {
        return ['transactionPeriodId' => $this->number('201205010000')];
    }

    private function do_executeReport()
    {
        $this->refuse(90);
    }
}

$service = new Service();
if (str_starts_with($_SERVER['REQUEST_URI'], '/pay/')) {
    http_response_code($service->pay(substr($_SERVER['REQUEST_URI'], 5)) ? 200 : 409);
} else {
    ini_set('soap.wsdl_cache_enabled', '0');
    $server = new SoapServer(getenv('WSDL'));
    $server->setObject($service);
    register_shutdown_function([$service, 'keep']);
    $server->handle();
    return;
}
$service->keep();
