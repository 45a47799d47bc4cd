"""Payment notifications: POST requests to merchants' notificationUrl, with retries."""
