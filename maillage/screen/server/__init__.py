"""The atlas as an ASGI application, for a crowd: warm before it is ready, measured, and closed to what it does not need."""
