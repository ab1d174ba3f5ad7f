"""The bench itself: that it comes to its end and tells what it says it tells."""
