"""The pages, a module each subject."""
