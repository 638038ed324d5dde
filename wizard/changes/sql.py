"""SQL as PostgreSQL's administrator, in the database `postgres` and in no other.

What is in an instance's own database (views, functions, operators, policies) would act in the name of whoever asks.
"""

from __future__ import annotations

from wizard.changes.change import Hands
from wizard.host.postgresql import SAFE_PATH, Cluster, ClusterState
from wizard.host.reading import Host


def psql(hands: Hands, port: int, sql: str) -> str:
    """Run SQL as the administrator, passed on standard input so that it is not visible in the process list."""
    words = ("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-p", str(port), "-d", "postgres", "-f", "-")
    return hands.run(words, user="postgres", stdin=sql, env=SAFE_PATH)


def cluster(host: Host, port: int) -> ClusterState:
    """Return the cluster's state, an empty one if unknown."""
    found = host.read(Cluster(port))
    return found if isinstance(found, ClusterState) else ClusterState()
