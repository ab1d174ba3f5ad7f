"""Proofs that would notice: each guarantee, and what it says when it does not hold."""
