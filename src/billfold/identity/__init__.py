"""Organizations, users, roles, sign-in, sessions and multi-factor authentication.

organizations  organizations: their founding · profiles: what one says of itself · industries
               access: locked, or without the API · controls: what it demands beyond roles
what it costs  price_plans  billing
users          users  invitations · roles  organization_roles · permissions: who may do what
signing in     sign_in  login_names  passwords  sessions  throttle
               factors: the second one, which makes a session trusted
programs       developer_keys  sync_tokens · operators: tokens of the administration
mail           messages: what was sent, and what it said
records        model  events  store
"""
