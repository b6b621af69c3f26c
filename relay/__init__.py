"""What runs beside the worker: it tells Temporal what waits and looks for what got lost."""
