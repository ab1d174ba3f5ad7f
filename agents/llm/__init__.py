"""How a model is asked. `gateway` is the one door, `failure` the one way it fails, `arguments` what a call may hold.

`endpoint` and `wire` are what providers over a network share, `naming`, `results` and `reasoning` what all formats do.

`providers/` are the models behind the door and only the gateway imports them. May import `agents.domain` and
`approvals.domain`, nothing else of the project.
"""
