"""Typed values of filterable custom fields, kept beside current records."""

from __future__ import annotations

# Records named by {records}: their values as the custom document has them now.
FORGET_VALUES = """
DELETE FROM crm_custom_value v
USING crm_custom_field f
WHERE v.tenant_id = %(tenant_id)s AND f.tenant_id = %(tenant_id)s AND f.id = v.field_id
  AND f.object = %(object)s AND v.record_id IN ({records})
"""

KEEP_VALUES = """
INSERT INTO crm_custom_value (tenant_id, field_id, record_id, text, number, flag, day, instant)
SELECT %(tenant_id)s, f.id, c.id,
       CASE WHEN f.type = 'text' THEN x.value END,
       CASE WHEN f.type IN ('number', 'money') THEN x.value::numeric END,
       CASE WHEN f.type = 'bool' THEN x.value::boolean END,
       CASE WHEN f.type = 'date' THEN x.value::date END,
       CASE WHEN f.type = 'instant' THEN x.value::timestamptz END
FROM crm_custom_field f
JOIN {current} c ON c.tenant_id = %(tenant_id)s AND c.id IN ({records}) AND c.custom ? f.name
CROSS JOIN LATERAL (SELECT c.custom ->> f.name AS value) x
WHERE f.tenant_id = %(tenant_id)s AND f.object = %(object)s AND f.is_filterable AND x.value IS NOT NULL
"""
