"""Signing in, one's own account, and what admins do with people, teams and agent keys.

`account` is for everyone, `members`, `teams` and `keys` are for admins; `forms` parses what they send, `refusing`
puts what the services refuse beside the field it is about, `attempts` counts sign-ins.
"""
