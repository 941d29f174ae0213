#!/usr/bin/env bash
# Runs one scenario against each server, pinned to core 0, from core 1, and prints one table.
#
#   compare.sh SCENARIO [OPTIONS OF THE SCENARIO]
#
# SERVERS  which, in this order; ratios are to the first (default: bare uwebsockets socketioxide;
#          also estrad-socketio and estrad-plain, of the release build, on its demo; with
#          +postgres on PostgreSQL, with +single each answer is a transaction of its own)
# REPEAT   how often each, in turns; medians are shown (default 3)
# POSTGRES the URL of a database of the PostgreSQL server, for a user who may create others
# CORES    those of the server, and those of the load (default "0 1")
# BUN      the program that runs the uWebSockets rival (default: bun)
# RESULTS  a file that the single results are added to, one line of JSON each
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
load=$here/../../target/release/estrad-loadtest
estrad=$here/../../target/release/estrad
rivals=$here/rivals/target/release
read -ra servers <<< "${SERVERS:-bare uwebsockets socketioxide}"
read -r server_core load_core <<< "${CORES:-0 1}"
port=${PORT:-4100}
work=$(mktemp -d)
results=${RESULTS:-$work/results}
lines=$work/lines
pid=
database=

# All clients come from one address, and the operator sends as fast as it can.
export ESTRAD_LIVE_EVENTS_PER_SECOND=100000 ESTRAD_LIVE_EVENTS_BURST=1000000
export ESTRAD_LIVE_MAX_CONNECTIONS_PER_ADDRESS=100000

stop() {
    if [ -n "$pid" ]; then
        kill "$pid" 2> "$work/kill" || true
        wait "$pid" 2> "$work/kill" || true
        pid=
    fi
    if [ -n "$database" ]; then
        psql -q "$POSTGRES" -c "DROP DATABASE $database" || true
        database=
    fi
}
trap 'stop; rm -rf "$work"' EXIT

# Each run has a server of its own, so that none inherits the memory of the one before; and a port
# of its own, as the last one may still be closing connections.
start() {
    port=$((port + 1))
    local address=127.0.0.1:$port
    rm -f "$work/demo"
    touch "$work/demo"
    case $1 in
        bare) taskset -c "$server_core" "$rivals/rival-bare" "$port" & ;;
        socketioxide) taskset -c "$server_core" "$rivals/rival-socketioxide" "$port" & ;;
        uwebsockets) taskset -c "$server_core" "${BUN:-bun}" "$here/rivals/uwebsockets/server.ts" "$port" & ;;
        estrad-*)
            # It takes no variable of its prefix that it does not know.
            local settings=(-u ESTRAD_LOADTEST_PASSWORD)
            if [[ $1 == *+postgres* ]]; then
                database=estrad_load_${port}_$$
                psql -q "$POSTGRES" -c "CREATE DATABASE $database"
                settings+=("DATABASE_URL=${POSTGRES%/*}/$database")
            fi
            if [[ $1 == *+single* ]]; then
                settings+=(ESTRAD_LIVE_RESULTS_GROUP=1)
            fi
            env "${settings[@]}" taskset -c "$server_core" "$estrad" serve --demo \
                --data-dir "$work/data-$port" \
                --listen "$address" > "$work/demo" 2> "$work/log" &
            ;;
        *)
            echo "there is no server $1" >&2
            exit 2
            ;;
    esac
    pid=$!
    case $1 in
        bare | uwebsockets) target=(--rival "$address" --protocol raw) ;;
        socketioxide) target=(--rival "$address" --protocol socketio) ;;
        estrad-*)
            local speech=${1#estrad-}
            target=(--estrad "http://$address" --protocol "${speech%%+*}")
            ;;
    esac
    until (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> "$work/connect"; do
        kill -0 "$pid" || { cat "$work/log" >&2; exit 1; }
        sleep 0.1
    done
    case $1 in
        estrad-*)
            # It listens a moment before it says with which password.
            until grep -q '^  admin@demo.example' "$work/demo"; do sleep 0.1; done
            ESTRAD_LOADTEST_PASSWORD=$(awk '$1 == "admin@demo.example" { print $2 }' "$work/demo")
            export ESTRAD_LOADTEST_PASSWORD
            ;;
    esac
}

for _ in $(seq "${REPEAT:-3}"); do
    for server in "${servers[@]}"; do
        start "$server"
        taskset -c "$load_core" "$load" "$@" "${target[@]}" \
            --name "$server" --server-pid "$pid" --json | tee -a "$results" >> "$lines"
        stop
    done
done
"$load" compare < "$lines"
