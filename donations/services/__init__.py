"""Rules that change money, one module a subject."""
