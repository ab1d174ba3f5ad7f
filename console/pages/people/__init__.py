"""Signing in, one's own account, and what admins do with people, teams and agent keys.

`account` is for everyone, `members`, `teams` and `keys` are for admins; `forms` parses what they send, `refusing`
puts what the services refuse beside the field it is about, `rows` writes the tables. `attempts` counts sign-ins,
`landing` says where they lead to, `once` keeps a secret between a form and the page that shows it.
"""
