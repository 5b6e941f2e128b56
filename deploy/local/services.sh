#!/usr/bin/env bash
# PostgreSQL and RabbitMQ for the demo, the tests and the benchmarks.
#
#   services.sh up      use what answers at the configured addresses, else start it; writes .env beside this file
#   services.sh status  say what answers
#   services.sh down    stop what `up` started, and nothing else
#
# Addresses: LOCKSTEP_TEST_DATABASE_URL and LOCKSTEP_TEST_AMQP_URL; without them PostgreSQL's and RabbitMQ's own ports
# on this machine. What is started is, in this order: Docker Compose where an engine runs; else Debian's packages
# (installed as root or by sudo), with a data directory of their own. No database, virtual host or queue is touched.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/probe.sh"

env_file=$here/.env
state=${LOCKSTEP_STATE_DIR:-${XDG_STATE_HOME:-$HOME/.local/state}/lockstep}
if [ "$(id -u)" = 0 ]; then state=${LOCKSTEP_STATE_DIR:-/var/lib/lockstep-local}; fi

say() { printf '%-11s %s\n' "$1" "$2" >&2; }
fail() { printf 'services: %s\n' "$*" >&2; exit 1; }

# --- what is configured ------------------------------------------------------------------------------------------

# The environment wins; then what an earlier `up` wrote; then the usual address.
remembered() { sed -n "s|^export $1='\(.*\)'$|\1|p" "$env_file" 2>/dev/null | tail -n 1; }
setting() {
  local value=${!1:-}
  [ -n "$value" ] || value=$(remembered "$1")
  printf '%s' "${value:-$2}"
}
usual_database=postgres://postgres@127.0.0.1:5432/postgres
usual_amqp=amqp://guest:guest@127.0.0.1:5672/%2f
database=$(setting LOCKSTEP_TEST_DATABASE_URL "$usual_database")
amqp=$(setting LOCKSTEP_TEST_AMQP_URL "$usual_amqp")

write_env() {
  cat >"$env_file" <<END
# Written by services.sh; the targets of the Makefile source it. An address in the environment wins over it.
export LOCKSTEP_TEST_DATABASE_URL='$database'
export LOCKSTEP_TEST_AMQP_URL='$amqp'
END
}

# --- helpers -------------------------------------------------------------------------------------------------------

# hidden URL: the address without its password.
hidden() { printf '%s' "$1" | sed -E 's|(//[^:@/]*):[^@]*@|\1:***@|'; }

# wait_for PROBE URL SECONDS
wait_for() {
  local i
  for ((i = 0; i < $3 * 2; i++)); do
    "$1" "$2" && return 0
    sleep 0.5
  done
  return 1
}

# free_port FIRST: the first port from FIRST on where nothing listens.
free_port() {
  local port=$1
  while (exec 9<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  printf '%s' "$port"
}

have_engine() { command -v docker >/dev/null && timeout 10 docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; }
compose() { docker compose -p lockstep-local -f "$here/compose.yaml" "$@"; }

# install COMMAND PACKAGE: makes COMMAND available from Debian's PACKAGE.
install_package() {
  . "$here/apt.sh"
  apt_install "$1" || fail "no $1: install it, run a Docker engine, or point $2 at a server that answers"
}

# --- PostgreSQL ----------------------------------------------------------------------------------------------------

postgres_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }

# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

start_postgres() {
  local bin port data=$state/postgres
  [ -n "$(postgres_bin)" ] || install_package postgresql LOCKSTEP_TEST_DATABASE_URL
  database=$usual_database
  probe_postgres "$database" && return 0 # Debian's package may have started its own, open to us
  bin=$(postgres_bin)
  port=$(free_port 5432)
  mkdir -p "$data"
  [ "$(id -u)" != 0 ] || chown postgres: "$data"
  [ -e "$data/PG_VERSION" ] ||
    as_postgres "$bin/initdb" -D "$data" -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
  as_postgres "$bin/pg_ctl" -D "$data" -l "$data/server.log" -w -t 60 \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$data" start >/dev/null ||
    fail "PostgreSQL did not start: see $data/server.log"
  database=postgres://postgres@127.0.0.1:$port/postgres
}

stop_postgres() {
  local data=$state/postgres
  [ -e "$data/postmaster.pid" ] || return 0
  as_postgres "$(postgres_bin)/pg_ctl" -D "$data" -m fast stop >/dev/null && say PostgreSQL "stopped ($data)"
}

# --- RabbitMQ ------------------------------------------------------------------------------------------------------

# rabbit TOOL ARGS: a tool of the package's own, with a node, a data folder and a cookie apart from the system's.
rabbit() {
  local home=$state/rabbitmq tool=$1
  shift
  env HOME="$home" RABBITMQ_NODENAME=lockstep@localhost RABBITMQ_DIST_PORT=25682 RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" \
    RABBITMQ_MNESIA_BASE="$home/data" RABBITMQ_LOG_BASE="$home/log" RABBITMQ_ENABLED_PLUGINS_FILE="$home/plugins" \
    RABBITMQ_PID_FILE="$home/pid" "$(rabbit_sbin)/$tool" "$@"
}
rabbit_sbin() { ls -d /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin 2>/dev/null | sort -V | tail -n 1; }

start_rabbitmq() {
  local home=$state/rabbitmq port
  [ -n "$(rabbit_sbin)" ] || install_package rabbitmq-server LOCKSTEP_TEST_AMQP_URL
  amqp=$usual_amqp
  wait_for probe_amqp "$amqp" 15 && return 0 # Debian's package starts its own where it may
  port=$(free_port 5672)
  mkdir -p "$home"
  printf 'listeners.tcp.1 = 127.0.0.1:%s\nraft.wal_max_size_bytes = 64000000\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = %s\n' \
    "$port" "$(free_port 15672)" >"$home/rabbitmq.conf"
  printf '[rabbitmq_management].\n' >"$home/plugins"
  rabbit rabbitmq-server -detached >/dev/null 2>&1
  amqp=amqp://guest:guest@127.0.0.1:$port/%2f
  wait_for probe_amqp "$amqp" 60 || fail "RabbitMQ did not start: see $home/log"
}

stop_rabbitmq() {
  [ -e "$state/rabbitmq/pid" ] || return 0
  rabbit rabbitmqctl -q shutdown >/dev/null && say RabbitMQ "stopped ($state/rabbitmq)"
}

# --- both ----------------------------------------------------------------------------------------------------------

# ensure NAME SERVICE PROBE VARIABLE STARTER: the service answers at $VARIABLE afterwards.
ensure() {
  local name=$1 service=$2 probe=$3 variable=$4 starter=$5 url code=0
  url=${!variable}
  "$probe" "$url" || code=$?
  if [ $code = 0 ]; then say "$name" "$REASON at $(hidden "$url")"; return; fi
  [ $code != 2 ] || fail "$name at $(hidden "$url"): $REASON"
  say "$name" "$REASON at $(hidden "$url")"
  split_url "$url"
  case $URL_HOST in
    127.* | localhost | '[::1]') ;;
    *) fail "$name is configured at $URL_HOST, which does not answer; nothing is started in its place" ;;
  esac
  if have_engine; then
    compose up -d --wait "$service" >&2
    printf -v "$variable" %s "$6"
  else
    "$starter"
  fi
  wait_for "$probe" "${!variable}" 30 || fail "$name was started, but at $(hidden "${!variable}"): $REASON"
  say "$name" "$REASON at $(hidden "${!variable}") (started)"
}

up() {
  ensure PostgreSQL postgres probe_postgres database start_postgres "$usual_database"
  ensure RabbitMQ rabbitmq probe_amqp amqp start_rabbitmq "$usual_amqp"
  write_env
}

status() {
  local code=0
  if probe_postgres "$database"; then :; else code=1; fi
  say PostgreSQL "$REASON at $(hidden "$database")"
  if probe_amqp "$amqp"; then :; else code=1; fi
  say RabbitMQ "$REASON at $(hidden "$amqp")"
  return $code
}

down() {
  stop_postgres
  stop_rabbitmq
  if have_engine && [ -n "$(compose ps -q 2>/dev/null)" ]; then compose down >&2; fi
  rm -f "$env_file"
}

case ${1:-up} in
  up | status | down) "${1:-up}" ;;
  *) fail "say up, status or down" ;;
esac
