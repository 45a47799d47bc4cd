# ruff: noqa: N802, ARG002 - operations have the names of the wire
"""A small payment service in memory, written from the references; a mistake can be planted in it.

It imports nothing of seqrkit. Requests and replies are dicts and lists by the names of elements.
"""

from __future__ import annotations

import itertools
import os
import re
import threading
import time
from datetime import MAXYEAR, UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit
from uuid import UUID

from contract_tests.toolkit.suite.services.books import DETAILS, WITH_REPORTS, Books, Entry

Message = dict[str, Any]
NAMES = {
    0: "SUCCESS",
    20: "AUTHENTICATION_FAILED",
    21: "ACCESS_DENIED",
    23: "INVALID_ERS_REFERENCE",
    29: "INVALID_INITIATOR_PRINCIPAL_ID",
    37: "INITIATOR_PRINCIPAL_NOT_FOUND",
    48: "PAYMENT_IN_PROGRESS",
    49: "INVALID_INVOICE_DATA",
    50: "CANNOT_CANCEL_PAID_INVOICE",
    52: "INVALID_CUSTOMER",
    53: "INVALID_SEQR_ID",
    54: "INVALID_INVOICE_REFERENCE",
    64: "INVALID_NOTIFICATION_URL",
    90: "SYSTEM_ERROR",
    91: "UNSUPPORTED_OPERATION",
    95: "INVOICE_ALREADY_CANCELED",
    96: "INVOICE_STATE_NOT_RESERVED",
    98: "SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION",
}
CURRENCIES = {"SEK", "EUR", "USD", "NOK", "DKK", "GBP", "CHF", "PLN", "RON", "HUF", "JPY", "KWD"}
IS_CURRENCY = re.compile("[A-Z]{3}")
NO_CURRENCY = {"XYZ", "ZZZ", "QQQ", "AAA", "XXA"}
BY_RESELLER = {"registerTerminal"}
OF_LONG_PASSWORDS = {"unregisterTerminal", "sendInvoice", "getPaymentStatus"}
THINKS = 0.05
"""Seconds that an operation without its lock takes between reading and writing."""


def _bytes_of(message: Message, name: str) -> bytes:
    return (message.get(name) or "").encode()


def parameters(request: Message) -> dict[str, str | None]:
    """Return the parameters of a request, by key."""
    inside = (request.get("parameters") or {}).get("parameter") or {}
    return {each["key"]: each["value"] for each in inside.get("entry") or ()}


class Refused(Exception):
    """A request that is answered with a result code other than 0."""

    def __init__(self, code: int) -> None:
        super().__init__(NAMES[code])
        self.code = code


class Payments:
    """Terminals, invoices and payments of one reseller."""

    def __init__(self, mistake: str = "") -> None:
        self.mistake = mistake
        self.lock = threading.RLock()
        self.terminals: dict[str, Message] = {
            "T1": {"password": "secret1", "register": mistake == "own cash register"}
        }
        self.users = {("shop", "9900"): "secret2"}
        self.seqr_ids: dict[str, str] = {}
        self.identifiers: set[str] = set()
        self.invoices: dict[str, Message] = {}
        self.payments: dict[str, Message] = {}
        self.periods: set[str] = set()
        self.books = Books(mistake)
        self.numbers = itertools.count(1)
        self.counters: dict[int, itertools.count[int]] = {}
        self.caller: Message = {}
        self.read: dict[str, Message] = {}

    def call(self, operation: str, request: Message) -> Message:
        """Answer a request."""
        reply: Message = {"ersReference": None}
        try:
            caller = self.authenticate(operation, request.get("context") or {})
            if self.mistake == "callers race" and operation == "getPaymentStatus":
                self.caller = caller
                time.sleep(10 * THINKS)  # a shell starts one curl after the other
                caller = self.caller
            if self.mistake == "reads race" and operation == "getPaymentStatus":
                self.read[caller["id"]] = request
                time.sleep(10 * THINKS)
                request = self.read[caller["id"]]
            carry_out = getattr(self, f"op_{operation}")
            if operation in self.unlocked:
                reply |= carry_out(caller, request)
            else:
                with self.lock:
                    reply |= carry_out(caller, request)
            code = 0
        except Refused as refused:
            code = refused.code
        return self.spoiled(
            operation, reply | {"resultCode": code, "resultDescription": NAMES[code]}
        )

    @property
    def unlocked(self) -> set[str]:
        """The operations that a planted mistake runs without the lock."""
        names = {"refunds race": "refundPayment", "cancels race": "cancelInvoice"}
        return {names[self.mistake]} if self.mistake in names else set()

    @property
    def are_too_many_polls(self) -> bool:
        """Whether an invoice was polled more often than a service may allow at once."""
        return any(each.get("polls", 0) > 20 for each in self.invoices.values())

    def spoiled(self, operation: str, reply: Message) -> Message:
        """Return a reply with the planted mistake, if it concerns replies of the operation."""
        wrong = self.mistake
        if operation == "sendInvoice" and wrong == "qr code without reference":
            reply["invoiceQRCode"] = "HTTP://SEQR.SE/R"
        if operation == "cancelInvoice" and wrong == "undocumented code" and reply["resultCode"]:
            reply["resultCode"] = 71
        if operation == "getPaymentStatus" and wrong == "status in lower case":
            reply["status"] = (reply.get("status") or "").lower() or None
        if operation == "refundPayment" and wrong == "refund without reference":
            reply["ersReference"] = None
        if operation == "assignSeqrId" and wrong == "no description":
            reply["resultDescription"] = None
        return reply

    def authenticate(self, operation: str, context: Message) -> Message:
        """Return the terminal of the caller, empty for a reseller's user."""
        principal, password = context.get("initiatorPrincipalId") or {}, context.get("password")
        kind, wrong = principal.get("type"), self.mistake
        if (
            wrong == "client references in bytes"
            and len(_bytes_of(context, "clientReference")) > 32
        ):
            raise Refused(90)
        if kind == "TERMINALID":
            terminal = self.terminals.get(principal.get("id") or "")
            if terminal is None:
                raise Refused(37 if wrong == "unknown terminal is 37" else 29)
            if not self.accepts(operation, terminal["password"], password):
                raise Refused(20)
            if operation in BY_RESELLER:
                raise Refused(21)
            short = len(terminal["password"]) < 4
            if short and operation in OF_LONG_PASSWORDS and wrong != "short passwords":
                raise Refused(21)
            return {"id": principal["id"], **terminal}
        if kind == "RESELLERUSER":
            known = self.users.get((principal.get("id") or "", principal.get("userId") or ""))
            if known is None:
                raise Refused(37)
            if password != known and wrong != "no password checked":
                raise Refused(20)
            return {"id": ""}
        raise Refused(29)

    def accepts(self, operation: str, known: str, given: str | None) -> bool:
        """Return whether a password is that of a terminal."""
        wrong = self.mistake
        if wrong == "longer passwords":
            given = (given or "")[: len(known)]
        if wrong == "passwords in any case":
            known, given = known.lower(), (given or "").lower()
        unchecked = wrong in {"no password checked", f"{operation} by anybody"}
        if wrong == "passwords without accents":
            known, given = (normalize("NFKD", each or "") for each in (known, given))
        if wrong in {"passwords without accents", "passwords in ASCII"}:
            lost = "ignore" if wrong == "passwords without accents" else "replace"
            known, given = (str((each or "").encode("ascii", lost)) for each in (known, given))
        if wrong == "passwords compared as numbers":
            known, given = known.lstrip("0"), (given or "").lstrip("0")
        of_others = wrong == "passwords of others" and given in self.passwords
        return given == known or unchecked or of_others

    @property
    def passwords(self) -> set[str]:
        """The passwords of all principals."""
        return {*self.users.values(), *(each["password"] for each in self.terminals.values())}

    def number(self, digits: int = 13) -> str:
        """Return a new reference."""
        starts = {"a counter for each reference": (1, 2), "equal counters": (1, 1)}
        if start := starts.get(self.mistake):
            first = itertools.count(start[digits > 13])
            return str(next(self.counters.setdefault(digits, first)))
        number = next(self.numbers)
        return str(number if self.mistake == "numbers" else 10 ** (digits - 1) + number)

    def now(self) -> str:
        """Return the date of a payment."""
        at = datetime.now(UTC)
        if self.mistake == "payment date without zone":
            at = at.replace(tzinfo=None)
        if self.mistake == "payment date in local time":
            at += timedelta(hours=2)
        return at.isoformat()

    def check_invoice(self, invoice: Message | None) -> Message:
        """Return valid invoice data."""
        invoice = invoice or {}
        total = invoice.get("totalAmount") or {}
        value, currency = total.get("value"), total.get("currency") or ""
        known = IS_CURRENCY.fullmatch(currency) and currency not in NO_CURRENCY
        if self.mistake == "currencies of the north":
            known = currency in {"SEK", "NOK", "DKK", "EUR"}
        if self.mistake == "any currency":
            known = True
        if self.mistake == "negative amounts" and value:
            value = abs(value)
        if self.mistake == "whole units" and value and abs(value.adjusted()) < 100:
            value = Decimal(round(value))
            invoice = {**invoice, "totalAmount": {**total, "value": value}}
        units = {"yen in hundredths": "JPY", "dinars in hundredths": "KWD"}
        if value and currency == units.get(self.mistake):
            factor = 100 if currency == "JPY" else 10
            invoice = {**invoice, "totalAmount": {**total, "value": value * factor}}
        if self.mistake == "32 bits" and value:
            value = Decimal((int(value * 100) + 2**31) % 2**32 - 2**31).scaleb(-2)
            invoice = {**invoice, "totalAmount": {**total, "value": value}}
        if value is None or value <= 0 or not known:
            raise Refused(49)
        self.check_url(invoice)
        self.check_forms(invoice, value)
        if self.mistake == "short titles" and len(invoice.get("title") or "") > 30:
            raise Refused(49)
        return invoice

    def check_forms(self, invoice: Message, total: Decimal) -> None:
        """Refuse some numbers and dates that are valid, or end with one that is not."""
        if self.mistake == "exponents end the service" and abs(total.adjusted()) > 1000:
            os._exit(1)
        fraction = (invoice.get("issueDate") or "").partition(".")[2]
        digits = len(re.split("[Z+-]", fraction)[0])
        if digits not in {0, 3} and self.mistake == "three digits of a second":
            raise Refused(49)

    def check_url(self, invoice: Message) -> None:
        """Refuse a notificationUrl that is not one of the web."""
        url = invoice.get("notificationUrl")
        if url and self.mistake != "any notification url":
            try:
                parts = urlsplit(url)
                valid = parts.hostname and parts.scheme.lower() in {"http", "https"}
            except ValueError:
                valid = False
            if not valid or " " in url:
                raise Refused(64)

    def own(self, caller: Message, request: Message) -> Message:
        """Return the invoice of the caller that a request names."""
        invoice = self.invoices.get(request.get("invoiceReference") or "")
        if self.mistake == "statuses of payments" and invoice is None:
            payment = self.payments.get(request.get("invoiceReference") or "")
            invoice = payment and payment["invoice"]
        foreign = invoice is not None and invoice["terminal"] != caller["id"]
        if invoice is None or (foreign and self.mistake != "invoices of others"):
            raise Refused(49 if self.mistake == "unknown invoice is 49" else 54)
        return invoice

    def set_status(self, invoice: Message, status: str) -> None:
        """Change a status."""
        invoice["status"] = status
        if self.mistake != "version stays":
            invoice["version"] += 1

    def op_sendInvoice(self, caller: Message, request: Message) -> Message:
        data = self.check_invoice(request.get("invoice"))
        if caller.get("register") and self.mistake != "several open invoices":
            for each in self.invoices.values():
                if each["terminal"] == caller["id"] and each["status"] == "ISSUED":
                    self.set_status(each, "CANCELED")
        reference = self.number()
        if self.mistake == "references of ten invoices" and len(self.invoices) >= 10:
            reference = list(self.invoices)[-1]
        self.invoices[reference] = {
            "reference": reference,
            "terminal": caller["id"],
            "data": data,
            "tokens": request.get("tokens") or [],
            "status": "ISSUED",
            "version": 0,
            "payment": None,
        }
        if self.mistake == "paid at once":
            self.charge(self.invoices[reference])
        if self.mistake == "references shortened":
            reference = reference[1:]
        return {
            "invoiceReference": reference,
            "invoiceQRCode": None if caller.get("register") else f"HTTP://SEQR.SE/R{reference}",
        }

    def op_updateInvoice(self, caller: Message, request: Message) -> Message:
        invoice = self.own(caller, request)
        data = self.check_invoice(request.get("invoice"))
        if invoice["status"] in {"CANCELED", "PAID"} and self.mistake != "update after the end":
            raise Refused(95 if self.mistake == "canceled invoices answer 95" else 90)
        if self.mistake == "update cancels":
            self.set_status(invoice, "CANCELED")
        if self.mistake != "update ignored":
            invoice["data"] = data
            invoice["tokens"] = request.get("tokens") or invoice["tokens"]
        return {}

    def op_getPaymentStatus(self, caller: Message, request: Message) -> Message:
        if not request.get("invoiceReference") and caller.get("register"):
            mine = [i for i in self.invoices.values() if i["terminal"] == caller["id"]]
            invoice = mine[-1] if mine else self.own(caller, request)
        else:
            invoice = self.own(caller, request)
        invoice["polls"] = invoice.get("polls", 0) + 1
        most = {"two polls": 2, "three polls": 3}.get(self.mistake, MAXYEAR)
        if invoice["status"] == "ISSUED" and invoice["polls"] > most:
            self.set_status(invoice, "CANCELED")
        if self.mistake == "polls limited by fault" and self.are_too_many_polls:
            raise Refused(90)
        if self.mistake == "no status before payment" and invoice["status"] == "ISSUED":
            raise Refused(90)
        tokens = [] if self.mistake == "tokens lost" else invoice["tokens"]
        reply = {
            "status": invoice["status"],
            "version": invoice["version"],
            "customerTokens": {"token": tokens},
        }
        if self.mistake == "status changes when read" and invoice["status"] == "ISSUED":
            invoice["version"] += 1
        if self.mistake == "canceled opens again" and invoice["status"] == "CANCELED":
            invoice["status"] = "ISSUED"
        if self.mistake == "tokens shown once":
            invoice["tokens"] = []
        is_known = request.get("invoiceVersion") == invoice["version"]
        if invoice["status"] == "PAID" and not (is_known and self.mistake == "receipt for news"):
            reply |= self.receipt(invoice)
        if self.mistake == "no receipt":
            reply["receipt"] = None
        return reply

    def receipt(self, invoice: Message) -> Message:
        """Return the part of a status that only a payment has."""
        data, payment = dict(invoice["data"]), invoice["payment"]
        if self.mistake == "float amounts":
            total = data["totalAmount"]
            value = Decimal(float(total["value"]) * 1.1 / 1.1)
            data["totalAmount"] = {**total, "value": value}
        if self.mistake == "receipts without instructions":
            instructions = ("Mode", "URL", "Url", "Timeout")
            data = {key: each for key, each in data.items() if not key.endswith(instructions)}
        data = self.as_printed(data)
        if self.mistake == "issue date of now":
            data["issueDate"] = self.now()
        if self.mistake == "sums of rows" and data.get("invoiceRows"):
            rows = data["invoiceRows"]["invoiceRow"] or []
            amounts = [(each.get("itemTotalAmount") or {}).get("value") or 0 for each in rows]
            data["totalAmount"] = {**data["totalAmount"], "value": sum(amounts)}
        if self.mistake == "receipt without rows":
            data["invoiceRows"] = None
        if self.mistake == "one row kept" and data.get("invoiceRows"):
            rows = data["invoiceRows"]["invoiceRow"] or []
            data["invoiceRows"] = {"invoiceRow": rows[:1]}
        title = data.get("title")
        if self.mistake == "titles of 100 characters" and title:
            data["title"] = title[:100]
        if self.mistake == "texts in ASCII" and title:
            data["title"] = title.encode("ascii", "replace").decode()
        data["cashierId"] = self.cashier(data)
        reference = payment["reference"]
        if self.mistake == "receipt of another payment":
            reference = next(iter(self.payments))
        swapped = self.mistake == "references swapped"
        return {
            "ersReference": invoice["reference"] if swapped else payment["reference"],
            "receipt": {
                "terminalId": "T1" if self.mistake == "one till" else invoice["terminal"],
                "paymentDate": payment["at"],
                "invoiceReference": self.printed(invoice["reference"]),
                "paymentReference": reference,
                "receiverName": "Grand Cinema",
                "invoice": data,
            },
        }

    def as_printed(self, invoice: Message) -> Message:
        """Return an invoice as the receipts of a service have it."""
        names = {
            "short receipts": ("title", "totalAmount", "invoiceRows"),
            "receipts of amounts": ("totalAmount",),
        }.get(self.mistake, tuple(invoice))
        printed = {name: invoice.get(name) for name in names}
        if printed.get("issueDate"):
            printed["issueDate"] = self.dated(str(printed["issueDate"]))
        if self.mistake == "texts escaped" and printed.get("title"):
            printed["title"] = re.sub("(['\"\\\\])", r"\\\1", str(printed["title"]))
        return printed

    def dated(self, date: str) -> str:
        """Return an issueDate as the receipt has it."""
        wrong = self.mistake
        units = {"dates in milliseconds": 1000, "dates in seconds": 10**6, "dates rounded": 10**6}
        if wrong not in {"issue date an hour later", "half a second later", *units}:
            return date
        issued = datetime.fromisoformat(date)
        if wrong == "issue date an hour later":
            issued = issued.replace(hour=(issued.hour + 1) % 24)
        if wrong in {"dates rounded", "half a second later"} and issued.year < MAXYEAR:
            issued += timedelta(seconds=0.5)
        unit = units.get(wrong, 1)
        return issued.replace(microsecond=issued.microsecond // unit * unit).isoformat()

    def cashier(self, invoice: Message) -> str | None:
        """Return the cashierId as the receipt has it."""
        found: str | None = invoice.get("cashierId")
        return found.upper() if found and self.mistake == "cashiers in capitals" else found

    def printed(self, reference: str) -> str:
        """Return an invoiceReference as the receipt has it."""
        return reference[-10:] if self.mistake == "references shortened in receipts" else reference

    def op_cancelInvoice(self, caller: Message, request: Message) -> Message:
        invoice = self.own(caller, request)
        if invoice["status"] == "PAID" and self.mistake != "paid invoices canceled":
            raise Refused(50)
        if invoice["status"] == "CANCELED" and self.mistake != "cancel twice":
            raise Refused(95)
        if self.mistake == "cancels race":
            time.sleep(THINKS)
        if self.mistake == "canceled invoices deleted":
            del self.invoices[invoice["reference"]]
        self.set_status(invoice, "FAILED" if self.mistake == "cancel fails" else "CANCELED")
        return {}

    def op_commitReservation(self, caller: Message, request: Message) -> Message:
        invoice = self.own(caller, request)
        if invoice["status"] != "RESERVED":
            raise Refused(96)
        amount = request.get("amount") or invoice["data"]["totalAmount"]
        reserved = invoice["data"]["totalAmount"]["value"]
        if amount["value"] > reserved and self.mistake != "commits beyond the reservation":
            raise Refused(49)
        invoice["data"] = {**invoice["data"], "totalAmount": amount}
        self.charge(invoice)
        if self.mistake == "commits stay reserved":
            invoice["status"] = "RESERVED"
        return {"ersReference": None}

    def paid(self, request: Message) -> Message:
        """Return the payment that a request names."""
        payment = self.payments.get(request.get("ersReference") or "")
        invoice = self.invoices.get(request.get("ersReference") or "")
        if self.mistake == "refunds of invoices" and invoice:
            payment = invoice["payment"]
        ends = self.mistake == "refunds end payments" and payment and payment["refunded"]
        if payment is None or ends:
            raise Refused(23)
        return payment

    def op_submitPaymentReceipt(self, caller: Message, request: Message) -> Message:
        payment = self.paid(request)
        if payment.get("has receipt") and self.mistake == "one receipt":
            raise Refused(90)
        payment["has receipt"] = True
        if self.mistake == "receipts are booked":
            self.books.entries.append(Entry(caller["id"], self.number(25), Decimal(1)))
        return {}

    def op_refundPayment(self, caller: Message, request: Message) -> Message:
        payment = self.paid(request)
        amount = self.check_invoice(request.get("invoice"))["totalAmount"]
        refunded = payment["refunded"] + amount["value"]
        foreign = amount["currency"] != payment["amount"]["currency"]
        if foreign and self.mistake != "refunds in any currency":
            raise Refused(49)
        if self.mistake == "refunds added as floats":
            payment["float"] = payment.get("float", 0.0) + float(amount["value"])
            if payment["float"] > float(payment["amount"]["value"]):
                raise Refused(98)
        if refunded > payment["amount"]["value"] and self.mistake != "refunds beyond the payment":
            self.books.refused(Entry(caller["id"], self.number(25), -amount["value"]))
            raise Refused(98)
        if self.mistake == "refunds race":
            time.sleep(THINKS)
        kept = Decimal("0.5") if self.mistake == "refunds stored too small" else 1
        payment["refunded"] += kept * amount["value"]
        if self.mistake in {"full refund cancels", "refunds end payments"}:
            invoice = payment["invoice"]
            self.set_status(invoice, "CANCELED")
        reference = self.number(25)
        if self.mistake == "refund has the payment's reference":
            reference = payment["reference"]
        if self.mistake == "refunds have one reference":
            reference = "2012050100000000000000002"
        if self.mistake == "refund has the invoice's reference":
            reference = payment["invoice"]["reference"]
        self.books.entries.append(Entry(caller["id"], reference, -amount["value"]))
        return {"ersReference": reference}

    def op_creditUser(self, caller: Message, request: Message) -> Message:
        raise Refused(91 if self.mistake == "no credits" else 52)

    def op_registerTerminal(self, caller: Message, request: Message) -> Message:
        password = request.get("password") or ""
        if not password or not request.get("name") or not request.get("externalTerminalId"):
            raise Refused(90)
        if self.mistake == "long passwords only" and len(password) < 4:
            raise Refused(21)
        if self.mistake == "identifiers once":
            if request["externalTerminalId"] in self.identifiers:
                raise Refused(90)
            self.identifiers.add(request["externalTerminalId"])
        terminal = f"{next(self.numbers):032x}"
        if self.mistake == "numbers":
            terminal = str(next(self.numbers))
        if self.mistake == "uuids":
            terminal = str(UUID(terminal))
        if self.mistake == "terminals of 30 characters":
            terminal = terminal[2:]
        self.terminals[terminal] = {"password": password, "register": True}
        return {"terminalId": terminal}

    def op_unregisterTerminal(self, caller: Message, request: Message) -> Message:
        if self.mistake != "unregister ignored":
            self.terminals.pop(caller["id"], None)
        if self.mistake == "unregister ends all":
            self.terminals.clear()
        if self.mistake == "unregister ends registers":
            self.terminals = {"T1": self.terminals["T1"]}
        return {}

    def op_assignSeqrId(self, caller: Message, request: Message) -> Message:
        wanted = request.get("seqrId") or ""
        letters = wanted.replace("_", "") if self.mistake == "underscores" else wanted
        if not (letters.isascii() and letters.isalnum()) and self.mistake != "any seqr id":
            raise Refused(53)
        if (
            self.seqr_ids.get(wanted, caller["id"]) != caller["id"]
            and self.mistake != "seqr ids twice"
        ):
            raise Refused(53)
        if self.mistake == "short seqr ids of others" and len(wanted) < 8:
            raise Refused(53)
        self.seqr_ids[wanted] = caller["id"]
        return {}

    def op_markTransactionPeriod(self, caller: Message, request: Message) -> Message:
        period = self.number(25)
        if self.mistake == "periods repeat" and self.periods:
            period = next(iter(self.periods))
        self.periods.add(period)
        self.books.end(period, parameters(request).get("TERMINALID") or "")
        return {"transactionPeriodId": period}

    def op_executeReport(self, caller: Message, request: Message) -> Message:
        text = "nothing sold" if request.get("reportId") == "SOME_REPORT" else None
        if request.get("reportId") == DETAILS and self.mistake in WITH_REPORTS:
            text = self.books.report(parameters(request).get("transactionPeriodId") or "")
        if text is None:
            raise Refused(90)
        content = text.encode()
        return {
            "report": {
                "title": "Some report",
                "mimeType": "text/plain",
                "content": content,
                "contentString": text,
            }
        }

    def charge(self, invoice: Message) -> None:
        """Move the money of an invoice."""
        reference = self.number(25)
        if self.mistake == "equal payments have one reference":
            total = invoice["data"]["totalAmount"]
            reference = f"20120501{int(total['value'] * 100):017}"
        payment: Message = {
            "reference": reference,
            "amount": dict(invoice["data"]["totalAmount"]),
            "refunded": Decimal(0),
            "invoice": invoice,
            "at": self.now(),
        }
        if self.mistake == "payments rounded":
            payment["amount"]["value"] = round(payment["amount"]["value"])
            invoice["data"] = {**invoice["data"], "totalAmount": payment["amount"]}
        self.books.entries.append(Entry(invoice["terminal"], reference, payment["amount"]["value"]))
        self.payments[reference] = invoice["payment"] = payment
        self.set_status(invoice, "PAID")

    def pay(self, reference: str) -> bool:
        """Let the buyer pay an invoice; return whether that is possible."""
        with self.lock:
            invoice = self.invoices.get(reference)
            if invoice is None or invoice["status"] != "ISSUED":
                return False
            if (invoice["data"].get("paymentMode") or "IMMEDIATE_DEBIT") == "IMMEDIATE_DEBIT":
                self.charge(invoice)
            else:
                self.set_status(invoice, "RESERVED")
            return True
