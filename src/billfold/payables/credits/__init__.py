"""What vendors owe the organization, and the bills that it is used for."""
