"""How the merchant is told of a payment."""

from seqrkit.simulator.behaviours.entry import CLIENTS, VENDOR, Behaviour

REFERENCE = Behaviour(
    "notification.reference",
    "A notification is a POST of invoiceReference as a form, to the URL with its own query.",
    "C",
    CLIENTS,
)
SUCCESS = Behaviour(
    "notification.success",
    "The merchant has a notification when it answers HTTP 200.",
    "V",
    VENDOR,
)
RETRIED = Behaviour(
    "notification.retries",
    "A notification that is not taken is sent again 1 s later, and once more after another 2 s.",
    "A",
)
