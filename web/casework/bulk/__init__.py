"""One act upon several cases of a list: looked at first, then asked of each as if by hand."""
