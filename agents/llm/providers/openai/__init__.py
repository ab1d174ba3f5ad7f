"""Any server that speaks OpenAI's chat completions: messages out, one reply in; only the gateway imports this."""
