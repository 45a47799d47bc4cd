"""Web pages of the endpoint: the dashboard, the buyer's phone, and help."""
