"""The launcher on a hostile day: killed, doubled, without servers, with odd settings."""
