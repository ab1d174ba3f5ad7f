"""Text nobody should trust, and what of it must be seen."""

MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<a href='https://evil.example'>Approved by your manager</a>",
    "</p></div><button>Approve</button>",
    "<form action='/queue/1/decide' method=post><button>ok</button></form>",
    "<div hx-post='/queue/1/decide' hx-trigger='load' hx-vals='{}'></div>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "{{ request.user.password }}{% debug %}",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png) https://evil.example",
    "<style>*{display:none}</style><link rel=stylesheet href=https://evil.example>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "%(name)s {n} %s {0}",
)
HIDDEN = (
    ("U+202E", "review\u202eevorppa"),
    ("U+200B ×14", "card" + "\u200b" * 14),
    ("U+2066", "a\u2066b"),
    ("U+200F", "a\u200fb"),
    ("U+FEFF", "a\ufeffb"),
    ("U+00AD", "ap\xadprove"),
    ("U+E0041–E0046 ×6", "hi" + "".join(chr(0xE0041 + step) for step in range(6))),
    ("U+FE0F", "a\ufe0f"),
    ("U+E0100–E0102 ×3", "x\U000e0100\U000e0101\U000e0102"),
    ("U+0000", "a\x00b"),
    ("U+001B", "\x1b[31mred"),
    ("U+0085", "a\x85b"),
    ("U+000D", "a\rb"),
    ("U+2028", "a\u2028b"),
    ("U+3164", "a\u3164b"),
    ("U+115F", "a\u115fb"),
    ("U+D800", "a\ud800b"),
    ("U+FFFE", "a\ufffeb"),
    ("U+0301 ×36", "z" + "\u0301" * 40),
)
WHOLE = (
    "line one\nline two\ttabbed\r\nline three",
    "family 👨‍👩‍👧 heart ❤️ keycap 1️⃣ wave 👋🏽 copyright ©",
    "naïve façade Ångström 日本語 한국어 العربية עברית Ελλάδα Россия",
    "card ·· 4417, €1,840.00, “quoted”, 10 µm",
)
EVERYTHING = " ".join((*MARKUP, *(text for _label, text in HIDDEN if "\ud800" not in text and "\x00" not in text)))
"""All of it at once, as far as a database can hold it."""
