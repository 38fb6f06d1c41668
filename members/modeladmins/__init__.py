"""The back office's screens of people and work, one module for each group of the menu."""
