"""What makes the journal provable: seals, checkpoints, proofs of dates, the audit trail."""
