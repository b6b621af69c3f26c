"""Everything that changes a case: receipt, command, journal."""
