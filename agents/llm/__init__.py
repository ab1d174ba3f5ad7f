"""How a model is asked. `gateway` is the one door, `failure` the one way it fails, `arguments` what a call may hold.

`providers/` are the models behind the door and only the gateway imports them. May import `agents.domain` and
`approvals.domain`, nothing else of the project.
"""
