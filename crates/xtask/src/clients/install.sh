# Installs packages on Debian or Ubuntu: those that are named. Run as root.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q --yes --no-install-recommends "$@"
