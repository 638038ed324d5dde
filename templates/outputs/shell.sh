# What the scripts beside this read: the word `as`, and the secrets that it hands on.
{% for name, value in secrets.items() %}
{{ name }}={{ value | shell_word }}
{% endfor %}
# What is typed must be as readable as where Jalon makes it, whatever this shell had.
umask 022
as() {
    (
        user=$1 words=$2
        shift 2
        HOME=$(getent passwd "$user" | cut -d: -f6)
        [ $# = 0 ] || export "$@"
        export HOME USER="$user" LOGNAME="$user" LC_ALL=C.UTF-8
        export GIT_TERMINAL_PROMPT=0 PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring
        cd "$HOME" || exit
        exec runuser -u "$user" -- sh -c "umask 022; $words"
    )
}
