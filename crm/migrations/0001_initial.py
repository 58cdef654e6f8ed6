from datetime import UTC, datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import crm.models.base
import tenants.models.owned
import tenants.models.protection
import tenants.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssertionShape",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("object", models.TextField()),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
            ],
            options={
                "db_table": "crm_assertion_shape",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "object", "columns"), name="assertion_shape_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_assertion_shape_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomField",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("object", models.TextField()),
                ("name", models.TextField()),
                ("label", models.TextField()),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("number", "number"),
                            ("money", "money"),
                            ("bool", "bool"),
                            ("date", "date"),
                            ("instant", "instant"),
                        ],
                        max_length=10,
                    ),
                ),
                ("is_filterable", models.BooleanField(default=False)),
                ("is_personal", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "crm_custom_field",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "object", "name"), name="custom_field_once"),
                    tenants.models.protection.TenantRows(name="crm_custom_field_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomValue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "field",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="crm.customfield",
                    ),
                ),
                ("record_id", models.BigIntegerField()),
                ("text", models.TextField(null=True)),
                ("number", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("flag", models.BooleanField(null=True)),
                ("day", models.DateField(null=True)),
                ("instant", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "crm_custom_value",
                "indexes": [
                    models.Index(
                        condition=models.Q(("text__isnull", False)),
                        fields=["tenant", "field", "text"],
                        name="custom_value_text",
                    ),
                    models.Index(
                        condition=models.Q(("number__isnull", False)),
                        fields=["tenant", "field", "number"],
                        name="custom_value_number",
                    ),
                    models.Index(
                        condition=models.Q(("day__isnull", False)),
                        fields=["tenant", "field", "day"],
                        name="custom_value_day",
                    ),
                    models.Index(
                        condition=models.Q(("instant__isnull", False)),
                        fields=["tenant", "field", "instant"],
                        name="custom_value_instant",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "field", "record_id"), name="custom_value_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_custom_value_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="field", name="crm_custom_value_field_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ErasureCertificate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("erased_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("actor", models.TextField()),
                ("reason", models.TextField()),
                ("records", models.JSONField()),
                ("counts", models.JSONField()),
                ("salt", models.CharField(max_length=32)),
                ("digests", models.JSONField()),
            ],
            options={
                "db_table": "crm_erasure_certificate",
                "constraints": [
                    tenants.models.protection.TenantRows(name="crm_erasure_certificate_tenant_rows")
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("name", models.TextField(null=True)),
                ("email", models.TextField(null=True)),
                (
                    "manager",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("team", models.TextField(null=True)),
                ("region", models.TextField(null=True)),
                ("title", models.TextField(null=True)),
                ("is_active", models.BooleanField(null=True)),
                ("function", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_user",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("manager__isnull", False)),
                        fields=["tenant", "manager"],
                        name="crm_user_manager",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="user_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_user_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="manager", name="crm_user_manager_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("name", models.TextField(null=True)),
                (
                    "parent",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "owner",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("industry", models.TextField(null=True)),
                ("segment", models.TextField(null=True)),
                ("region", models.TextField(null=True)),
                ("country", models.TextField(null=True)),
                ("employees", models.BigIntegerField(null=True)),
                ("annual_revenue", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("annual_revenue_currency", models.CharField(max_length=3, null=True)),
                ("website", models.TextField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("is_target", models.BooleanField(null=True)),
                ("lifecycle", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_account",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("parent__isnull", False)),
                        fields=["tenant", "parent"],
                        name="crm_account_parent",
                    ),
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["tenant", "owner"],
                        name="crm_account_owner",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="account_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_account_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="parent", name="crm_account_parent_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="owner", name="crm_account_owner_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("name", models.TextField(null=True)),
                ("first_name", models.TextField(null=True)),
                ("last_name", models.TextField(null=True)),
                ("email", models.TextField(null=True)),
                ("phone", models.TextField(null=True)),
                (
                    "account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "owner",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("title", models.TextField(null=True)),
                ("seniority", models.TextField(null=True)),
                ("department", models.TextField(null=True)),
                ("country", models.TextField(null=True)),
                ("lead_source", models.TextField(null=True)),
                ("lifecycle", models.TextField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("is_opted_out", models.BooleanField(null=True)),
                (
                    "merged_into",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contact",
                    ),
                ),
            ],
            options={
                "db_table": "crm_contact",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["tenant", "account"],
                        name="crm_contact_account",
                    ),
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["tenant", "owner"],
                        name="crm_contact_owner",
                    ),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)),
                        fields=["tenant", "merged_into"],
                        name="crm_contact_merged_into",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="contact_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_contact_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="account", name="crm_contact_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="owner", name="crm_contact_owner_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="merged_into", name="crm_contact_merged_into_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("name", models.TextField(null=True)),
                (
                    "parent",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
                ("channel", models.TextField(null=True)),
                ("status", models.TextField(null=True)),
                ("start_on", models.DateField(null=True)),
                ("end_on", models.DateField(null=True)),
                ("budget", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("cost", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                (
                    "owner",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("is_active", models.BooleanField(null=True)),
            ],
            options={
                "db_table": "crm_campaign",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("parent__isnull", False)),
                        fields=["tenant", "parent"],
                        name="crm_campaign_parent",
                    ),
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["tenant", "owner"],
                        name="crm_campaign_owner",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="campaign_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_campaign_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="parent", name="crm_campaign_parent_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="owner", name="crm_campaign_owner_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("pipeline", models.TextField(null=True)),
                ("name", models.TextField(null=True)),
                ("label", models.TextField(null=True)),
                ("position", models.BigIntegerField(null=True)),
                ("outcome", models.TextField(null=True)),
                ("is_qualified", models.BooleanField(null=True)),
                ("forecast_category", models.TextField(null=True)),
                ("probability", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("is_active", models.BooleanField(null=True)),
            ],
            options={
                "db_table": "crm_stage",
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="stage_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_stage_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("name", models.TextField(null=True)),
                ("code", models.TextField(null=True)),
                ("family", models.TextField(null=True)),
                ("list_price", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("list_price_currency", models.CharField(max_length=3, null=True)),
                ("is_active", models.BooleanField(null=True)),
                ("is_recurring", models.BooleanField(null=True)),
            ],
            options={
                "db_table": "crm_product",
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="product_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_product_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opportunity",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("name", models.TextField(null=True)),
                (
                    "account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "owner",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                (
                    "stage",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.stage",
                    ),
                ),
                ("opportunity_type", models.TextField(null=True)),
                ("type_raw", models.TextField(null=True)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("close_date", models.DateField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("lead_source", models.TextField(null=True)),
                (
                    "campaign",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
                ("forecast_category", models.TextField(null=True)),
                (
                    "product",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.product",
                    ),
                ),
                ("next_step", models.TextField(null=True)),
                ("loss_reason", models.TextField(null=True)),
                ("is_test", models.BooleanField(null=True)),
                (
                    "merged_into",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
            ],
            options={
                "db_table": "crm_opportunity",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["tenant", "account"],
                        name="crm_opportunity_account",
                    ),
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["tenant", "owner"],
                        name="crm_opportunity_owner",
                    ),
                    models.Index(
                        condition=models.Q(("stage__isnull", False)),
                        fields=["tenant", "stage"],
                        name="crm_opportunity_stage",
                    ),
                    models.Index(
                        condition=models.Q(("campaign__isnull", False)),
                        fields=["tenant", "campaign"],
                        name="crm_opportunity_campaign",
                    ),
                    models.Index(
                        condition=models.Q(("product__isnull", False)),
                        fields=["tenant", "product"],
                        name="crm_opportunity_product",
                    ),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)),
                        fields=["tenant", "merged_into"],
                        name="crm_opportunity_merged_into",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="opportunity_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_opportunity_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="account", name="crm_opportunity_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="owner", name="crm_opportunity_owner_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="stage", name="crm_opportunity_stage_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="campaign", name="crm_opportunity_campaign_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="product", name="crm_opportunity_product_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="merged_into", name="crm_opportunity_merged_into_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("name", models.TextField(null=True)),
                ("first_name", models.TextField(null=True)),
                ("last_name", models.TextField(null=True)),
                ("email", models.TextField(null=True)),
                ("phone", models.TextField(null=True)),
                ("company", models.TextField(null=True)),
                ("title", models.TextField(null=True)),
                (
                    "owner",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("status", models.TextField(null=True)),
                ("lead_source", models.TextField(null=True)),
                (
                    "campaign",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
                ("country", models.TextField(null=True)),
                ("industry", models.TextField(null=True)),
                ("employees", models.BigIntegerField(null=True)),
                ("score", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("converted_at", models.DateTimeField(null=True)),
                ("is_converted", models.BooleanField(null=True)),
                (
                    "converted_account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "converted_contact",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contact",
                    ),
                ),
                (
                    "converted_opportunity",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                ("rejection_reason", models.TextField(null=True)),
                ("is_test", models.BooleanField(null=True)),
                (
                    "merged_into",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.lead",
                    ),
                ),
            ],
            options={
                "db_table": "crm_lead",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["tenant", "owner"],
                        name="crm_lead_owner",
                    ),
                    models.Index(
                        condition=models.Q(("campaign__isnull", False)),
                        fields=["tenant", "campaign"],
                        name="crm_lead_campaign",
                    ),
                    models.Index(
                        condition=models.Q(("converted_account__isnull", False)),
                        fields=["tenant", "converted_account"],
                        name="crm_lead_converted_account",
                    ),
                    models.Index(
                        condition=models.Q(("converted_contact__isnull", False)),
                        fields=["tenant", "converted_contact"],
                        name="crm_lead_converted_contact",
                    ),
                    models.Index(
                        condition=models.Q(("converted_opportunity__isnull", False)),
                        fields=["tenant", "converted_opportunity"],
                        name="crm_lead_converted_opportunity",
                    ),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)),
                        fields=["tenant", "merged_into"],
                        name="crm_lead_merged_into",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="lead_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_lead_tenant_rows"),
                    tenants.models.protection.SameTenant(field="owner", name="crm_lead_owner_id_same_tenant"),
                    tenants.models.protection.SameTenant(
                        field="campaign", name="crm_lead_campaign_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="converted_account", name="crm_lead_converted_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="converted_contact", name="crm_lead_converted_contact_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="converted_opportunity", name="crm_lead_converted_opportunity_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="merged_into", name="crm_lead_merged_into_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunityContactRole",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                (
                    "opportunity",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                (
                    "contact",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contact",
                    ),
                ),
                ("role", models.TextField(null=True)),
                ("is_primary", models.BooleanField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "crm_opportunity_contact_role",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("opportunity__isnull", False)),
                        fields=["tenant", "opportunity"],
                        name="crm_ocr_opportunity",
                    ),
                    models.Index(
                        condition=models.Q(("contact__isnull", False)),
                        fields=["tenant", "contact"],
                        name="crm_ocr_contact",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"),
                        name="opportunity_contact_role_source_id_once",
                    ),
                    tenants.models.protection.TenantRows(name="crm_opportunity_contact_role_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="opportunity", name="crm_opportunity_contact_role_opportunity_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="contact", name="crm_opportunity_contact_role_contact_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunityTeam",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                (
                    "opportunity",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                (
                    "user",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("role", models.TextField(null=True)),
                ("split_type", models.TextField(null=True)),
                ("split_percent", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("split_amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("split_amount_currency", models.CharField(max_length=3, null=True)),
            ],
            options={
                "db_table": "crm_opportunity_team",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("opportunity__isnull", False)),
                        fields=["tenant", "opportunity"],
                        name="crm_ot_opportunity",
                    ),
                    models.Index(
                        condition=models.Q(("user__isnull", False)),
                        fields=["tenant", "user"],
                        name="crm_ot_user",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="opportunity_team_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_opportunity_team_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="opportunity", name="crm_opportunity_team_opportunity_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="user", name="crm_opportunity_team_user_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountTeam",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                (
                    "account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "user",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("role", models.TextField(null=True)),
                ("start_on", models.DateField(null=True)),
                ("end_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "crm_account_team",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["tenant", "account"],
                        name="crm_at_account",
                    ),
                    models.Index(
                        condition=models.Q(("user__isnull", False)),
                        fields=["tenant", "user"],
                        name="crm_at_user",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="account_team_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_account_team_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="account", name="crm_account_team_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="user", name="crm_account_team_user_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("kind", models.TextField(null=True)),
                ("direction", models.TextField(null=True)),
                ("at", models.DateTimeField(null=True)),
                ("subject", models.TextField(null=True)),
                (
                    "contact",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contact",
                    ),
                ),
                (
                    "lead",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.lead",
                    ),
                ),
                (
                    "account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "opportunity",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                (
                    "campaign",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
                (
                    "owner",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("status", models.TextField(null=True)),
                ("outcome", models.TextField(null=True)),
                ("is_automated", models.BooleanField(null=True)),
                ("is_completed", models.BooleanField(null=True)),
                ("duration_minutes", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("created_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "crm_activity",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("contact__isnull", False)),
                        fields=["tenant", "contact"],
                        name="crm_activity_contact",
                    ),
                    models.Index(
                        condition=models.Q(("lead__isnull", False)),
                        fields=["tenant", "lead"],
                        name="crm_activity_lead",
                    ),
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["tenant", "account"],
                        name="crm_activity_account",
                    ),
                    models.Index(
                        condition=models.Q(("opportunity__isnull", False)),
                        fields=["tenant", "opportunity"],
                        name="crm_activity_opportunity",
                    ),
                    models.Index(
                        condition=models.Q(("campaign__isnull", False)),
                        fields=["tenant", "campaign"],
                        name="crm_activity_campaign",
                    ),
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["tenant", "owner"],
                        name="crm_activity_owner",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="activity_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_activity_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="contact", name="crm_activity_contact_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="lead", name="crm_activity_lead_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="account", name="crm_activity_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="opportunity", name="crm_activity_opportunity_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="campaign", name="crm_activity_campaign_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="owner", name="crm_activity_owner_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignMember",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                (
                    "campaign",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
                (
                    "contact",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contact",
                    ),
                ),
                (
                    "lead",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.lead",
                    ),
                ),
                ("status", models.TextField(null=True)),
                ("has_responded", models.BooleanField(null=True)),
                ("responded_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "crm_campaign_member",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("campaign__isnull", False)),
                        fields=["tenant", "campaign"],
                        name="crm_cm_campaign",
                    ),
                    models.Index(
                        condition=models.Q(("contact__isnull", False)),
                        fields=["tenant", "contact"],
                        name="crm_cm_contact",
                    ),
                    models.Index(
                        condition=models.Q(("lead__isnull", False)),
                        fields=["tenant", "lead"],
                        name="crm_cm_lead",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="campaign_member_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_campaign_member_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="campaign", name="crm_campaign_member_campaign_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="contact", name="crm_campaign_member_contact_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="lead", name="crm_campaign_member_lead_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TargetListMember",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("list_name", models.TextField(null=True)),
                (
                    "account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                ("tier", models.TextField(null=True)),
                ("start_on", models.DateField(null=True)),
                ("end_on", models.DateField(null=True)),
                (
                    "owner",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
            ],
            options={
                "db_table": "crm_target_list_member",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["tenant", "account"],
                        name="crm_tlm_account",
                    ),
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["tenant", "owner"],
                        name="crm_tlm_owner",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="target_list_member_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_target_list_member_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="account", name="crm_target_list_member_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="owner", name="crm_target_list_member_owner_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Usage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                (
                    "account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "product",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.product",
                    ),
                ),
                ("measure", models.TextField(null=True)),
                ("observed_on", models.DateField(null=True)),
                ("quantity", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("allowance", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
            ],
            options={
                "db_table": "crm_usage",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["tenant", "account"],
                        name="crm_usage_account",
                    ),
                    models.Index(
                        condition=models.Q(("product__isnull", False)),
                        fields=["tenant", "product"],
                        name="crm_usage_product",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="usage_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_usage_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="account", name="crm_usage_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="product", name="crm_usage_product_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Health",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                (
                    "account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                ("measure", models.TextField(null=True)),
                ("observed_at", models.DateTimeField(null=True)),
                ("score", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("band", models.TextField(null=True)),
                ("reason", models.TextField(null=True)),
                (
                    "owner",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
            ],
            options={
                "db_table": "crm_health",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["tenant", "account"],
                        name="crm_health_account",
                    ),
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["tenant", "owner"],
                        name="crm_health_owner",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="health_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_health_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="account", name="crm_health_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="owner", name="crm_health_owner_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LineItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                (
                    "opportunity",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                (
                    "product",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.product",
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("unit_price", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("total", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("discount_percent", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("start_on", models.DateField(null=True)),
                ("term_months", models.BigIntegerField(null=True)),
                ("is_recurring", models.BooleanField(null=True)),
            ],
            options={
                "db_table": "crm_line_item",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("opportunity__isnull", False)),
                        fields=["tenant", "opportunity"],
                        name="crm_li_opportunity",
                    ),
                    models.Index(
                        condition=models.Q(("product__isnull", False)),
                        fields=["tenant", "product"],
                        name="crm_li_product",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="line_item_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_line_item_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="opportunity", name="crm_line_item_opportunity_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="product", name="crm_line_item_product_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quote",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("name", models.TextField(null=True)),
                (
                    "opportunity",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                (
                    "account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                ("status", models.TextField(null=True)),
                ("total", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("discount_percent", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("expires_on", models.DateField(null=True)),
                ("is_primary", models.BooleanField(null=True)),
                (
                    "owner",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
            ],
            options={
                "db_table": "crm_quote",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("opportunity__isnull", False)),
                        fields=["tenant", "opportunity"],
                        name="crm_quote_opportunity",
                    ),
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["tenant", "account"],
                        name="crm_quote_account",
                    ),
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["tenant", "owner"],
                        name="crm_quote_owner",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="quote_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_quote_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="opportunity", name="crm_quote_opportunity_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="account", name="crm_quote_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="owner", name="crm_quote_owner_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("name", models.TextField(null=True)),
                (
                    "account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "opportunity",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                ("status", models.TextField(null=True)),
                ("start_on", models.DateField(null=True)),
                ("end_on", models.DateField(null=True)),
                ("term_months", models.BigIntegerField(null=True)),
                ("total", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("annual_value", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("is_auto_renewing", models.BooleanField(null=True)),
                ("notice_days", models.BigIntegerField(null=True)),
                (
                    "owner",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
            ],
            options={
                "db_table": "crm_contract",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["tenant", "account"],
                        name="crm_contract_account",
                    ),
                    models.Index(
                        condition=models.Q(("opportunity__isnull", False)),
                        fields=["tenant", "opportunity"],
                        name="crm_contract_opportunity",
                    ),
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["tenant", "owner"],
                        name="crm_contract_owner",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="contract_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_contract_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="account", name="crm_contract_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="opportunity", name="crm_contract_opportunity_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="owner", name="crm_contract_owner_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubscriptionPeriod",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                (
                    "account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "product",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.product",
                    ),
                ),
                (
                    "contract",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contract",
                    ),
                ),
                ("subscription", models.TextField(null=True)),
                ("start_on", models.DateField(null=True)),
                ("end_on", models.DateField(null=True)),
                ("mrr", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("seats", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("status", models.TextField(null=True)),
                ("billing_frequency", models.TextField(null=True)),
                ("is_metered", models.BooleanField(null=True)),
                ("churn_reason", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_subscription_period",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["tenant", "account"],
                        name="crm_sp_account",
                    ),
                    models.Index(
                        condition=models.Q(("product__isnull", False)),
                        fields=["tenant", "product"],
                        name="crm_sp_product",
                    ),
                    models.Index(
                        condition=models.Q(("contract__isnull", False)),
                        fields=["tenant", "contract"],
                        name="crm_sp_contract",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="subscription_period_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_subscription_period_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="account", name="crm_subscription_period_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="product", name="crm_subscription_period_product_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="contract", name="crm_subscription_period_contract_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FinanceBooking",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                (
                    "account",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "opportunity",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                ("document", models.TextField(null=True)),
                ("kind", models.TextField(null=True)),
                ("booked_on", models.DateField(null=True)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("ledger_account", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_finance_booking",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["tenant", "account"],
                        name="crm_fb_account",
                    ),
                    models.Index(
                        condition=models.Q(("opportunity__isnull", False)),
                        fields=["tenant", "opportunity"],
                        name="crm_fb_opportunity",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="finance_booking_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_finance_booking_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="account", name="crm_finance_booking_account_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="opportunity", name="crm_finance_booking_opportunity_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cost",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("month", models.DateField(null=True)),
                ("category", models.TextField(null=True)),
                ("channel", models.TextField(null=True)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("is_loaded", models.BooleanField(null=True)),
                (
                    "campaign",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
            ],
            options={
                "db_table": "crm_cost",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("campaign__isnull", False)),
                        fields=["tenant", "campaign"],
                        name="crm_cost_campaign",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="cost_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_cost_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="campaign", name="crm_cost_campaign_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("scope", models.TextField(null=True)),
                ("scope_value", models.TextField(null=True)),
                ("measure", models.TextField(null=True)),
                ("period_start", models.DateField(null=True)),
                ("period_end", models.DateField(null=True)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("quantity", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("version_label", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_plan",
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="plan_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_plan_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quota",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                (
                    "user",
                    tenants.models.owned.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("measure", models.TextField(null=True)),
                ("period_start", models.DateField(null=True)),
                ("period_end", models.DateField(null=True)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("quantity", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("ramp_factor", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("proration", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("team", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_quota",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("user__isnull", False)),
                        fields=["tenant", "user"],
                        name="crm_quota_user",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="quota_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_quota_tenant_rows"),
                    tenants.models.protection.SameTenant(field="user", name="crm_quota_user_id_same_tenant"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FxRate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("custom", models.JSONField(default=dict)),
                ("is_stub", models.BooleanField(default=False)),
                ("is_deleted", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("rate_table", models.TextField(null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("to_currency", models.CharField(max_length=3, null=True)),
                ("rate", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("valid_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "crm_fx_rate",
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "source_id"), name="fx_rate_source_id_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_fx_rate_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                ("key", models.TextField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("file", "File"),
                            ("salesforce", "Salesforce"),
                            ("hubspot", "HubSpot"),
                            ("other", "Other system"),
                        ],
                        default="file",
                        max_length=12,
                    ),
                ),
                ("label", models.TextField()),
                ("link_template", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "crm_source",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "key"), name="source_key_once"),
                    tenants.models.protection.TenantRows(name="crm_source_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoadRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "source",
                    tenants.models.owned.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.source"
                    ),
                ),
                ("object", models.TextField()),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("changes", "Changes only"),
                            ("full_list", "Full list"),
                            ("snapshots", "Dated snapshots"),
                            ("history", "History"),
                            ("undo", "Undo of a run"),
                        ],
                        default="changes",
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("completed", "Completed"),
                            ("stopped", "Stopped"),
                            ("failed", "Failed"),
                            ("undone", "Undone"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("observed_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                ("read", models.BigIntegerField(default=0)),
                ("changed", models.BigIntegerField(default=0)),
                ("unchanged", models.BigIntegerField(default=0)),
                ("rejected", models.BigIntegerField(default=0)),
                ("stubs", models.BigIntegerField(default=0)),
                ("ended", models.BigIntegerField(default=0)),
                ("data_version", models.BigIntegerField(null=True)),
                ("file_name", models.TextField(blank=True)),
                ("file_digest", models.CharField(blank=True, max_length=64)),
                (
                    "undone_by",
                    tenants.models.owned.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
            ],
            options={
                "db_table": "crm_load_run",
                "indexes": [
                    models.Index(fields=["tenant", "object", "-id"], name="load_run_by_object"),
                    models.Index(fields=["tenant", "file_digest"], name="load_run_by_file"),
                ],
                "constraints": [
                    tenants.models.protection.TenantRows(name="crm_load_run_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="source", name="crm_load_run_source_id_same_tenant"
                    ),
                    tenants.models.protection.SameTenant(
                        field="undone_by", name="crm_load_run_undone_by_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.user",
                    ),
                ),
                ("name", models.TextField(null=True)),
                ("email", models.TextField(null=True)),
                (
                    "manager",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("team", models.TextField(null=True)),
                ("region", models.TextField(null=True)),
                ("title", models.TextField(null=True)),
                ("is_active", models.BooleanField(null=True)),
                ("function", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_user_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_user_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_user_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_user_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="user_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="user_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_user_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.account",
                    ),
                ),
                ("name", models.TextField(null=True)),
                (
                    "parent",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "owner",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("industry", models.TextField(null=True)),
                ("segment", models.TextField(null=True)),
                ("region", models.TextField(null=True)),
                ("country", models.TextField(null=True)),
                ("employees", models.BigIntegerField(null=True)),
                ("annual_revenue", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("annual_revenue_currency", models.CharField(max_length=3, null=True)),
                ("website", models.TextField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("is_target", models.BooleanField(null=True)),
                ("lifecycle", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_account_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_account_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_account_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_account_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="account_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="account_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_account_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.contact",
                    ),
                ),
                ("name", models.TextField(null=True)),
                ("first_name", models.TextField(null=True)),
                ("last_name", models.TextField(null=True)),
                ("email", models.TextField(null=True)),
                ("phone", models.TextField(null=True)),
                (
                    "account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "owner",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("title", models.TextField(null=True)),
                ("seniority", models.TextField(null=True)),
                ("department", models.TextField(null=True)),
                ("country", models.TextField(null=True)),
                ("lead_source", models.TextField(null=True)),
                ("lifecycle", models.TextField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("is_opted_out", models.BooleanField(null=True)),
                (
                    "merged_into",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contact",
                    ),
                ),
            ],
            options={
                "db_table": "crm_contact_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_contact_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_contact_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_contact_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="contact_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="contact_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_contact_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeadVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.lead",
                    ),
                ),
                ("name", models.TextField(null=True)),
                ("first_name", models.TextField(null=True)),
                ("last_name", models.TextField(null=True)),
                ("email", models.TextField(null=True)),
                ("phone", models.TextField(null=True)),
                ("company", models.TextField(null=True)),
                ("title", models.TextField(null=True)),
                (
                    "owner",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("status", models.TextField(null=True)),
                ("lead_source", models.TextField(null=True)),
                (
                    "campaign",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
                ("country", models.TextField(null=True)),
                ("industry", models.TextField(null=True)),
                ("employees", models.BigIntegerField(null=True)),
                ("score", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("converted_at", models.DateTimeField(null=True)),
                ("is_converted", models.BooleanField(null=True)),
                (
                    "converted_account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "converted_contact",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contact",
                    ),
                ),
                (
                    "converted_opportunity",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                ("rejection_reason", models.TextField(null=True)),
                ("is_test", models.BooleanField(null=True)),
                (
                    "merged_into",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.lead",
                    ),
                ),
            ],
            options={
                "db_table": "crm_lead_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_lead_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_lead_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_lead_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="lead_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="lead_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_lead_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StageVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.stage",
                    ),
                ),
                ("pipeline", models.TextField(null=True)),
                ("name", models.TextField(null=True)),
                ("label", models.TextField(null=True)),
                ("position", models.BigIntegerField(null=True)),
                ("outcome", models.TextField(null=True)),
                ("is_qualified", models.BooleanField(null=True)),
                ("forecast_category", models.TextField(null=True)),
                ("probability", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("is_active", models.BooleanField(null=True)),
            ],
            options={
                "db_table": "crm_stage_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_stage_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_stage_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_stage_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="stage_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="stage_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_stage_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunityVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.opportunity",
                    ),
                ),
                ("name", models.TextField(null=True)),
                (
                    "account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "owner",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                (
                    "stage",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.stage",
                    ),
                ),
                ("opportunity_type", models.TextField(null=True)),
                ("type_raw", models.TextField(null=True)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("close_date", models.DateField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("lead_source", models.TextField(null=True)),
                (
                    "campaign",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
                ("forecast_category", models.TextField(null=True)),
                (
                    "product",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.product",
                    ),
                ),
                ("next_step", models.TextField(null=True)),
                ("loss_reason", models.TextField(null=True)),
                ("is_test", models.BooleanField(null=True)),
                (
                    "merged_into",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
            ],
            options={
                "db_table": "crm_opportunity_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_opportunity_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_opportunity_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_opportunity_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="opportunity_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="opportunity_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_opportunity_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunityContactRoleVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.opportunitycontactrole",
                    ),
                ),
                (
                    "opportunity",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                (
                    "contact",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contact",
                    ),
                ),
                ("role", models.TextField(null=True)),
                ("is_primary", models.BooleanField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "crm_opportunity_contact_role_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_ocr_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_ocr_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_ocr_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="opportunity_contact_role_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="opportunity_contact_role_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(
                        name="crm_opportunity_contact_role_version_tenant_rows"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunityTeamVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.opportunityteam",
                    ),
                ),
                (
                    "opportunity",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                (
                    "user",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("role", models.TextField(null=True)),
                ("split_type", models.TextField(null=True)),
                ("split_percent", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("split_amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("split_amount_currency", models.CharField(max_length=3, null=True)),
            ],
            options={
                "db_table": "crm_opportunity_team_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_ot_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_ot_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_ot_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="opportunity_team_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="opportunity_team_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_opportunity_team_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountTeamVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.accountteam",
                    ),
                ),
                (
                    "account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "user",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("role", models.TextField(null=True)),
                ("start_on", models.DateField(null=True)),
                ("end_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "crm_account_team_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_at_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_at_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_at_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="account_team_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="account_team_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_account_team_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActivityVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.activity",
                    ),
                ),
                ("kind", models.TextField(null=True)),
                ("direction", models.TextField(null=True)),
                ("at", models.DateTimeField(null=True)),
                ("subject", models.TextField(null=True)),
                (
                    "contact",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contact",
                    ),
                ),
                (
                    "lead",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.lead",
                    ),
                ),
                (
                    "account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "opportunity",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                (
                    "campaign",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
                (
                    "owner",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("status", models.TextField(null=True)),
                ("outcome", models.TextField(null=True)),
                ("is_automated", models.BooleanField(null=True)),
                ("is_completed", models.BooleanField(null=True)),
                ("duration_minutes", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("created_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "crm_activity_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_activity_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_activity_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_activity_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="activity_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="activity_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_activity_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.campaign",
                    ),
                ),
                ("name", models.TextField(null=True)),
                (
                    "parent",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
                ("channel", models.TextField(null=True)),
                ("status", models.TextField(null=True)),
                ("start_on", models.DateField(null=True)),
                ("end_on", models.DateField(null=True)),
                ("budget", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("cost", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                (
                    "owner",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("is_active", models.BooleanField(null=True)),
            ],
            options={
                "db_table": "crm_campaign_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_campaign_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_campaign_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_campaign_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="campaign_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="campaign_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_campaign_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignMemberVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.campaignmember",
                    ),
                ),
                (
                    "campaign",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
                (
                    "contact",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contact",
                    ),
                ),
                (
                    "lead",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.lead",
                    ),
                ),
                ("status", models.TextField(null=True)),
                ("has_responded", models.BooleanField(null=True)),
                ("responded_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "crm_campaign_member_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_cm_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_cm_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_cm_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="campaign_member_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="campaign_member_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_campaign_member_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TargetListMemberVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.targetlistmember",
                    ),
                ),
                ("list_name", models.TextField(null=True)),
                (
                    "account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                ("tier", models.TextField(null=True)),
                ("start_on", models.DateField(null=True)),
                ("end_on", models.DateField(null=True)),
                (
                    "owner",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
            ],
            options={
                "db_table": "crm_target_list_member_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_tlm_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_tlm_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_tlm_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="target_list_member_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="target_list_member_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_target_list_member_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.usage",
                    ),
                ),
                (
                    "account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "product",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.product",
                    ),
                ),
                ("measure", models.TextField(null=True)),
                ("observed_on", models.DateField(null=True)),
                ("quantity", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("allowance", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
            ],
            options={
                "db_table": "crm_usage_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_usage_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_usage_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_usage_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="usage_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="usage_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_usage_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.health",
                    ),
                ),
                (
                    "account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                ("measure", models.TextField(null=True)),
                ("observed_at", models.DateTimeField(null=True)),
                ("score", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("band", models.TextField(null=True)),
                ("reason", models.TextField(null=True)),
                (
                    "owner",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
            ],
            options={
                "db_table": "crm_health_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_health_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_health_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_health_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="health_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="health_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_health_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.product",
                    ),
                ),
                ("name", models.TextField(null=True)),
                ("code", models.TextField(null=True)),
                ("family", models.TextField(null=True)),
                ("list_price", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("list_price_currency", models.CharField(max_length=3, null=True)),
                ("is_active", models.BooleanField(null=True)),
                ("is_recurring", models.BooleanField(null=True)),
            ],
            options={
                "db_table": "crm_product_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_product_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_product_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_product_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="product_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="product_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_product_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LineItemVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.lineitem",
                    ),
                ),
                (
                    "opportunity",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                (
                    "product",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.product",
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("unit_price", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("total", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("discount_percent", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("start_on", models.DateField(null=True)),
                ("term_months", models.BigIntegerField(null=True)),
                ("is_recurring", models.BooleanField(null=True)),
            ],
            options={
                "db_table": "crm_line_item_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_li_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_li_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_li_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="line_item_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="line_item_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_line_item_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.quote",
                    ),
                ),
                ("name", models.TextField(null=True)),
                (
                    "opportunity",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                (
                    "account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                ("status", models.TextField(null=True)),
                ("total", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("discount_percent", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("expires_on", models.DateField(null=True)),
                ("is_primary", models.BooleanField(null=True)),
                (
                    "owner",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
            ],
            options={
                "db_table": "crm_quote_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_quote_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_quote_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_quote_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="quote_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="quote_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_quote_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContractVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.contract",
                    ),
                ),
                ("name", models.TextField(null=True)),
                (
                    "account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "opportunity",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                ("status", models.TextField(null=True)),
                ("start_on", models.DateField(null=True)),
                ("end_on", models.DateField(null=True)),
                ("term_months", models.BigIntegerField(null=True)),
                ("total", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("annual_value", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("is_auto_renewing", models.BooleanField(null=True)),
                ("notice_days", models.BigIntegerField(null=True)),
                (
                    "owner",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
            ],
            options={
                "db_table": "crm_contract_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_contract_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_contract_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_contract_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="contract_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="contract_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_contract_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubscriptionPeriodVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.subscriptionperiod",
                    ),
                ),
                (
                    "account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "product",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.product",
                    ),
                ),
                (
                    "contract",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.contract",
                    ),
                ),
                ("subscription", models.TextField(null=True)),
                ("start_on", models.DateField(null=True)),
                ("end_on", models.DateField(null=True)),
                ("mrr", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("seats", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("status", models.TextField(null=True)),
                ("billing_frequency", models.TextField(null=True)),
                ("is_metered", models.BooleanField(null=True)),
                ("churn_reason", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_subscription_period_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_sp_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_sp_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_sp_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="subscription_period_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="subscription_period_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_subscription_period_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FinanceBookingVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.financebooking",
                    ),
                ),
                (
                    "account",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.account",
                    ),
                ),
                (
                    "opportunity",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.opportunity",
                    ),
                ),
                ("document", models.TextField(null=True)),
                ("kind", models.TextField(null=True)),
                ("booked_on", models.DateField(null=True)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("ledger_account", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_finance_booking_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_fb_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_fb_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_fb_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="finance_booking_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="finance_booking_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_finance_booking_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CostVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.cost",
                    ),
                ),
                ("month", models.DateField(null=True)),
                ("category", models.TextField(null=True)),
                ("channel", models.TextField(null=True)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("is_loaded", models.BooleanField(null=True)),
                (
                    "campaign",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.campaign",
                    ),
                ),
            ],
            options={
                "db_table": "crm_cost_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_cost_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_cost_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_cost_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="cost_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="cost_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_cost_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.plan",
                    ),
                ),
                ("scope", models.TextField(null=True)),
                ("scope_value", models.TextField(null=True)),
                ("measure", models.TextField(null=True)),
                ("period_start", models.DateField(null=True)),
                ("period_end", models.DateField(null=True)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("quantity", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("version_label", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_plan_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_plan_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_plan_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_plan_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="plan_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="plan_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_plan_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuotaVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.quota",
                    ),
                ),
                (
                    "user",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.user",
                    ),
                ),
                ("measure", models.TextField(null=True)),
                ("period_start", models.DateField(null=True)),
                ("period_end", models.DateField(null=True)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("quantity", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("ramp_factor", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("proration", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("team", models.TextField(null=True)),
            ],
            options={
                "db_table": "crm_quota_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_quota_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_quota_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_quota_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="quota_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="quota_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_quota_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FxRateVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("custom", models.JSONField(default=dict)),
                ("is_deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "asserted",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.assertionshape",
                    ),
                ),
                (
                    "run",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.loadrun",
                    ),
                ),
                ("reconstructed", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField()),
                (
                    "record",
                    crm.models.base.LedgerReference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="crm.fxrate",
                    ),
                ),
                ("rate_table", models.TextField(null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("to_currency", models.CharField(max_length=3, null=True)),
                ("rate", models.DecimalField(decimal_places=10, max_digits=28, null=True)),
                ("valid_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "crm_fx_rate_version",
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "record", "valid_from"], name="crm_fr_history"),
                    models.Index(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=["tenant", "valid_to", "valid_from"],
                        name="crm_fr_as_of",
                    ),
                    models.Index(fields=["tenant", "known_from"], name="crm_fr_known"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("known_to", datetime(9999, 1, 1, 0, 0, tzinfo=UTC))),
                        fields=("tenant", "record", "valid_from", "seq"),
                        name="fx_rate_change_known_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__lte", models.F("valid_to")),
                            ("known_from__lt", models.F("known_to")),
                        ),
                        name="fx_rate_times_in_order",
                    ),
                    tenants.models.protection.TenantRows(name="crm_fx_rate_version_tenant_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RunVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "run",
                    tenants.models.owned.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="crm.loadrun"
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "crm_run_version",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "number"), name="run_version_number_once"),
                    tenants.models.protection.TenantRows(name="crm_run_version_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="run", name="crm_run_version_run_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "run",
                    tenants.models.owned.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="crm.loadrun",
                    ),
                ),
                (
                    "source",
                    tenants.models.owned.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.source"
                    ),
                ),
                ("object", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "crm_snapshot",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "source", "object", "at"), name="snapshot_once"
                    ),
                    tenants.models.protection.TenantRows(name="crm_snapshot_tenant_rows"),
                    tenants.models.protection.SameTenant(field="run", name="crm_snapshot_run_id_same_tenant"),
                    tenants.models.protection.SameTenant(
                        field="source", name="crm_snapshot_source_id_same_tenant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RejectedRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=tenants.scope.current_tenant_id,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "run",
                    tenants.models.owned.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rejected_rows",
                        to="crm.loadrun",
                    ),
                ),
                ("row_number", models.BigIntegerField()),
                ("raw", models.JSONField()),
                ("problems", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("fixed", "Fixed"),
                            ("dismissed", "Dismissed"),
                            ("erased", "Erased"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "crm_rejected_row",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "run", "row_number"), name="rejected_row_once"),
                    tenants.models.protection.TenantRows(name="crm_rejected_row_tenant_rows"),
                    tenants.models.protection.SameTenant(
                        field="run", name="crm_rejected_row_run_id_same_tenant"
                    ),
                ],
            },
        ),
    ]
