"""A filter as text: `status:failed tool:cancel_* since:2h`, or a part of a title.

`grammar` cuts and checks the text, `values` says what may stand behind a word, `words` are those of runs, `moments`
reads times, `chips` shows a filter again, `relaxing` says what it would find without one of its terms. What is typed is
data: nothing of it reaches a query but as a parameter.
"""
