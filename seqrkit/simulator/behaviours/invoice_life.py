"""The life of an invoice: what buyer, merchant and time do to it."""

from seqrkit.simulator.behaviours.behaviour import FAQ, STATUS, assumed, documented, published, seen

ISSUED = published("invoice.issued", "A new invoice is ISSUED, in version 0.")

# The buyer scans
SCAN_REQUIRED = published(
    "scan.required",
    "Under REQUIRE_ACKNOWLEDGMENT a scan makes the bill wait for the merchant's updateInvoice.",
)
SCAN_OPTIONAL = published(
    "scan.optional",
    "Under OPTIONAL_ACKNOWLEDGMENT a scanned bill waits only if the buyer offers a token.",
)
SCAN_UNSTATED = published(
    "scan.unstated",
    "An invoice without acknowledgmentMode waits after a scan as under REQUIRE_ACKNOWLEDGMENT.",
    place=FAQ,
)
SCAN_FREE = published(
    "scan.free", "Under NO_ACKNOWLEDGMENT the invoice stays ISSUED and the buyer can pay at once."
)
SCAN_TOKENS = published(
    "scan.tokens",
    "A token that the buyer offers is returned to the merchant in customerTokens, with status 0.",
)
SCAN_TERMINAL = published(
    "scan.terminal", "A terminal's static code leads to the current invoice of that terminal."
)
RESCAN = assumed(
    "scan.again",
    "A scan after the merchant's acknowledgment waits again only for a token not seen before.",
)

# The buyer pays
CONFIRMING = assumed(
    "confirmation",
    "Between opening the PIN dialog and leaving it, an open invoice is in confirmation.",
)
PAID_AT_ONCE = documented(
    "pay.at-once",
    "A confirmed IMMEDIATE_DEBIT invoice is PAID, with ersReference and receipt.",
    place=STATUS,
)
RESERVED = published(
    "pay.reserved",
    "A confirmed RESERVATION_REQUIRED invoice, also with a preliminary amount, is RESERVED.",
)
RESERVED_IF_POSSIBLE = assumed(
    "pay.reserved-if-possible",
    "A RESERVATION_DESIRED invoice is RESERVED if the buyer's bank can reserve, otherwise PAID.",
)
PAID_IN_PART = assumed(
    "pay.part", "Paying a part makes an invoice PARTIALLY_PAID; paying the rest makes it PAID."
)
PAID_IN_PART_SAID_SO = assumed(
    "pay.part-older-interface",
    "extclientproxy-v2, which has no PARTIALLY_PAID, returns ISSUED instead.",
)
DECLINED = assumed("pay.declined", "An invoice that the buyer's bank declines is FAILED.")
PART_DECLINED = assumed(
    "pay.part-declined",
    "If the bank declines the rest of a part payment, or the buyer cancels, the part stays paid.",
)
BUYER_CANCELS = published("buyer.cancels", "A buyer who cancels makes an open invoice CANCELED.")
BACK_URL = documented(
    "buyer.back-url",
    "After payment or cancel the buyer's phone opens the backURL.",
    place="001 Invoice data",
)

# The merchant changes or ends it
UPDATE_ACKNOWLEDGES = published(
    "update.acknowledges",
    "updateInvoice on a waiting invoice makes it ISSUED, and the buyer sees the new amount.",
)
UPDATE_BEFORE_SCAN = assumed(
    "update.before-scan", "updateInvoice before a scan changes the invoice."
)
UPDATE_AFTER_SCAN = published(
    "update.after-scan",
    "After a scan updateInvoice returns 0 and changes nothing, unless the invoice waits for it.",
)
UPDATE_RESERVED = published(
    "update.reserved",
    "updateInvoice on a RESERVED invoice changes rows and total, up to the reserved amount.",
)
MERCHANT_CANCELS = documented(
    "cancel.open", "cancelInvoice on an open invoice makes it CANCELED.", place="001 cancelInvoice"
)
CANCEL_RESERVED = assumed(
    "cancel.reserved",
    "cancelInvoice on a RESERVED invoice releases the reservation and makes it CANCELED.",
)
COMMIT = documented(
    "commit",
    "commitReservation makes a RESERVED invoice PAID for the amount it names.",
    place="001 commitReservation",
)
COMMIT_ALL = published(
    "commit.all", "commitReservation without an amount commits the total as last updated."
)
COMMIT_IS_FINAL = assumed(
    "commit.final", "The reply to commitReservation acknowledges the payment by itself."
)
SUPERSEDED = published(
    "supersede",
    "A new invoice on a cash register cancels its open one: it has one open invoice at a time.",
    place=FAQ,
)
SUPERSEDES_NO_MONEY = assumed(
    "supersede.not-money", "A new invoice does not cancel one that is RESERVED or PARTIALLY_PAID."
)
WEBSHOP_HAS_MANY = published(
    "supersede.not-webshop", "A webshop terminal can have any number of open invoices."
)

# Time passes
REVERSED = documented(
    "reversal",
    "A payment not seen by getPaymentStatus within 20 s is reversed and becomes CANCELED.",
    place=STATUS,
)
POLLED_IS_FINAL = published(
    "reversal.polled", "A payment that getPaymentStatus has returned as PAID is never reversed."
)
LAPSED = published(
    "reservation.lapses",
    "A reservation not committed within commitReservationTimeout seconds becomes CANCELED.",
)
LAPSES_IN_AN_HOUR = assumed(
    "reservation.default",
    "A reservation without a commitReservationTimeout above 0 lapses after 3600 seconds.",
)

# What getPaymentStatus says
VERSION_OF_STATUS = documented(
    "version.status", "The version rises by one whenever the status changes.", place=STATUS
)
VERSION_OF_TOKEN = documented(
    "version.token", "The version rises by one when a new buyer token is offered.", place=STATUS
)
VERSION_NO_FILTER = seen(
    "version.no-filter",
    "getPaymentStatus returns the current state whatever invoiceVersion the request has.",
)
CURRENT = published(
    "status.current",
    "getPaymentStatus without an invoiceReference is about a cash register's current invoice.",
)
ERS_REFERENCE = documented(
    "status.ers-reference",
    "getPaymentStatus returns an ersReference only for a PAID invoice.",
    place=STATUS,
)
RECEIPT = published(
    "status.receipt",
    "getPaymentStatus returns a receipt only for a PAID invoice; its paymentReference is the "
    "ersReference.",
)
NOTIFIED = published(
    "notification",
    "The notificationUrl is called when the invoice becomes PAID, and when it becomes RESERVED.",
)
