"""What pages ask: nothing here changes a row, and every question goes through the scope."""
