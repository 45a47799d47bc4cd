"""Payment notifications."""

from seqrkit.simulator.behaviours.behaviour import assumed, published, seen

HTTPS = assumed(
    "notification.https", "A notificationUrl may start with https:// as well as http://."
)
REFERENCE = seen(
    "notification.reference",
    "A notification is a POST of invoiceReference as a form, to the URL with its own query.",
)
SUCCESS = published(
    "notification.success", "A notification counts as delivered if the reply is HTTP 200."
)
RETRIED = assumed(
    "notification.retries",
    "A notification is tried up to 3 times: at once, 1 s after that, and 2 s later.",
)
