"""Who works here: the moments in which people, teams and agent keys are made, changed and ended.

`people`, `passwords`, `teams` and `keys` hold the moments; `administering` holds what they share: the lock that
puts acts of admins one after the other, and the audit entry each of them writes. Nothing below imports this room;
browser pages, API and commands call it.
"""
