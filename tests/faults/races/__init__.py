"""People and machines at one escalation at the same moment, in every order that their statements can take.

`turns` lets one connection at a time go one statement further, `acts` is what is done, `table` plays two acts on one
fresh escalation and looks at what came of it, `breaks` breaks a law on purpose. `crowd` is many people over HTTP.
"""
