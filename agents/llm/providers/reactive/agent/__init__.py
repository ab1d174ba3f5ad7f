"""The simulated shop agent: `moving` takes the turn.

`memory` is what the history says, `agenda` which writes are left, `lookup` what to read next, `flaw` how it goes
wrong, `hearing` what somebody without a script asks for, `phrasing` and `reasoning` what it says.
"""
