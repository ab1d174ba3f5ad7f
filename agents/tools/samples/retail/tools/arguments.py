"""The types of the tools' arguments, as tight as the data allows. The model reads their descriptions."""

from typing import Annotated, Literal

from pydantic import Field

_LINE = r"^[^\x00-\x1f\x7f]*$"


def _line(description: str, *, least: int = 1, most: int = 120) -> object:
    return Field(description=description, min_length=least, max_length=most, pattern=_LINE)


AnyId = Annotated[str, _line("An id as the customer gave it or another tool returned it.", most=64)]
"""For reads: a wrong id is answered by "not found", from which an agent learns more than from a schema."""
Name = Annotated[str, _line("A name, such as 'Yusuf'.", most=64)]
Email = Annotated[str, _line("An e-mail address, such as 'yusuf.rossi7301@example.com'.", most=254)]
PostalCode = Annotated[str, _line("A postal code, such as '19122'.", most=16)]

OrderId = Annotated[
    str,
    Field(
        title="Order number",
        description="The order's number with its '#'.",
        pattern=r"^#W[0-9]{7}$",
        examples=["#W1234567"],
    ),
]
UserId = Annotated[
    str,
    Field(
        title="Customer",
        description="The customer's id.",
        pattern=r"^[a-z]+_[a-z]+_[0-9]{4}$",
        examples=["mia_garcia_1234"],
    ),
]
ItemId = Annotated[str, Field(pattern=r"^[0-9]{10}$", examples=["1234567890"])]
ItemIds = Annotated[
    list[ItemId],
    Field(
        description="Item ids of the order; one that was ordered twice may stand twice.", min_length=1, max_length=50
    ),
]
NewItemIds = Annotated[
    list[ItemId],
    Field(
        description="Item ids of what replaces them: same length, same order, each of the same product.",
        min_length=1,
        max_length=50,
    ),
]
MethodId = Annotated[
    str,
    Field(
        description="A payment method of the customer, as the profile or the order names it.",
        pattern=r"^(credit_card|gift_card|paypal)_[0-9]{7}$",
        title="Payment method",
        examples=["paypal_1234567"],
    ),
]
CancelReason = Annotated[
    Literal["no longer needed", "ordered by mistake"], Field(description="Why; the shop accepts no other reason.")
]
Street = Annotated[str, _line("Street and number.")]
SecondLine = Annotated[str, _line("Suite, flat or the like; may be empty.", least=0)]
City = Annotated[str, _line("The city.")]
State = Annotated[str, _line("The state or province, such as 'PA'.")]
Country = Annotated[str, _line("The country, such as 'USA'.")]

Expression = Annotated[
    str,
    Field(
        description="Numbers, + - * / and parentheses, such as '(269.16 - 272.33) * 2'.", min_length=1, max_length=500
    ),
]
Thought = Annotated[str, Field(description="What to remember.", max_length=8000)]
Summary = Annotated[
    str, Field(description="What the person who takes over has to know.", min_length=1, max_length=4000)
]
