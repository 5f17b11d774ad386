"""Many bills asked to be paid in one request, and paid by jobs."""
