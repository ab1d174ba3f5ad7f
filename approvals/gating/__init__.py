"""Whether one action may run: gather facts, judge, record the verdict."""
