"""The back office's screens of giving. Where the ledger rules they only show."""
