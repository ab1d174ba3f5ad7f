"""What breaks, and what must hold while it does: killed workers, lost and doubled messages, dead servers."""
