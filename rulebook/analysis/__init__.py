"""The choices of the bank about the analysis of its complaints."""
