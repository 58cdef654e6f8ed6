"""Who is a member, who is invited, and what they may do."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.instants import start_of_day
from tenants import queries, services
from tenants.access import open_to
from tenants.forms import InvitationForm, MemberForm, RoleForm, refuse
from tenants.models import Function, Role
from tenants.principal import TenantRequest
from tenants.settings import settings_at
from tenants.vocab import JOB_TITLES, MANAGES, READS_MEMBERS

# Job title, role and function in words, for the invitation page.
TITLES = [(title.label, Role(title.role).label, Function(title.function).label) for title in JOB_TITLES]
manages = open_to(MANAGES, what="manage members")


@require_safe
@open_to(READS_MEMBERS, what="see the members")
def member_list_page(request: TenantRequest, tenant: str) -> HttpResponse:
    now = timezone.now()
    context = {
        "members": queries.members_of(request.tenant.pk),
        "invitations": queries.open_invitations(now=now),
        "manages": request.membership.role in MANAGES,
    }
    return render(request, "tenants/member_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@manages
def member_invite_page(request: TenantRequest, tenant: str) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = services.invite_member(
                form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                function=form.cleaned_data["function"],
                actor=request.principal.actor,
                now=timezone.now(),
            )
        except DomainError as error:
            refuse(form, error)
        else:
            link = request.build_absolute_uri(new.path)
            if settings.EMAIL_HOST:
                _send(new.invitation.email, request.tenant.name, link)
                messages.success(request, f"The invitation is on its way to {new.invitation.email}.")
                return redirect("member-list", tenant)
            return _show_link(request, link, to=new.invitation.email, purpose="join")
    context = {"form": form, "titles": TITLES}
    return render(request, "tenants/member_invite.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@manages
def member_edit_page(request: TenantRequest, tenant: str, membership_id: int) -> HttpResponse:
    """Job title and CRM user; role and leaving have forms of their own on the same page."""
    member = queries.member(membership_id)
    present = {"title": member.title, "crm_email": member.crm_email}
    form = MemberForm(request.POST or None, initial=present)
    if request.method == "POST" and form.is_valid():
        services.edit_member(membership_id, actor=request.principal.actor, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("member-edit", tenant, membership_id)
    role_form = RoleForm(initial={"role": member.role, "function": member.function})
    return _member_page(request, membership_id, form=form, role_form=role_form)


@require_POST
@manages
def member_role_page(request: TenantRequest, tenant: str, membership_id: int) -> HttpResponse:
    member = queries.member(membership_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        try:
            services.change_role(
                membership_id,
                role=form.cleaned_data["role"],
                function=form.cleaned_data["function"],
                effective_from=_starts(form, now),
                actor=request.principal.actor,
                now=now,
            )
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(
                request, "The role is changed." if not _starts(form, now) else "The change is planned."
            )
            return redirect("member-edit", tenant, membership_id)
    present = {"title": member.title, "crm_email": member.crm_email}
    return _member_page(request, membership_id, form=MemberForm(initial=present), role_form=form)


@require_POST
@manages
def member_deactivate_page(request: TenantRequest, tenant: str, membership_id: int) -> HttpResponse:
    member = services.deactivate_member(membership_id, actor=request.principal.actor, now=timezone.now())
    messages.success(request, f"{member.user} has left. Nothing they did is lost.")
    return redirect("member-list", tenant)


@require_POST
@never_cache
@manages
def member_reset_page(request: TenantRequest, tenant: str, membership_id: int) -> HttpResponse:
    member = queries.member(membership_id)
    path = services.make_reset_link(membership_id, actor=request.principal.actor)
    return _show_link(request, request.build_absolute_uri(path), to=member.user.email, purpose="reset")


@require_POST
@manages
def invitation_revoke_page(request: TenantRequest, tenant: str, invitation_id: int) -> HttpResponse:
    services.revoke_invitation(invitation_id, actor=request.principal.actor, now=timezone.now())
    messages.success(request, "The invitation is withdrawn.")
    return redirect("member-list", tenant)


def _member_page(
    request: TenantRequest, membership_id: int, *, form: MemberForm, role_form: RoleForm
) -> HttpResponse:
    context = {
        "member": queries.member(membership_id),
        "roles": queries.roles_of(membership_id),
        "form": form,
        "role_form": role_form,
    }
    refused = form.is_bound or role_form.is_bound
    return render(request, "tenants/member_edit.html", context, status=422 if refused else 200)


def _starts(form: RoleForm, now: datetime) -> datetime | None:
    """The first instant of the chosen day in the tenant's zone; None for today, which means at once."""
    chosen = form.cleaned_data["effective_from"]
    if chosen is None:
        return None
    zone = settings_at(now.date()).zone
    return None if chosen == now.astimezone(zone).date() else start_of_day(chosen, zone)


def _show_link(request: TenantRequest, link: str, *, to: str, purpose: str) -> HttpResponse:
    return render(request, "tenants/link_once.html", {"link": link, "to": to, "purpose": purpose})


def _send(to: str, company: str, link: str) -> None:
    text = render_to_string("tenants/invitation_mail.txt", {"company": company, "link": link})
    send_mail(f"Join {company}", text, settings.DEFAULT_FROM_EMAIL, [to])
