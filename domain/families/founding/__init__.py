"""ledger/: the first entries of a ledger, its keys and witnesses."""
