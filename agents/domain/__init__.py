"""What a run, a step, a tool and a turn are: pure Python, no Django, no broker, no database."""
