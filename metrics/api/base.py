"""What every address of this package needs."""

from __future__ import annotations

from tenants.api import TenantAPIView


class MetricsAPIView(TenantAPIView):
    """Needs the scope `metrics:read`."""

    scope = "metrics:read"
