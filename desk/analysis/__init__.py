"""What an analysis is shown and handed on as: charts, event logs, the pack for the board."""
