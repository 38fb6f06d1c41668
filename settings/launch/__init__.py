"""``make run``: from a fresh clone to a running site. See __main__ for the steps."""
