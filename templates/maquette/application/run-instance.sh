#!/usr/bin/bash
# Starts the instance of the user who calls this, or runs one of its commands.
#
#   bash run-instance.sh                    the application server, on ~/biomaid.sock
#   bash run-instance.sh -s                 the same, static files gathered first
#   bash run-instance.sh COMMAND [WORD...]  manage.py COMMAND, in the instance's environment
#
# Words that start with a dash are this script's own options, never the command's.

cd "$HOME/biomaid" || exit 1

# Services and cron read no ~/.bashrc, and Poetry lives here.
export PATH="$HOME/.local/bin:$PATH"

words=()
statics=
for word in "$@"; do
    case $word in
        -s | --install-statics) statics=yes ;;
        -*)
            echo "Unknown option $word"
            exit 1
            ;;
        *) words+=("$word") ;;
    esac
done

if [ ${#words[@]} -gt 0 ]; then
    exec poetry run python manage.py "${words[@]}"
fi

if [ -n "$statics" ]; then
    poetry run python manage.py collectstatic --no-input
fi

workers=2
section=
if [ -f instance_config.toml ]; then
    while IFS= read -r line; do
        if [[ $line =~ ^[[:blank:]]*\[([A-Za-z_]+)\] ]]; then
            section=${BASH_REMATCH[1]}
        elif [[ $section == gunicorn_settings && $line =~ ^[[:blank:]]*workers[[:blank:]]*=[[:blank:]]*([0-9]+) ]]; then
            workers=${BASH_REMATCH[1]}
        fi
    done <instance_config.toml
fi

exec poetry run gunicorn --workers "$workers" --log-file ../log/gunicorn_django.log -b "unix:$HOME/biomaid.sock" dra.wsgi
