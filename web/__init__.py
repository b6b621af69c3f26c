"""The pages: server-rendered, in English and Chinese."""
