"""Running checks: target, profile, options, and the context that a check gets."""
