"""The fundraiser's desk: what arrived, what waits, and how it goes; each number opens its rows."""
