"""What was sent and received, saved for others: HTTP archives."""
