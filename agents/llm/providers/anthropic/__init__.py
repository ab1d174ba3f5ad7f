"""Any server that speaks Anthropic's Messages API: messages out, one message in; only the gateway imports this."""
