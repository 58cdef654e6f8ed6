"""The aggregate that folds asserted values, and the trigger that holds versions to their tenant's records."""

from __future__ import annotations

from django.db import migrations

# Later keys win, keys not mentioned stay.
FOLD = "CREATE AGGREGATE jsonb_fold(jsonb) (sfunc = jsonb_concat, stype = jsonb, initcond = '{}')"

# Arguments: column, table, column, table ... Row security applies inside, and the tenant is compared as well.
REFERENCES_EXIST = """
CREATE FUNCTION crm_references_exist() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    missing bigint;
BEGIN
    FOR i IN 0 .. TG_NARGS - 1 BY 2 LOOP
        EXECUTE format(
            'SELECT a.%1$I FROM added a WHERE a.%1$I IS NOT NULL AND NOT EXISTS ('
            'SELECT FROM public.%2$I t WHERE t.tenant_id = a.tenant_id AND t.id = a.%1$I) LIMIT 1',
            TG_ARGV[i], TG_ARGV[i + 1]
        ) INTO missing;
        IF missing IS NOT NULL THEN
            RAISE foreign_key_violation USING
                MESSAGE = format('%s.%s: no row %s of this tenant in %s', TG_TABLE_NAME, TG_ARGV[i], missing,
                                 TG_ARGV[i + 1]);
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""

NEVER_DELETED = """
CREATE FUNCTION crm_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE foreign_key_violation USING
        MESSAGE = format('rows of %s are never deleted: versions refer to them', TG_TABLE_NAME);
END $$
"""

# What each version table refers to.
REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "crm_account_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_account"),
        ("parent_id", "crm_account"),
        ("owner_id", "crm_user"),
    ),
    "crm_account_team_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_account_team"),
        ("account_id", "crm_account"),
        ("user_id", "crm_user"),
    ),
    "crm_activity_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_activity"),
        ("contact_id", "crm_contact"),
        ("lead_id", "crm_lead"),
        ("account_id", "crm_account"),
        ("opportunity_id", "crm_opportunity"),
        ("campaign_id", "crm_campaign"),
        ("owner_id", "crm_user"),
    ),
    "crm_campaign_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_campaign"),
        ("parent_id", "crm_campaign"),
        ("owner_id", "crm_user"),
    ),
    "crm_campaign_member_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_campaign_member"),
        ("campaign_id", "crm_campaign"),
        ("contact_id", "crm_contact"),
        ("lead_id", "crm_lead"),
    ),
    "crm_contact_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_contact"),
        ("account_id", "crm_account"),
        ("owner_id", "crm_user"),
        ("merged_into_id", "crm_contact"),
    ),
    "crm_contract_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_contract"),
        ("account_id", "crm_account"),
        ("opportunity_id", "crm_opportunity"),
        ("owner_id", "crm_user"),
    ),
    "crm_cost_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_cost"),
        ("campaign_id", "crm_campaign"),
    ),
    "crm_finance_booking_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_finance_booking"),
        ("account_id", "crm_account"),
        ("opportunity_id", "crm_opportunity"),
    ),
    "crm_fx_rate_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_fx_rate"),
    ),
    "crm_health_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_health"),
        ("account_id", "crm_account"),
        ("owner_id", "crm_user"),
    ),
    "crm_lead_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_lead"),
        ("owner_id", "crm_user"),
        ("campaign_id", "crm_campaign"),
        ("converted_account_id", "crm_account"),
        ("converted_contact_id", "crm_contact"),
        ("converted_opportunity_id", "crm_opportunity"),
        ("merged_into_id", "crm_lead"),
    ),
    "crm_line_item_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_line_item"),
        ("opportunity_id", "crm_opportunity"),
        ("product_id", "crm_product"),
    ),
    "crm_opportunity_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_opportunity"),
        ("account_id", "crm_account"),
        ("owner_id", "crm_user"),
        ("stage_id", "crm_stage"),
        ("campaign_id", "crm_campaign"),
        ("product_id", "crm_product"),
        ("merged_into_id", "crm_opportunity"),
    ),
    "crm_opportunity_contact_role_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_opportunity_contact_role"),
        ("opportunity_id", "crm_opportunity"),
        ("contact_id", "crm_contact"),
    ),
    "crm_opportunity_team_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_opportunity_team"),
        ("opportunity_id", "crm_opportunity"),
        ("user_id", "crm_user"),
    ),
    "crm_plan_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_plan"),
    ),
    "crm_product_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_product"),
    ),
    "crm_quota_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_quota"),
        ("user_id", "crm_user"),
    ),
    "crm_quote_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_quote"),
        ("opportunity_id", "crm_opportunity"),
        ("account_id", "crm_account"),
        ("owner_id", "crm_user"),
    ),
    "crm_stage_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_stage"),
    ),
    "crm_subscription_period_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_subscription_period"),
        ("account_id", "crm_account"),
        ("product_id", "crm_product"),
        ("contract_id", "crm_contract"),
    ),
    "crm_target_list_member_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_target_list_member"),
        ("account_id", "crm_account"),
        ("owner_id", "crm_user"),
    ),
    "crm_usage_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_usage"),
        ("account_id", "crm_account"),
        ("product_id", "crm_product"),
    ),
    "crm_user_version": (
        ("asserted_id", "crm_assertion_shape"),
        ("run_id", "crm_load_run"),
        ("record_id", "crm_user"),
        ("manager_id", "crm_user"),
    ),
}


def _triggers(table: str, references: tuple[tuple[str, str], ...]) -> str:
    arguments = ", ".join(f"'{part}'" for pair in references for part in pair)
    return "".join(
        f"CREATE TRIGGER references_exist_{event.lower()} AFTER {event} ON {table}"
        f" REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
        f" EXECUTE FUNCTION crm_references_exist({arguments});"
        for event in ("INSERT", "UPDATE")
    ) + (
        f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table.removesuffix('_version')}"
        " FOR EACH ROW EXECUTE FUNCTION crm_never_deleted();"
    )


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]

    operations = [
        migrations.RunSQL(FOLD, "DROP AGGREGATE jsonb_fold(jsonb)"),
        migrations.RunSQL(REFERENCES_EXIST, "DROP FUNCTION crm_references_exist() CASCADE"),
        migrations.RunSQL(NEVER_DELETED, "DROP FUNCTION crm_never_deleted() CASCADE"),
        *(
            migrations.RunSQL(_triggers(table, references), migrations.RunSQL.noop)
            for table, references in REFERENCES.items()
        ),
    ]
