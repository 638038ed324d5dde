"""The clusters of this machine, as Debian's `pg_lsclusters` lists them: running or not, whatever their port."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.base.lines import lines_of
from wizard.base.values import Value
from wizard.host.commands import CommandOutput
from wizard.host.reading import Host, Unknown

LISTED = CommandOutput(("pg_lsclusters", "--no-header"))


class Listed(Value):
    """A cluster as listed by `pg_lsclusters`; `directory` holds its data, whose owner is `owner`."""

    version: str
    name: str
    port: int
    online: bool
    owner: str = ""
    directory: str = ""
    log: str = ""

    @property
    def settings(self) -> str:
        """The folder of its configuration."""
        return f"/etc/postgresql/{self.version}/{self.name}"

    @property
    def unit(self) -> str:
        """The systemd unit of the cluster."""
        return f"postgresql@{self.version}-{self.name}.service"


def cluster_of(host: Host, port: int) -> Listed | None:
    """The cluster that has that port; None where `pg_lsclusters` lists none, or is not there."""
    return next((one for one in clusters(host) if one.port == port), None)


def clusters(host: Host) -> Iterator[Listed]:
    """The clusters of this machine, running or not; none where there is no `pg_lsclusters`."""
    said = host.read(LISTED)
    if isinstance(said, Unknown) or said.status:
        return
    for line in lines_of(said.out):
        words = line.split()
        if len(words) > 3 and words[2].isdigit():
            owner, directory = words[4:6] if len(words) > 5 else ("", "")
            log = words[6] if len(words) == 7 and words[6].startswith("/") else ""
            online = words[3].startswith("online")
            yield Listed(words[0], words[1], int(words[2]), online, owner, directory, log)
