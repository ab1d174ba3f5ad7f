"""The tools agents may call: their registry, the one guarded call, and samples."""
