"""The wire codec of the endpoint: bytes of a request in, bytes of a reply out.

It reads leniently, as the service does, and leaves a note for each departure from the schema. It
is derived from the schemas and the model, never from the client's or the linter's code, so that a
mistake in one of the three is caught by another.
"""
