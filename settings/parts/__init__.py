"""The settings by subject; each environment puts them together and changes what differs."""
