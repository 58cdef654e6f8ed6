"""Everything that fixes an answer besides the question: instants, data version, settings, definition
versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any  # JSON as a receipt keeps it

from metrics.answer import Used
from tenants.settings import TenantSettings, settings_at

PEOPLE = ("user",)
RATES = ("fx_rate",)


@dataclass(frozen=True)
class Pins:
    """`as_of` is valid time, `known_at` known time: it also pins exchange rates, stages, hierarchy and
    settings.

    `settings_day` says which day's settings hold; their fingerprint guards the replay. `uses` are the
    definition versions reached from the metric, the metric itself first. `known_of` sets the known
    time of objects apart: those that had not been loaded by `known_at` are known as their first load told
    them. `settings_known_at` does so for settings, on the way between two receipts only.
    """

    as_of: datetime
    known_at: datetime
    data_version: int
    settings_day: date
    settings: str
    uses: tuple[Used, ...]
    known_of: tuple[tuple[str, datetime], ...] = ()
    settings_known_at: datetime | None = None

    def with_knowledge_of_records(self, other: Pins) -> Pins:
        """What `other` knows, but people and exchange rates as known here: a step between two receipts."""
        return replace(
            self.with_all_knowledge(other),
            known_of=_merged(other.known_of, {each: self._known(each) for each in (*PEOPLE, *RATES)}),
        )

    def with_knowledge_of_people(self, other: Pins) -> Pins:
        """The step after it: people as `other` knows them, too."""
        kept = _merged(other.known_of, {each: self._known(each) for each in RATES})
        return replace(self.with_all_knowledge(other), known_of=kept)

    def with_knowledge_of_rates(self, other: Pins) -> Pins:
        """The step after that: exchange rates as `other` knows them, too."""
        return self.with_all_knowledge(other)

    def with_settings(self, other: Pins) -> Pins:
        return replace(
            self,
            settings=other.settings,
            settings_day=other.settings_day,
            settings_known_at=other.settings_known_at,
        )

    def with_all_knowledge(self, other: Pins) -> Pins:
        """Every record as `other` knows it; settings stay those of here."""
        return replace(
            self,
            known_at=other.known_at,
            data_version=other.data_version,
            known_of=other.known_of,
            settings_known_at=self.settings_known_at or self.known_at,
        )

    def _known(self, object: str) -> datetime:
        return dict(self.known_of).get(object, self.known_at)

    def to_json(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat(),
            "data_version": self.data_version,
            "settings_day": self.settings_day.isoformat(),
            "settings": self.settings,
            "uses": [
                {
                    name: getattr(used, name)
                    for name in ("key", "label", "number", "state", "checksum", "version_id")
                }
                for used in self.uses
            ],
            **(
                {"known_of": {object: at.isoformat() for object, at in self.known_of}}
                if self.known_of
                else {}
            ),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Pins:
        return cls(
            as_of=datetime.fromisoformat(body["as_of"]),
            known_at=datetime.fromisoformat(body["known_at"]),
            data_version=body["data_version"],
            settings_day=date.fromisoformat(body["settings_day"]),
            settings=body["settings"],
            uses=tuple(Used(**used) for used in body["uses"]),
            known_of=tuple(
                (object, datetime.fromisoformat(at))
                for object, at in sorted(body.get("known_of", {}).items())
            ),
        )

    def tenant_settings(self) -> TenantSettings:
        """The settings as they were known then."""
        return settings_at(self.settings_day, self.settings_known_at or self.known_at)


def _merged(
    apart: tuple[tuple[str, datetime], ...], more: Mapping[str, datetime]
) -> tuple[tuple[str, datetime], ...]:
    return tuple(sorted({**dict(apart), **more}.items()))
