"""The properties of the contract suite, one module or package for each group of checks."""
