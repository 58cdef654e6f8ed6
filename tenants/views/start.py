"""Coming in: where a signed-in person starts, making a company, joining one."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from tenants import queries, services
from tenants.forms import AcceptForm, TenantForm, refuse
from tenants.models import User

SIGNS_IN_WITH = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
@never_cache
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The only company's home, or the list to choose from."""
    memberships = queries.memberships_of(_person(request).pk)
    if len(memberships) == 1:
        return redirect("home", memberships[0].tenant.slug)
    return redirect("tenant-list")


@require_safe
@never_cache
@login_required
def tenant_list_page(request: HttpRequest) -> HttpResponse:
    return render(
        request, "tenants/tenant_list.html", {"memberships": queries.memberships_of(_person(request).pk)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def tenant_create_page(request: HttpRequest) -> HttpResponse:
    form = TenantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            membership = services.create_tenant(
                form.cleaned_data["slug"],
                name=form.cleaned_data["name"],
                founder=_person(request),
                now=timezone.now(),
            )
        except DomainError as error:
            refuse(form, error)
        else:
            return redirect("checklist", membership.tenant.slug)
    status = 422 if form.is_bound else 200
    return render(request, "tenants/tenant_create.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password")
def invitation_accept_page(request: HttpRequest, token: str) -> HttpResponse:
    """Join by a link: new people choose a password, those with an account are asked to sign in first."""
    now = timezone.now()
    offer = services.open_offer(token, now=now)
    if offer is None:
        return render(request, "tenants/invitation_closed.html", status=404)
    person = request.user if isinstance(request.user, User) else None
    has_account = offer.has_account
    if has_account and person is None:
        return redirect(f"{reverse(settings.LOGIN_URL)}?next={request.path}")
    form = AcceptForm(request.POST or None) if person is None else None
    error: DomainError | None = None
    if request.method == "POST" and (form is None or form.is_valid()):
        answers = form.cleaned_data if form is not None else {}
        try:
            membership = services.accept_invitation(token, now=now, user=person, **answers)
        except DomainError as refusal:
            error = refusal
            if form is not None:
                refuse(form, refusal)
        else:
            if person is None:
                login(request, membership.user, backend=SIGNS_IN_WITH)
            messages.success(request, f"Welcome to {membership.tenant.name}.")
            return redirect("home", membership.tenant.slug)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "offer": offer, "person": person, "error": error if form is None else None}
    return render(request, "tenants/invitation_accept.html", context, status=status)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):  # login_required stands before every caller
        raise TypeError("Nobody is signed in.")
    return request.user
