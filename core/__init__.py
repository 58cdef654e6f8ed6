"""core: what every app stands on and what knows no business.

Owns: errors people can act on, money, periods and fiscal calendars, business time, hand-written SQL, the
plumbing of the REST API, and the pieces of the page shell (template tags, charts, content security policy).

May import: the standard library, Django, Django REST framework and small pure libraries. No other app.

Never: reads the clock (time is a parameter), knows a tenant, a CRM object or a metric, or writes a business
table.
"""
