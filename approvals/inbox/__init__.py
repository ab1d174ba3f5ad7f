"""The moments of an escalation: asked, opened, claimed, decided, undone, expired, withdrawn."""
