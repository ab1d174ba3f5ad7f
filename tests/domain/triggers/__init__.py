"""What raises a hand besides the score."""
