"""The aggregate that folds asserted values: later keys win, keys not mentioned stay."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE AGGREGATE jsonb_fold(jsonb) (sfunc = jsonb_concat, stype = jsonb, initcond = '{}')",
            "DROP AGGREGATE jsonb_fold(jsonb)",
        ),
    ]
