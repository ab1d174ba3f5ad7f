"""The one engine: PostgreSQL is the queue, Celery is the fleet, a pause is a row.

accepting makes a run; `queue` claims a step; carrying carries it; planning says what comes next; `context` builds what
the gate is asked; stepping and advancing write it down and claim the next; `answers` goes on from what people said;
recovering settles what a crash left; cancelling stops a run; working keeps a process going. Only `stepping` inserts an
operation.
"""
