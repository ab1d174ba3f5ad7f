"""Actions of agents that run elsewhere: asked, waited for, redeemed, and said how they ended."""
