"""What an assistant may do here: the tools of llm.py, and what each of them may reach."""
