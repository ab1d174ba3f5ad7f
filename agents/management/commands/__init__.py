"""Commands of this app, run by `manage.py`."""
