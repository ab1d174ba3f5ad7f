"""Addresses of the account and of the pages where admins work."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from console.pages.people import account, keys, members, teams

urlpatterns: list[URLPattern] = [
    path("sign-in", account.sign_in, name="sign_in"),
    path("sign-out", require_POST(LogoutView.as_view(next_page="sign_in")), name="sign_out"),
    path("choose-password", account.choose_password, name="choose_password"),
    path("account", account.account, name="account"),
    path("people", members.people, name="people"),
    path("people/new", members.new_person, name="new_person"),
    path("people/<int:member_id>", members.person, name="person"),
    path("people/<int:member_id>/deactivate", members.deactivate, name="deactivate_person"),
    path("people/<int:member_id>/password", members.give_password, name="give_password"),
    path("people/<int:member_id>/once", members.password_once, name="password_once"),
    path("teams", teams.teams, name="teams"),
    path("keys", keys.keys, name="keys"),
    path("keys/new", keys.new_key, name="new_key"),
    path("keys/<int:key_id>", keys.key, name="key"),
    path("keys/<int:key_id>/once", keys.secret_once, name="secret_once"),
    path("keys/<int:key_id>/revoke", keys.revoke, name="revoke_key"),
]
