"""What a check is: properties and their cases, and what a property is given to test with.

In: a contract of an interface, a way to connect a session, and a profile. Out: `Property`, `Check`,
`CheckContext`, `CheckFailure` and the coverage of the contract. Imports nothing else of the suite;
of seqrkit the contract, the model, and what a session needs.
"""
