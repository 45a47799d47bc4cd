"""Find messages in files: session files, HTTP captures, HAR archives, JSON, logs and MIME.

Takes the bytes of a file and returns the messages in them, each with its origin, its lines and its
HTTP headers. Knows nothing about operations; the linter judges what is found. Imports only `soap`.
"""
