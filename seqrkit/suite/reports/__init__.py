"""Results of a run: outcome, failures, coverage of the contract, and the HTML page."""
