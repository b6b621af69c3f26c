"""What the bank has chosen: `policies/` read into rules, every fault at once; no database."""
