"""Second factors: phones and authenticators, how they are enrolled, and the codes that make a session trusted."""
