"""The single writer of a ledger: take, admit, assign, extend, sign, commit, answer."""
