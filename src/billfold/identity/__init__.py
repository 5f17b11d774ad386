"""Organizations, users, roles, sign-in, sessions and multi-factor authentication."""
