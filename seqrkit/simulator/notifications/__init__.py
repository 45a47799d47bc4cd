"""Payment notifications: POST requests to merchants' notificationUrl, with retries.

URL and invoice reference come in after a commit, delivery attempts go out. Imports faults, which
can lose or duplicate a notification.
"""
