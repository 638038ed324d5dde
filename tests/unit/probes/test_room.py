from __future__ import annotations

import pytest

from tests.unit.probes.fake import fake
from wizard.base.values import replace
from wizard.host.files import Disk, Space
from wizard.host.postgresql import Cluster, ClusterState
from wizard.probes.room import RoomLeft

PLENTY = Space(10**11, 10**12, 10**6, 1, inodes=10**7)
PROBE = RoomLeft("service.room", "", folders=("/home", "/tmp"), port=5432)


@pytest.mark.parametrize(
    ("room", "outcome", "cause"),
    [
        ({}, "passed", ""),
        ({"read_only": True}, "failed", "file-system-read-only"),
        ({"free": 0}, "failed", "disk-full"),
        ({"free": 10**8}, "warning", "disk-nearly-full"),
        ({"free": 10**8, "total": 2 * 10**8}, "passed", ""),
        ({"inodes_free": 0}, "failed", "inodes-used-up"),
        ({"inodes_free": 500}, "warning", "disk-nearly-full"),
        ({"inodes_free": 0, "inodes": 0}, "passed", ""),
    ],
)
@pytest.mark.parametrize("place", ["/tmp", "/data"])
def test_every_place_counts_the_data_of_postgresql_too(
    place: str, room: dict[str, int | bool], outcome: str, cause: str
) -> None:
    rooms = dict.fromkeys(("/home", "/tmp", "/data"), PLENTY) | {place: replace(PLENTY, **room)}
    answers = {Disk(path): one for path, one in rooms.items()}
    finding = PROBE.observe(fake({**answers, Cluster(5432): ClusterState(data_directory="/data")}))
    assert (finding.outcome, finding.cause.id if finding.cause else "") == (outcome, cause)
    assert place in finding.evidence or outcome == "passed"
