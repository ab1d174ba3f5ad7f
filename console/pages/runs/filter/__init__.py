"""A filter as text: `status:failed tool:cancel_* since:2h`.

`grammar` cuts and checks the text, `values` says what may stand behind a word, `words` are those of runs, `moments`
reads times, `chips` shows a filter again. What is typed is data: nothing of it reaches a query but as a parameter.
"""
