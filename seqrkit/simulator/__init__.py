"""An endpoint of your own that behaves like the service."""
