"""Web pages of the endpoint: the dashboard, the buyer's phone, and the help.

GET requests come in, HTML, scripts and styles go out. The dashboard and the phone are static files
whose scripts use the control API; the help is rendered from a template. Imports the control API.
"""
