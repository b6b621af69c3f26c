"""What pages ask: small frozen values, one function a question. Nothing here changes a row."""
