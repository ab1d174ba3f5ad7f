"""What breaks, and what must hold while it does: killed workers, lost and doubled messages, dead servers.

`fleet` kills and stops workers at every boundary, `servers` takes away what stands around them, `races` lets people and
machines meet at one escalation, `laws` damages rows, `launch` is about starting and stopping the whole.
"""
