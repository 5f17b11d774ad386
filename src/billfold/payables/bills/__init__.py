"""What is owed to vendors.

bills          create, read, list, change, archive, restore
bill_amounts   how payments and credits move through a bill's amounts
bill_approvals what approvers do with them · approver_memory: who is asked for a vendor's next bill
duplicates     bills that may be one bill twice
due_summary    how much is due, and when
"""
