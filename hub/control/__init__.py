"""From a request to receipts: decide what to do (pure), carry it out, and say only what the receipts show."""
