"""Text and HTML views of exchanges, messages, findings, reports and the demo, without widgets.

Takes exchanges, findings and messages of the model, and returns text for terminals (`rich`) or HTML
with automatic escaping (`seqrkit.html`). What it returns has masked passwords, a limited length and
no control characters. `exchange_text` and `exchange_html` show whole exchanges, `summary_text` and
`summary_html` messages and sessions, `annotated_message_html` a message and what its fields mean,
`exchange_diff` two exchanges side by side, `copy_as_code` commands that send a message again,
`demo_text` and `demo_page` the demo, `contradictions_page` the documents' contradictions.

May import `contract`, `exchange`, `model`, `soap`, `schemas`, `money`, `qr`, `palette` and
`notebook_repr`; never the client, the simulator or ipywidgets.
"""
