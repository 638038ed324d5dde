#!/bin/bash
# {{ title }}, instance {{ instance }}: what jalon would type on a machine where nothing is installed yet.
#
# Run{% if root %} as root on a bare machine{% endif %}:   bash THIS-FILE SECRETS
#
# SECRETS is a file of mode 0600 with a line NAME=VALUE (as it is, without quotes) for each of:
{% for variable in secrets %}
#   {{ variable }}
{% endfor %}
# They may be variables of the environment instead. None is in this file, and none reaches a command line.
#
# Words in single quotes are expanded by the shell of another user, and secrets are exported by their names:
# shellcheck disable=SC2016,SC2163

set -euo pipefail
umask 022

fail() { printf '%s\n' "$*" >&2; exit 64; }
{% if root %}
[ "$(id -u)" = 0 ] || fail {{ needs_root | shell_word }}
{% endif %}

names=({{ secrets | join(" ") }})
if [ $# -gt 0 ]; then
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        for name in "${names[@]}"; do [ "$name" != "${line%%=*}" ] || printf -v "$name" %s "${line#*=}"; done
    done <"$1"
fi
for name in "${names[@]}"; do
    [ -n "${!name:-}" ] || fail {{ missing | shell_word }} "$name"
    export -n "${name?}"
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
laid=$scratch/laid

say() { printf '\n== %s\n' "$*"; }

# Becomes a user for some words of a shell. Further arguments name the secrets that the words read.
as() {
    local user=$1 words=$2
    shift 2
    (
{% if root %}
        HOME=$(getent passwd "$user" | cut -d: -f6)
{% endif %}
        [ $# = 0 ] || export "$@"
        export HOME USER=$user LOGNAME=$user LC_ALL=C.UTF-8
        export GIT_TERMINAL_PROMPT=0 PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring
        cd "$HOME"
        exec {% if root %}runuser -u "$user" -- {% endif %}sh -c "umask 022; $words"
    )
}

# Lays a file ready from standard input, each @@NAME:quoting@@ in it replaced by that secret, quoted.
lay() {
    rm -f "$laid"
    (umask 077; [ $# = 0 ] || export "$@"; python3 -c '
import json, os, re, shlex, sys
toml = lambda text: json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
quoting = {"python_literal": repr, "shell_word": shlex.quote, "toml_string": toml}
fill = lambda found: quoting[found[2]](os.environ[found[1]])
sys.stdout.write(re.sub(r"@@(JALON_\w+):(\w+)@@", fill, sys.stdin.read()))' >"$laid")
}

{{ body }}
say {{ done | shell_word }}
