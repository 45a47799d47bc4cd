"""Load tests on Locust: registers and shops that send prepared bytes, in one process or in many.

`scripts` prepares the requests of a sale ahead, and `locustfile` sends them under Locust, which
`seqrkit load` starts.
"""
