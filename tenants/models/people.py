"""People, the tenants they belong to and what they may do there."""

from __future__ import annotations

from typing import Any, ClassVar  # Any: Django's user manager takes arbitrary fields.

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from tenants.models.owned import TenantForeignKey, TenantOwned


class Role(models.TextChoices):
    """What a member may do. Job titles map to these in `tenants.vocab`."""

    ADMIN = "admin", "RevOps admin"
    EXECUTIVE = "executive", "Executive"
    MANAGER = "manager", "Manager"
    REP = "rep", "Rep"
    CSM = "csm", "Customer success manager"
    MARKETER = "marketer", "Marketer"
    STEWARD = "steward", "Data steward"
    ANALYST = "analyst", "Analyst"
    AUDITOR = "auditor", "Auditor"


class Function(models.TextChoices):
    """On whose behalf a member agrees to a definition; separate from what the member may do."""

    REVOPS = "revops", "RevOps"
    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"
    CUSTOMER_SUCCESS = "cs", "Customer success"
    FINANCE = "finance", "Finance"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. Belongs to no tenant; memberships do."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "tenants_user"

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)


class Tenant(models.Model):
    """A company. Reached only through tenants.queries, by exact key."""

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "tenants_tenant"

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person in a tenant: the global index that the middleware reads before any tenant is in scope."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    function = models.CharField(max_length=12, choices=Function)
    title = models.CharField(max_length=120, blank=True)
    crm_email = models.EmailField(
        blank=True
    )  # of the CRM user this member is, where it is not the sign-in address
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "tenants_membership"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "user"], name="one_membership_per_person"),
            models.UniqueConstraint(fields=["tenant", "id"], name="tenants_membership_tenant_id_id"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.tenant}"

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN


class InvitationToken(models.Model):
    """Maps the hash of an invitation link to its tenant. The invitation itself is a tenant row."""

    token_hash = models.CharField(primary_key=True, max_length=64)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "tenants_invitation_token"

    def __str__(self) -> str:
        return f"invitation to {self.tenant}"


class Invitation(TenantOwned):
    """An offer to join, open until it is accepted, revoked or too old."""

    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role)
    function = models.CharField(max_length=12, choices=Function)
    token_hash = models.CharField(max_length=64)
    invited_by = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tenants_invitation"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "token_hash"], name="invitation_token_once"),
        ]


class RoleAssignment(TenantOwned):
    """Which role and function a member had from when to when: today's is copied to the membership."""

    membership = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role)
    function = models.CharField(max_length=12, choices=Function)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    known_from = models.DateTimeField()
    known_to = models.DateTimeField()

    class Meta:
        db_table = "tenants_role_assignment"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["tenant", "membership", "valid_from", "known_from"],
                name="one_role_per_instant_and_knowledge",
            ),
        ]


class ApiKey(TenantOwned):
    """A client's credential. Only its hash is kept; the prefix tells keys apart in lists and logs."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_by = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tenants_api_key"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "key_hash"], name="api_key_hash_once"),
            models.UniqueConstraint(fields=["tenant", "prefix"], name="api_key_prefix_once"),
        ]
