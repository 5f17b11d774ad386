"""Who approves: groups of approvers."""
