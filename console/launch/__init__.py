"""How the console is set up, started, watched and stopped on one machine.

`environment`, `packages`, `state` and `processes` use the standard library only, because they run
before anything is installed. `supervising` is what `up` does, `checking` what `verify` does.
"""
