"""`redress up`: everything on this machine in one foreground process."""
