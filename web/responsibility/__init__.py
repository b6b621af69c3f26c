"""Who of the bank is responsible: what somebody reads and says who is held to be."""
