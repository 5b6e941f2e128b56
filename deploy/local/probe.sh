# Asks, in their own protocols and with bash alone, whether a database and a broker answer.
# Sourced by services.sh. Each function returns 0 (answers), 1 (nothing or something else answers)
# or 2 (it answers, but refuses the login), and sets REASON.

# split_url URL: sets URL_USER URL_PASSWORD URL_HOST URL_PORT URL_PATH (user and password decoded).
split_url() {
  local rest=${1#*://} login=
  URL_PATH=
  case $rest in *@*) login=${rest%@*} rest=${rest##*@} ;; esac
  case $rest in */*) URL_PATH=${rest#*/} rest=${rest%%/*} ;; esac
  URL_HOST=${rest%:*} URL_PORT=${rest##*:}
  [ "$URL_PORT" != "$rest" ] || URL_PORT=
  URL_USER=$(decode "${login%%:*}") URL_PASSWORD=
  case $login in *:*) URL_PASSWORD=$(decode "${login#*:}") ;; esac
}

# decode TEXT: undoes percent-encoding.
decode() { printf '%b' "${1//%/\\x}"; }

# hex COUNT: reads COUNT bytes of file descriptor 9 as hexadecimal, for at most two seconds.
hex() { timeout 2 head -c "$1" <&9 | od -An -v -tx1 | tr -d ' \n'; }

# short TEXT, long TEXT: AMQP's short and long strings, as printf escapes.
short() { printf '\\x%02x%s' "${#1}" "$1"; }
long() { printf '\\x00\\x00\\x00\\x%02x%s' "$2" "$1"; }

# probe_postgres URL: an SSLRequest, which every PostgreSQL answers with S or N; then a login by psql, if it is there.
probe_postgres() {
  local answer
  split_url "$1"
  { exec 9<>"/dev/tcp/$URL_HOST/${URL_PORT:-5432}"; } 2>/dev/null || { REASON="nothing listens"; return 1; }
  printf '\x00\x00\x00\x08\x04\xd2\x16\x2f' >&9
  answer=$(hex 1)
  exec 9>&-
  case $answer in 53 | 4e) ;; *) REASON="what listens is not PostgreSQL"; return 1 ;; esac
  command -v psql >/dev/null || { REASON="answers (login not tried: there is no psql)"; return 0; }
  REASON=$(PGCONNECT_TIMEOUT=5 psql "$1" -XAtqc "select 'PostgreSQL '||current_setting('server_version')" 2>&1) || return 2
}

# probe_amqp URL: the protocol header, then a login; a broker that accepts it sends connection.tune.
probe_amqp() {
  local frame size payload
  split_url "$1"
  { exec 9<>"/dev/tcp/$URL_HOST/${URL_PORT:-5672}"; } 2>/dev/null || { REASON="nothing listens"; return 1; }
  printf 'AMQP\x00\x00\x09\x01' >&9
  frame=$(hex 7)
  [ "${frame:0:6}" = 010000 ] || { exec 9>&-; REASON="what listens is not an AMQP 0-9-1 broker"; return 1; }
  size=$((16#${frame:6:8}))
  hex $((size + 1)) >/dev/null
  payload="\\x00\\x0a\\x00\\x0b\\x00\\x00\\x00\\x00$(short PLAIN)"
  payload+=$(long "\\x00$URL_USER\\x00$URL_PASSWORD" $((${#URL_USER} + ${#URL_PASSWORD} + 2)))$(short en_US)
  size=$(printf '%b' "$payload" | wc -c)
  printf '%b' "\\x01\\x00\\x00\\x00\\x00\\x00\\x$(printf %02x "$size")$payload\\xce" >&9
  frame=$(hex 11)
  exec 9>&-
  REASON="AMQP 0-9-1 broker, login accepted"
  [ "${frame:14:8}" = 000a001e ] || { REASON="the broker refuses user '$URL_USER'"; return 2; }
}
