"""Honest services of other SOAP stacks for `seqrkit verify`, and mistakes to plant in them."""
