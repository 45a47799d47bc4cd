"""Independent judges of messages: validators, readers and tables that checks compare with."""
