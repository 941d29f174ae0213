#!/usr/bin/env bash
# Runs one scenario against each server, pinned to core 0, from core 1, and prints one table.
#
#   compare.sh SCENARIO [OPTIONS OF THE SCENARIO]
#
# SERVERS  which, in this order; ratios are to the first (default: bare uwebsockets socketioxide;
#          also estrad-socketio and estrad-plain, of the release build, on its demo)
# REPEAT   how often each, in turns; medians are shown (default 3)
# BUN      the program that runs the uWebSockets rival (default: bun)
# RESULTS  a file that the single results are added to, one line of JSON each
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
load=$here/../../target/release/estrad-loadtest
estrad=$here/../../target/release/estrad
rivals=$here/rivals/target/release
read -ra servers <<< "${SERVERS:-bare uwebsockets socketioxide}"
port=${PORT:-4100}
work=$(mktemp -d)
results=${RESULTS:-$work/results}
lines=$work/lines
pid=

stop() {
    if [ -n "$pid" ]; then
        kill "$pid" 2> "$work/kill" || true
        wait "$pid" 2> "$work/kill" || true
        pid=
    fi
}
trap 'stop; rm -rf "$work"' EXIT

# Each run has a server of its own, so that none inherits the memory of the one before; and a port
# of its own, as the last one may still be closing connections.
start() {
    port=$((port + 1))
    local address=127.0.0.1:$port
    case $1 in
        bare) taskset -c 0 "$rivals/rival-bare" "$port" & ;;
        socketioxide) taskset -c 0 "$rivals/rival-socketioxide" "$port" & ;;
        uwebsockets) taskset -c 0 "${BUN:-bun}" "$here/rivals/uwebsockets/server.ts" "$port" & ;;
        estrad-*)
            taskset -c 0 "$estrad" serve --demo --data-dir "$work/data-$port" \
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
        estrad-*) target=(--estrad "http://$address" --protocol "${1#estrad-}") ;;
    esac
    until (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> "$work/connect"; do
        kill -0 "$pid" || exit 1
        sleep 0.1
    done
    case $1 in
        estrad-*)
            ESTRAD_LOADTEST_PASSWORD=$(awk '$1 == "admin@demo.example" { print $2 }' "$work/demo")
            export ESTRAD_LOADTEST_PASSWORD
            ;;
    esac
}

for _ in $(seq "${REPEAT:-3}"); do
    for server in "${servers[@]}"; do
        start "$server"
        taskset -c 1 "$load" "$@" "${target[@]}" \
            --name "$server" --server-pid "$pid" --json | tee -a "$results" >> "$lines"
        stop
    done
done
"$load" compare < "$lines"
