"""Labels: what decisions taught, streamed line by line up to a watermark below which nothing changes any more."""
