"""The life of an invoice: what buyer, merchant and time do to it."""

from seqrkit.simulator.behaviours.entry import CLIENTS, FAQ, STATUS, VENDOR, Behaviour

ISSUED = Behaviour(
    "invoice.issued", "An invoice that was sent is ISSUED, in version 0.", "V", VENDOR
)

# The buyer scans
SCAN_REQUIRED = Behaviour(
    "scan.required",
    "Under REQUIRE_ACKNOWLEDGMENT a scan makes the bill wait for the merchant's updateInvoice.",
    "V",
    VENDOR,
)
SCAN_OPTIONAL = Behaviour(
    "scan.optional",
    "Under OPTIONAL_ACKNOWLEDGMENT it waits only when the buyer has a token to offer.",
    "V",
    VENDOR,
)
SCAN_UNSTATED = Behaviour(
    "scan.unstated",
    "An invoice without acknowledgmentMode waits as under REQUIRE_ACKNOWLEDGMENT.",
    "V",
    FAQ,
)
SCAN_FREE = Behaviour(
    "scan.free",
    "Under NO_ACKNOWLEDGMENT the invoice stays ISSUED and the buyer can pay at once.",
    "V",
    VENDOR,
)
SCAN_TOKENS = Behaviour(
    "scan.tokens",
    "The token that a buyer offers reaches the merchant in customerTokens, with status 0.",
    "V",
    VENDOR,
)
RESCAN = Behaviour(
    "scan.again",
    "A scan after the merchant's acknowledgment waits again only for a token not seen before.",
    "A",
)

# The buyer pays
CONFIRMING = Behaviour(
    "confirmation",
    "Between opening the PIN dialog and leaving it, an open invoice is in confirmation.",
    "A",
)
PAID_AT_ONCE = Behaviour(
    "pay.at-once",
    "A confirmed IMMEDIATE_DEBIT invoice is PAID, with ersReference and receipt.",
    "D",
    STATUS,
)
RESERVED = Behaviour(
    "pay.reserved",
    "Confirming RESERVATION_REQUIRED, also with a preliminary amount, makes it RESERVED.",
    "V",
    VENDOR,
)
RESERVED_IF_POSSIBLE = Behaviour(
    "pay.reserved-if-possible",
    "RESERVATION_DESIRED reserves if the buyer's bank can, and is paid at once otherwise.",
    "A",
)
PAID_IN_PART = Behaviour(
    "pay.part",
    "Paying a part makes an invoice PARTIALLY_PAID, and the rest makes it PAID.",
    "A",
)
PAID_IN_PART_SAID_SO = Behaviour(
    "pay.part-older-interface",
    "extclientproxy-v2, which has no PARTIALLY_PAID, says ISSUED for it.",
    "A",
)
DECLINED = Behaviour("pay.declined", "An invoice that the buyer's bank declines is FAILED.", "A")
PART_DECLINED = Behaviour(
    "pay.part-declined",
    "When the bank declines the rest of a part payment, or the buyer leaves, the part stays.",
    "A",
)
BUYER_CANCELS = Behaviour(
    "buyer.cancels",
    "A buyer's cancel makes an open invoice CANCELED.",
    "V",
    VENDOR,
)
BACK_URL = Behaviour(
    "buyer.back-url",
    "After payment or cancel the buyer's phone opens the backURL.",
    "D",
    "001 Invoice data",
)

# The merchant changes or ends it
UPDATE_ACKNOWLEDGES = Behaviour(
    "update.acknowledges",
    "updateInvoice on a waiting invoice makes it ISSUED, and the buyer sees the new amount.",
    "V",
    VENDOR,
)
UPDATE_BEFORE_SCAN = Behaviour("update.before-scan", "updateInvoice before a scan changes it.", "A")
UPDATE_AFTER_SCAN = Behaviour(
    "update.after-scan",
    "Once a buyer has the bill on the phone, updateInvoice answers 0 and changes nothing.",
    "V",
    VENDOR,
)
UPDATE_RESERVED = Behaviour(
    "update.reserved",
    "updateInvoice on RESERVED changes rows and total, up to the reserved amount.",
    "V",
    VENDOR,
)
MERCHANT_CANCELS = Behaviour(
    "cancel.open",
    "cancelInvoice on an open invoice makes it CANCELED.",
    "D",
    "001 cancelInvoice",
)
CANCEL_RESERVED = Behaviour(
    "cancel.reserved", "cancelInvoice on RESERVED releases the reservation: CANCELED.", "A"
)
COMMIT = Behaviour(
    "commit",
    "commitReservation makes a RESERVED invoice PAID for the amount it names.",
    "D",
    "001 commitReservation",
)
COMMIT_ALL = Behaviour(
    "commit.all",
    "commitReservation without an amount commits all of it, as last updated.",
    "V",
    VENDOR,
)
COMMIT_IS_FINAL = Behaviour(
    "commit.final", "The reply to commitReservation acknowledges the payment by itself.", "A"
)
SUPERSEDED = Behaviour(
    "supersede",
    "A new invoice on a cash register cancels the open one: it has one open invoice.",
    "V",
    FAQ,
)
SUPERSEDES_NO_MONEY = Behaviour(
    "supersede.not-money",
    "A new invoice leaves one alone that is RESERVED or PARTIALLY_PAID.",
    "A",
)
WEBSHOP_HAS_MANY = Behaviour(
    "supersede.not-webshop",
    "A webshop terminal can have any number of open invoices.",
    "V",
    VENDOR,
)

# Time passes
REVERSED = Behaviour(
    "reversal",
    "A payment not seen by getPaymentStatus within 20 s is reversed, and shown as CANCELED.",
    "D",
    STATUS,
)
POLLED_IS_FINAL = Behaviour(
    "reversal.polled",
    "A payment that getPaymentStatus has returned as PAID is never reversed.",
    "V",
    VENDOR,
)
LAPSED = Behaviour(
    "reservation.lapses",
    "A reservation not committed within commitReservationTimeout seconds is CANCELED.",
    "V",
    VENDOR,
)
LAPSES_IN_AN_HOUR = Behaviour(
    "reservation.default", "Without a commitReservationTimeout above 0 that is 3600 seconds.", "A"
)

# What getPaymentStatus says
VERSION_OF_STATUS = Behaviour(
    "version.status", "The version rises by one whenever the status changes.", "D", STATUS
)
VERSION_OF_TOKEN = Behaviour(
    "version.token", "The version rises by one when a new buyer token is offered.", "D", STATUS
)
VERSION_NO_FILTER = Behaviour(
    "version.no-filter",
    "A client that sends version 0, or none, for ever gets every state all the same.",
    "C",
    CLIENTS,
)
CURRENT = Behaviour(
    "status.current",
    "Without an invoiceReference, a cash register asks for its current invoice.",
    "V",
    VENDOR,
)
ERS_REFERENCE = Behaviour(
    "status.ers-reference", "An ersReference is there only when PAID.", "D", STATUS
)
RECEIPT = Behaviour(
    "status.receipt",
    "A receipt is there only when PAID, its paymentReference equal to the ersReference.",
    "V",
    VENDOR,
)
NOTIFIED = Behaviour(
    "notification",
    "The notificationUrl is called once the invoice is PAID, and once it is RESERVED.",
    "V",
    VENDOR,
)
