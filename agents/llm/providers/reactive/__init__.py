"""A simulated shop agent and its customer: deterministic, closed-loop, told what to do by a scenario.

`speakers` is the way in; `agent/` and `customer/` do not import each other and meet in `phrases` and `scenario`.
"""
