"""How the merchant is told of a payment."""

from seqrkit.simulator.behaviours.entry import assumed, published, seen

HTTPS = assumed(
    "notification.https", "A notificationUrl that starts with https:// is taken as well as http://."
)
REFERENCE = seen(
    "notification.reference",
    "A notification is a POST of invoiceReference as a form, to the URL with its own query.",
)
SUCCESS = published(
    "notification.success", "The merchant has a notification when it answers HTTP 200."
)
RETRIED = assumed(
    "notification.retries",
    "A notification not taken is tried up to 3 times: at once, after 1 s, and after 2 s more.",
)
