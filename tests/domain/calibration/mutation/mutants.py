"""What somebody might write by mistake: by module and function, what stands there and what a mutant has instead."""

MUTANTS: dict[tuple[str, str], dict[str, tuple[str, str]]] = {
    ("evidence", "log_evidence"): {
        "evidence: bets of Bonferroni's kind": ("/ len(BETS))", ")"),
        "evidence: the best bet for their mean": ("highest + log(sum(", "highest + log(max("),
    },
    ("evidence", "ladder"): {
        "evidence: another bet": ("0.02, 0.15", "0.05, 0.15"),
        "evidence: a bound for one look": (
            "    highest = max(bets)\n    return highest + log(sum(exp(bet - highest) for bet in bets) / len(BETS))",
            (
                "    from math import comb\n"
                "    return -log(sum(comb(n, k) * limit**k * (1 - limit) ** (n - k) for k in range(s + 1)))"
            ),
        ),
        "ladder: the run before": ("place, high)\n", "place, high) - 1\n"),
    },
    ("evidence", "allowed"): {
        "evidence: n for n - s": ("(n - s) * (log1p", "n * (log1p"),
        "allowed: one more": ("1, n + 1) - 1", "1, n + 1)"),
    },
    ("evidence", "upper_limit"): {
        "upper limit: of nothing": ("return high\n    if", "return low\n    if"),
    },
    ("run", "certify"): {
        "scores: to the nearest": ("whole = int(exact * STEPS)", "return round(exact * STEPS)"),
        "scores: rounded down in binary": ("    if whole / STEPS > exact", "    return whole\n    if 0"),
        "scores: one without a number is a mistake at the top": ("return -1", "return STEPS"),
    },
    ("certificate", "certify"): {
        "cut: at the mistake itself": ("[most] + 1) / STEPS", "[most]) / STEPS"),
        "cut: > for >=": ("score / STEPS >= threshold", "score / STEPS > threshold"),
        "cut: one mistake more": ("[most] + 1)", "[min(most + 1, len(mistakes) - 1)] + 1)"),
        "cut: from the lowest mistake up": ("reverse=True)[most]", "reverse=False)[most]"),
        "cut: below the floor": ("return max(cut, float(floor)) if", "return cut if"),
        "cut: nothing proven is the floor": ("if most < 0:\n        return None", "if most < 0:\n        return 0.0"),
        "cut: above one": ("if cut <= 1 else None", "if cut <= 2 else None"),
        "n + 1": ("allowed(len(done.places), ", "allowed(len(done.places) + 1, "),
        "an action for a run": (
            "places.append(place)",
            "places.extend(place + part / 9 for part in range(len(list(actions))))",
        ),
        "a mistake for a run": ("mistakes[place] = max(exact, mistakes.get(place, 0))", "mistakes[place] = exact"),
        "pending runs dropped": (
            "self.before(self.pending[0]) if self.pending else self",
            "_Seen([p for p in self.places if p not in self.pending], self.mistakes, [])",
        ),
        "pending runs taken as right": ("self.before(self.pending[0]) if self.pending else self", "self"),
        "the pending run itself is done": ("self.before(self.pending[0])", "self.before(self.pending[0] + 1)"),
        "overdue taken as right": ("elif (exact", "elif state != 'overdue' and (exact"),
        "runs without a coin": ("if not is_test or its", "if its"),
        "runs of other epochs": ("if not is_test or its_epoch != epoch", "if not is_test"),
        "the guard stops at pending runs": ("guard_threshold=_cut(seen.", "guard_threshold=_cut(done."),
        "the best evidence ever for today's": (
            "threshold = _cut(done.mistakes, most, floor)",
            (
                "threshold = min((c for end in (*done.places, 10**9) if (c := _cut((d := done.before(end)).mistakes, "
                "allowed(len(d.places), limit, need), floor)) is not None), default=None)"
            ),
        ),
    },
    ("evidence", "certify"): {
        "delta for need": ("    return 1 / delta\n", "    return 0.5 / delta\n"),
    },
    ("purity", "certify_purity"): {
        "purity: no union bound": ("len(starts) / delta_c", "1 / delta_c"),
        "purity: a union bound of all thresholds": ("len(starts) / delta_c", "len(grid) / delta_c"),
        "purity: failures passed by": (
            "return range(start, failed)",
            "return [p for p in range(start, len(ok)) if ok[p]]",
        ),
        "purity: one start": ("FIRST_MASSES = (0.2, 0.5)", "FIRST_MASSES = (0.2,)"),
        "purity: all runs count": ("highest, mistake, is_pending = -1, -1", "highest, mistake, is_pending = STEPS, -1"),
        "purity: > for >=": ("import bisect_left", "import bisect_right as bisect_left"),
        "purity: pending runs taken as right": ("if end is None or run[0] < end", ""),
        "purity: overdue taken as right": ("(State.WRONG, State.OVERDUE)", "(State.WRONG,)"),
        "purity: runs without a coin": (" if is_test]", "]"),
    },
    ("bounds", "interval"): {
        "interval: two sides share delta": ("-log(delta)", "-log(delta / 2)"),
        "interval: no mixture": ("lgamma(n + 2)", "lgamma(n + 1)"),
    },
    ("bounds", "corrected_limit"): {
        "seeds: the lower end": ("delta_m)[1]", "delta_m)[0]"),
        "seeds: the share itself": ("interval(seeds, missed, delta_m)[1]", "missed / max(1, seeds)"),
        "seeds: the limit as it is": ("limit * (1 - most)", "limit"),
        "seeds: none are no doubt": (
            "    if seeds == 0 and",
            "    most = most if seeds else 0.0\n    if seeds == 0 and",
        ),
    },
    ("drift", "alarm"): {
        "alarm: no new start after each run": ("(now + 1) * by", "max(now, 1) * by"),
        "alarm: the loudest detector": ("sum(level) / len(level)", "max(level)"),
        "alarm: > for >=": ("trace[-1] >= arl", "trace[-1] > arl"),
        "alarm: the last run that fires": ("fired is None and ", ""),
        "alarm: bets above nine in ten": ("HIGHEST = 0.9", "HIGHEST = 0.3"),
    },
    ("coin", "coin"): {
        "coin: the other end of the hash": ('"big"', '"little"'),
        "coin: <= for <": ("return u, u < rate", "return u, u <= rate"),
    },
    ("counterfactual", "preview"): {
        "preview: > for >=": ("score >= threshold", "score > threshold"),
        "preview: no weights": ("sum(1 / _propensity(row, rate) for", "sum(1.0 for"),
        "preview: the draft's own weights": ("runs(score, live)", "runs(score, 0.0)"),
    },
    ("costs", "break_even"): {
        "break-even: every mistake is caught": ("(1 - miss) * cost", "cost"),
    },
    ("confidence", "reliability"): {
        "reliability: chance left in": ("** 2 - by_chance", "** 2"),
        "reliability: n for n - 1": ("/ (each.n - 1)", "/ each.n"),
        "reliability: the last bins longer": ("(place < longer)", "(place >= count - longer)"),
    },
    ("confidence", "aurc"): {
        "risk and coverage: ties as they come": ("[fmean(wrong)] * len(wrong)", "[float(each) for each in wrong]"),
    },
    ("agreement", "cohen"): {
        "kappa: chance left in": ("(observed - expected) / (len(a) ** 2 - expected)", "observed / len(a) ** 2"),
    },
    ("agreement", "kripp_alpha"): {
        "alpha: n for n - 1": ("_differing(totals) / (n - 1)", "_differing(totals) / n"),
    },
}
