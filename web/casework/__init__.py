"""Where complaints are taken down, handled and watched."""
