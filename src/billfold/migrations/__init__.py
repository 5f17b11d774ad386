"""The schema, numbered and forward only. One dialect for SQLite and PostgreSQL (see kit/db.py)."""
