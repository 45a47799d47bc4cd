"""What was sent and received, in files for others: JSON Lines and HTTP archives."""
