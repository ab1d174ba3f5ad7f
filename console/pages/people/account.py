"""Signing in and out, and one's own password."""

from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from approvals.learning.calibrating.terms import planted
from approvals.models import Member
from approvals.staffing import passwords
from approvals.staffing.refusals import PasswordReplaced
from console.access import member_of, member_required
from console.pages import errors
from console.pages.people import attempts, landing
from console.pages.people.forms import ChangePasswordForm, ChoosePasswordForm, SignInForm

CHOOSING = "choosing_password"
BACKEND = "django.contrib.auth.backends.ModelBackend"


class ChoosingTokens(PasswordResetTokenGenerator):
    """Proof that a one-time password was typed; void once the password changes or its owner signs in."""

    key_salt = "console.pages.people.account.ChoosingTokens"


tokens = ChoosingTokens()


class SignInView(LoginView):
    """E-mail and password; a password made up by an admin only opens the page to choose another."""

    authentication_form = SignInForm
    template_name = "account/sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        """Refused before the password is looked at when too many were tried."""
        email = request.POST.get("username", "")
        try:
            attempts.begin(email=email, address=_address(request))
        except attempts.TooManyAttempts as refusal:
            return errors.too_many(request, until=refusal.until)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        attempts.failed(address=_address(self.request))
        response = super().form_invalid(form)
        response.status_code = 422
        return response

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        member = form.get_user()
        assert isinstance(member, Member)
        attempts.succeeded(email=member.email, address=_address(self.request))
        if passwords.is_one_time(member):
            return _let_choose(self.request, member, then=self.get_success_url())
        return super().form_valid(form)

    def get_success_url(self) -> str:
        """Where to go after: a page that can be got, and never back here, which would go round for ever."""
        return landing.page_at(super().get_success_url(), never=self.request.path)


# The view itself sends people who are signed in on before it looks at the method.
sign_in = require_http_methods(["GET", "HEAD", "POST"])(SignInView.as_view())


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
def choose_password(request: HttpRequest) -> HttpResponse:
    """Choose a password after a one-time one was typed, and be signed in with it."""
    member = _who_chooses(request)
    if member is None:
        return redirect("sign_in")
    form = ChoosePasswordForm(member, request.POST or None)
    if not form.is_valid():
        return _page(request, "account/choose_password.html", form, member)
    try:
        passwords.choose_password(member, password=form.cleaned_data["new_password1"])
    except PasswordReplaced:
        return redirect("sign_in")
    then = request.session.pop(CHOOSING)["then"]
    login(request, member, BACKEND)
    return redirect(then)


@require_http_methods(["GET", "POST"])
@member_required
@never_cache
@sensitive_post_parameters()
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here; change my password, which ends my other sessions."""
    member = member_of(request)
    if request.method != "POST":
        return _page(request, "account/account.html", ChangePasswordForm(member), member)
    try:
        attempts.begin_change(email=member.email)
    except attempts.TooManyAttempts as refusal:
        return errors.too_many(request, until=refusal.until)
    form = ChangePasswordForm(member, request.POST)
    if not form.is_valid():
        return _page(request, "account/account.html", form, member)
    attempts.changed(email=member.email)
    try:
        passwords.choose_password(member, password=form.cleaned_data["new_password1"])
    except PasswordReplaced:
        return redirect("sign_in")
    update_session_auth_hash(request, member)
    return redirect(f"{reverse('account')}?changed=1")


def _let_choose(request: HttpRequest, member: Member, *, then: str) -> HttpResponse:
    """Remember in a fresh session who typed their one-time password; this signs nobody in."""
    request.session.flush()
    request.session[CHOOSING] = {"member": member.pk, "token": tokens.make_token(member), "then": then}
    return redirect("choose_password")


def _who_chooses(request: HttpRequest) -> Member | None:
    choosing = request.session.get(CHOOSING)
    if choosing is None:
        return None
    member = Member.objects.filter(pk=choosing["member"], is_active=True).first()
    return member if member and tokens.check_token(member, choosing["token"]) else None


def _page(
    request: HttpRequest, template: str, form: ChoosePasswordForm | ChangePasswordForm, member: Member
) -> HttpResponse:
    met = planted(member.tenant_id, by=member)
    told = {"planted": met, "caught": met.seeds - met.missed}
    context = {"form": form, "member": member, "changed": "changed" in request.GET, **told}
    return render(request, template, context, status=422 if form.errors else 200)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
