"""Registers the shop's agent; the module to name in `SIGNALBOX_AGENTS`."""

from agents.domain.agent import Agent
from agents.tools.person import ask_person
from agents.tools.registry import agent
from agents.tools.samples.retail import DATA
from agents.tools.samples.retail.tools import desk, items, lookups, orders

TOOLS = (
    lookups.find_user_id_by_email,
    lookups.find_user_id_by_name_zip,
    lookups.get_user_details,
    lookups.get_order_details,
    lookups.get_product_details,
    lookups.list_all_product_types,
    desk.calculate,
    desk.think,
    orders.cancel_pending_order,
    orders.modify_pending_order_address,
    orders.modify_pending_order_payment,
    orders.modify_user_address,
    items.modify_pending_order_items,
    items.return_delivered_order_items,
    items.exchange_delivered_order_items,
    desk.transfer_to_human_agents,
)

ASSISTANT = agent(
    Agent(
        name="retail-assist",
        version="1",
        called="The shop's assistant",
        model="reactive:retail-agent",
        customer_model="reactive:retail-customer",
        system=(DATA / "policy.txt").read_text(encoding="utf-8"),
        # Customers who do not know their order's number have the agent look into all of them.
        step_limit=40,
        tools=(*(tool.__name__ for tool in TOOLS), ask_person.__name__),
    )
)
