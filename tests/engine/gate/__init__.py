"""The gate on the way of a call: what raises a hand, and every way in which something can fail: nothing runs."""
