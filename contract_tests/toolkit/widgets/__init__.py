"""The toolkit of the notebook: drafts and forms by their logic, without a browser."""
