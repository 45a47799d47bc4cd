"""Authentication: passwords, the principals that exist at the start, and who is calling.

The context of a request comes in; a `Caller` goes out, or the refusal. It imports store,
behaviours and the model.
"""
