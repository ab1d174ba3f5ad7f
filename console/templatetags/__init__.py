"""Tags of the templates; `untrusted` is the only way text of a model, a tool or a user gets onto a page."""
