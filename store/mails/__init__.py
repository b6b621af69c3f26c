"""Mail that came in: taken once, put with its case, or kept until somebody has looked at it."""
