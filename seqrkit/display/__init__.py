"""HTML and text of exchanges and findings: no widgets.

`text` is for terminals, `html` for notebooks and pages; `page` makes a page of a whole story. The
colours of all of them stand in `seqrkit.palette`.
"""
