# Installs PostgreSQL on Debian or Ubuntu. Run as root.
set -eu
export DEBIAN_FRONTEND=noninteractive

# The package would create and start a server of its own; tests don't need that one.
quiet=/etc/postgresql-common/createcluster.d/estrad-tests.conf
mkdir -p "${quiet%/*}"
echo 'create_main_cluster = false' > "$quiet"
trap 'rm -f "$quiet"' EXIT

apt-get update -q
apt-get install -q --yes --no-install-recommends postgresql
