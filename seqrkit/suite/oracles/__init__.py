"""Independent oracles of messages: validators, readers, outlines.

In: an envelope, a message of the model or a reply. Out: a verdict, the message as another reader
reads it, or the differences. Imports the framework, and of seqrkit all that reads or writes
messages.
"""
