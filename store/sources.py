"""What the source of a complaint says of how it came, beside the cells of its file."""

RUN = "import"
"""The run that brought it."""

RESOLUTION, DAY = "resolution", "day"
"""Its file knew the day of the receipt, and no hour."""
