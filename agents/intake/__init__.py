"""Where requests come from besides the API: signed webhooks, schedules, and what an admin says about both.

`receiving` takes a delivery (`signing` checks who sent it, `mapping` makes a request of it); `ticking` makes the
requests that are due (`cron` knows when); `keeping` is what admins change; `refusals` says why something was not taken.
"""
