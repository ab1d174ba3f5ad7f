"""The simulated customer: `answering` speaks, `script` holds what there is to say, `wording` and `temper` say how."""
