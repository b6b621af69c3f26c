"""Log-in, people, policies, tokens, the audit trail."""
