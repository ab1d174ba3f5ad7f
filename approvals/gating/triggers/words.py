"""Words that say how somebody feels, with weights from -4 to 4; written by us, English and German."""

_LISTS = {
    -3.5: (
        "hate hates hated atrocious disgusting horrendous horrible horrific abysmal despicable furious outrage"
        " outrageous outraged scam scammers fraud evil worst fuck fucked fucking bastard bastards asshole bullshit"
        " shit shitty murder murdered killed rape torture hasse hass furchtbar grauenhaft abscheulich betrug"
        " betrüger wütend scheiße scheiß katastrophe"
    ),
    -2.7: (
        "terrible awful angry anger disgrace disgraceful disgusted pathetic garbage trash rubbish useless"
        " worthless crap crappy sucks suck sucked sick nasty lied liar lies stolen steal theft rip-off ripoff"
        " nightmare disaster unacceptable ridiculous appalling dreadful miserable cruel hurt hurts pain painful die"
        " died dying dead death kill destroyed ruined ruin hell damn stupid idiot idiots idiotic moron dumb rude"
        " insult insulting hopeless schrecklich schlimm katastrophal unverschämt unverschämtheit frechheit wertlos"
        " nutzlos müll idiot dumm ärgerlich verärgert sauer inakzeptabel lächerlich tod gestorben gelogen lüge"
        " gestohlen wahnsinn zumutung"
    ),
    -2.0: (
        "bad badly worse upset upsetting annoyed annoying annoys frustrated frustrating frustration disappointed"
        " disappointing disappointment disappointingly disappoints mad sad sadly unhappy ugly broken broke breaks"
        " fail fails failed failing failure poor poorly junk defective faulty wrong mess messed lousy fear afraid"
        " scared terrified horribly terribly sucky bored boring lame cry crying tears depressed depressing lonely"
        " sorry awkward gross embarrassing embarrassed ashamed shame cheated cheat misleading ignored ignorant"
        " incompetent unprofessional unreliable flawed regret threat threaten war attack attacked accused guilty"
        " crime criminal victim injured bomb schlecht schlechter schlechte schlechten enttäuscht enttäuschend"
        " enttäuschung nervt genervt nervig traurig kaputt defekt falsch peinlich unfreundlich inkompetent mies"
        " miese frustriert verletzt leider angst unzufrieden"
    ),
    -1.4: (
        "problem problems problematic issue issues trouble troubles difficult difficulty hard complain complaint"
        " complaints complained waste wasted wasting refuse refused refuses lost lose losing loses missing missed"
        " miss cancelled annoyingly slow slowly sluggish error errors bug bugs buggy crash crashed crashes freeze"
        " freezes froze stuck stopped delay delayed late waiting expensive overpriced pricey flimsy cheaply cheap"
        " weak weakness confusing confused complicated clumsy awkwardly uncomfortable inconvenient noisy loud heavy"
        " bulky scratched scratches scratch leak leaks unfortunately lack lacks lacking drawback drawbacks con cons"
        " downside poorer unable cannot unusable returned returning worry worried worries tired exhausted ill"
        " concerned concern doubt doubtful fake hate-mail blame complaining dislike disliked sigh ugh wtf ouch meh"
        " nope alas damned shortcoming shortcomings nuisance hassle flaw flaws beware avoid minus quit forever"
        " infuriating blurry sub-par subpar unhelpful unclear uneven dull dim limited dirty smell smells stinks"
        " stink poorest crappily defect defects problem probleme fehler beschwerde beschweren langsam verspätet"
        " verspätung fehlt verloren vermisse teuer überteuert kompliziert umständlich unbrauchbar warte gewartet"
        " schwierig schade mangelhaft reklamation"
    ),
    1.0: (
        "ok okay fine fair decent works worked working easy easily handy useful helpful safe clean fast quick"
        " quickly light compact clear clearly bright sturdy solid reliable affordable comfortable convenient"
        " accurate smooth smoothly interesting hope hopes hoping lucky cool yes welcome calm peace free win wins"
        " won rich agree support supports improved improvement improve plus pros advantage quality recommend"
        " recommended worth cute funny lol haha fun gut gute guten einfach schnell nützlich hilfreich klar"
        " zuverlässig bequem hoffe okay"
    ),
    2.0: (
        "good great nice nicely glad happy happily pleased like likes liked thanks thank thankful grateful enjoy"
        " enjoyed enjoying enjoyable satisfied satisfying well better pretty proud smart sweet appreciate"
        " appreciated elegant impressed impressive friendly kind beautiful beautifully joy smile smiling laugh"
        " laughing yay hooray congrats congratulations celebrate success successful winner gorgeous delicious"
        " blessed danke dankbar freue froh glücklich zufrieden schön schöne toll tolle nett freundlich super prima"
        " klasse besser gefällt gerne freut"
    ),
    3.0: (
        "love loves loved loving excellent amazing awesome fantastic wonderful wonderfully perfect perfectly"
        " brilliant superb best outstanding incredible delighted thrilled terrific fabulous magnificent marvelous"
        " ecstatic heaven liebe liebt fantastisch wunderbar ausgezeichnet perfekt großartig hervorragend begeistert"
        " genial beste besten"
    ),
}

WEIGHTS = {word: weight for weight, words in _LISTS.items() for word in words.split()} | {
    ":)": 1.8,
    ":-)": 1.8,
    ":d": 2.3,
    ":D": 2.3,
    ";)": 1.2,
    "<3": 2.5,
    ":(": -1.9,
    ":-(": -1.9,
    ":/": -1.2,
    "=(": -1.9,
    "=)": 1.8,
    "so-so": -0.5,
}
"""By lower-case word without apostrophes; a word in several lists has the weight of the last."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NEGATIONS = _set(
    "not no never none nobody nothing neither nor cannot cant without hardly barely isnt wasnt dont doesnt didnt wont"
    " wouldnt couldnt shouldnt havent hasnt hadnt arent werent aint nicht kein keine keinen keinem keiner nie niemals"
    " nichts niemand ohne kaum"
)
STRONGER = _set(
    "very really so extremely absolutely completely totally utterly incredibly super too such damn fucking freaking"
    " truly deeply highly sehr wirklich extrem absolut völlig total äußerst unglaublich zu echt"
)
WEAKER = _set("somewhat slightly kinda rather fairly little bit quite etwas leicht ziemlich bisschen eher")
BUT = _set("but however yet aber jedoch doch allerdings")
ONLY_NEGATED = _set(
    "work respond answer answering recognize recognise start open load play read fit help last connect get solve"
    " resolve funktioniert funktionieren geht hilft helfen antwortet antworten gelöst"
)
"""Words that say something only where they are denied: "it does not work"."""
