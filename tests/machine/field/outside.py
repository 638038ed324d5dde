"""Reports about: what is only seen from outside."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

GREEN = Before(detected=False, cause="", rightly=False, repair="left")
WHO_MAY = "who may reach this machine is a person's to say"
# What is asked of nginx over the port.
BEHIND_PORT = (
    *("nginx.logo", "nginx.settings", "nginx.traversal", "nginx.media-traversal", "nginx.media"),
    "service.page",
)
# A fresh machine has no nft.
NFT = "command -v nft >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends nftables"
INPUT = NFT + "; nft 'add table inet t; add chain inet t in { type filter hook input priority 0; policy accept; }'"

REPORTS: tuple[Report, ...] = (
    Report(
        Fault(
            "accept-after-reject",
            ("nginx.outside",),
            f"{INPUT}; for rule in 'iifname lo accept' 'ct state related,established accept' 'tcp dport 22 accept'"
            " reject 'tcp dport 80 accept'; do nft add rule inet t in $rule; done",
            "nft delete table inet t",
            "packet-filter-stops",
            outcome="warning",
            left=WHO_MAY,
        ),
        source="https://wiki.drake.org.uk/books/linux/page/oracle-cloud-hosting-configuring-default-iptables-on-a-virtual-machine",
        people="Port 80 was opened and stays closed: the image rejects all before that rule.",
        before=GREEN,
    ),
    Report(
        Fault(
            "firewall",
            ("nginx.outside",),
            f"{INPUT}; nft add rule inet t in iifname != lo tcp dport 80 drop",
            "nft delete table inet t",
            "packet-filter-stops",
            outcome="warning",
            left=WHO_MAY,
        ),
        source="review",
        people="Nobody outside reaches it; the machine itself does.",
        before=GREEN,
    ),
    Report(
        Fault(
            "firewall-ssh-only",
            ("nginx.outside",),
            NFT + "; nft 'add table inet filter;"
            " add chain inet filter input { type filter hook input priority 0; policy drop; }';"
            " for rule in 'iif lo accept' 'ct state vmap { established : accept, related : accept, invalid : drop }'"
            " 'tcp dport { 22, 443 } accept'; do nft add rule inet filter input $rule; done",
            "nft delete table inet filter",
            "packet-filter-stops",
            outcome="warning",
            left=WHO_MAY,
        ),
        source="https://github.com/magenx/Magento-Automated-Server-Configuration-from-MagenX/issues/22",
        people="Connections are refused after the installation, until port 80 is added to the rules.",
        before=GREEN,
    ),
    Report(
        Fault(
            "ipv6-only",
            BEHIND_PORT,
            r"resite '/listen 80;/d; s/listen \[::\]:80;/listen [::]:80 ipv6only=on;/'",
            "unsite",
            "listens-elsewhere",
            also=("nginx.media-open",),
        ),
        source="https://github.com/debops/ansible-nginx/pull/47",
        people="It listens, and over IPv4 every connection is refused.",
        before=Before(detected=True, cause="site-edited", rightly=False, repair="repaired"),
    ),
    Report(
        Fault(
            "listen-loopback",
            ("nginx.outside",),
            "edit $site 's/listen 80;/listen 127.0.0.1:80;/; /listen \\[::\\]/d'; refreshed",
            "unsite",
            "listens-within",
            outcome="warning",
            left="whether others are to reach it is a person's to say",
        ),
        source="https://github.com/ahmed-machine/PokemonGo-Map/issues/715",
        people="All connections from outside are refused, while localhost works.",
        before=GREEN,
    ),
)
"""In the order of their names."""
