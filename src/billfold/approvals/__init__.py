"""Who has to approve what: policies, groups of approvers, and the steps of each approval."""
