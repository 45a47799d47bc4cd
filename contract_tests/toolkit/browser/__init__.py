"""The endpoint's pages in a browser; run by `nox -s browser`."""
