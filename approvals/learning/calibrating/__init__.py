"""What the test runs of each route prove, computed anew from rows each time: nothing here is incremental.

- `reading` makes runs of verdicts and labels, `terms` says against which promise; `learning.epochs` where they begin.
- `certifying` stores what they prove; `guarding` is what follows when they prove less than what is live.
- `trying` is what a canary has shown, and what ends it.
- `auditing` asks for the verdicts that are missing.
- `looking` does all of it for a route, a tenant or everybody; beat and `manage.py certify` call it.
- `weeks` is how much was asked about week by week, and what happened to the route meanwhile.
- `standing` is what pages ask: the newest certificate, and whether it covers what is live.

It may import `tuning`, which makes a stricter version live at once. The arithmetic is `domain.calibration`.
"""
