"""HTML and text of exchanges and findings: no widgets.

`text` is for terminals, `html` for notebooks and pages; `page` makes a page of a whole story.
`envelope` draws one message with what its fields mean, `diff` two exchanges side by side, `copies`
writes commands that send a message again. The colours of all of them stand in `seqrkit.palette`.
"""
