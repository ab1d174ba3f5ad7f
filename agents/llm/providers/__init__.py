"""The models there are: `scripted` says what it is told, `reactive` simulates, `openai` asks a real one."""
