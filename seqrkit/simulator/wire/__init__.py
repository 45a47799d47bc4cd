"""The endpoint's own wire layer: the bytes of a request in, the bytes of a reply out.

It reads leniently, as the service does, and leaves a note for each thing it tolerated. It uses the
schemas and the model, never the client or the linter.
"""
