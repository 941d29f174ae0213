# Keeps a throw-away PostgreSQL server for as long as its input stays open.
#
# usage: sh -c "$(cat keeper.sh)" keeper BINDIR PORT
#
# Says "ready" when the server takes connections. However the process that holds the other end of
# the input ends, even killed, the input ends with it, and the server and its directory go. A line
# of input is the id of a process that must not outlive the input's holder; an empty line takes
# that back.
set -u
bin=$1
port=$2
export LC_ALL=C
umask 022
temporary=${TMPDIR:-/tmp}

# Only a machine that went down leaves anything behind. A server that still ran would stop by
# itself, within a minute of losing its directory.
for old in "$temporary"/estrad-postgres.*; do
    keeper=${old##*/estrad-postgres.}
    keeper=${keeper%%.*}
    if [ -O "$old" ] && ! kill -0 "$keeper" 2>/dev/null; then
        rm -rf "$old"
    fi
done

# PostgreSQL refuses to run as root.
if [ "$(id -u)" != 0 ]; then
    user=
    as_user() { "$@"; }
else
    user=nobody
    id -u postgres >/dev/null 2>&1 && user=postgres
    if setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups true 2>/dev/null; then
        as_user() { setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups "$@"; }
    else
        as_user() { su -s /bin/sh -c 'exec "$@"' -- "$user" sh "$@"; }
    fi
fi

dir=
dependent=
finish() {
    trap '' HUP INT PIPE TERM
    if [ -n "$dependent" ]; then
        # `cargo test` would leave its child alone in the world; nextest ends its own, in a while.
        # shellcheck disable=SC2046 # one word for each child
        kill -TERM "$dependent" $(pgrep -P "$dependent") 2>/dev/null
        tries=100
        while kill -0 "$dependent" 2>/dev/null && [ "$tries" -gt 0 ]; do
            sleep 0.1
            tries=$((tries - 1))
        done
    fi
    if [ -n "$dir" ]; then
        as_user "$bin/pg_ctl" stop -D "$dir/data" -m immediate >/dev/null 2>&1
        rm -rf "$dir"
    fi
}
trap finish EXIT
trap 'exit 1' HUP INT PIPE TERM

dir=$(mktemp -d "$temporary/estrad-postgres.$$.XXXXXX") || exit 1
chmod 755 "$dir" && cd "$dir" && mkdir -m 700 data || exit 1
if [ -n "$user" ]; then chown "$user" data || exit 1; fi

try() {
    if ! as_user "$@" </dev/null >>log 2>&1; then
        echo "PostgreSQL does not start:" >&2
        cat log data/server.log >&2 2>/dev/null
        exit 1
    fi
}

try "$bin/initdb" -D "$dir/data" --username=estrad --auth=trust --encoding=UTF8 --locale=C --no-sync
# Nothing here outlives the tests, so nothing needs to survive a crash.
cat >>data/postgresql.conf <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '.'
max_connections = 300
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
try "$bin/pg_ctl" start -D "$dir/data" -l "$dir/data/server.log" -w -t 60

echo ready
while read -r line; do
    dependent=$line
done
