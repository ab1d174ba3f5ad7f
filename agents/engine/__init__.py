"""The one engine: PostgreSQL is the queue, Celery is the fleet, a pause is a row.

accepting makes a run, claiming takes a step, stepping carries it, proposing builds what the gate is asked, planning
says what comes next, advancing writes it down, resuming applies what people said, recovering settles what a crash
left, cancelling stops a run, working keeps a process going. Only `stepping` inserts an operation.
"""
