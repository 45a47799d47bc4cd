"""A reverse proxy that records what any client and any endpoint say to each other.

HTTP messages pass byte for byte. Each exchange is in the session file before its answer leaves, and
another process judges it. It imports client-side HTTP settings, the session format, and of the
simulator the faults and the pages that show exchanges.
"""
