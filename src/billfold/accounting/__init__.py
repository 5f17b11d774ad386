"""Classifications: seven kinds, one behaviour."""
