"""dj-stripe as a site of its own, in an environment of its own (tests/benchmarks/peer_site.py makes it)."""
