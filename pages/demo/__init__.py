"""The demo content: a fictional network, told by TOML files and put in place by the real services."""
