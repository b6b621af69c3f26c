"""What pages, files and commands ask of the desk."""
