#!/usr/bin/env bash
# Shards of a ClickHouse cluster on this machine, for tests and trials: a server each on loopback, HTTPS with client
# certificates only, a user with a password, no ZooKeeper and no systemd. Needs Debian's package clickhouse-server
# (docs/cluster.md says how to install it without starting the server that it brings along).
#
#   clickhouse_cluster.sh start DIR [SHARDS]   makes certificates and configurations in DIR, starts the servers (2 if
#                                              not said) and waits until they answer. Ports are in DIR/shardN/https_port
#   clickhouse_cluster.sh credentials DIR      makes only the certificates, in DIR/tls, and the password, DIR/password
#   clickhouse_cluster.sh stop DIR             ends all servers
#   clickhouse_cluster.sh kill DIR N           ends server N with SIGKILL
#   clickhouse_cluster.sh restart DIR N        starts it again, on the same ports
#   clickhouse_cluster.sh query DIR N SQL      asks server N; the user is "blindlink", the password in DIR/password
set -euo pipefail

usage() { sed -n '2,13s/^# \{0,1\}//p' "$0"; }
[ $# -ge 2 ] || { usage >&2; exit 2; }
what=$1
mkdir -p "$2"
dir=$(realpath "$2")

free_ports() { # N: as many ports that nothing uses now
  python3 -c '
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in held: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))' "$1"
}

ask() { # N SQL
  curl -sS --fail-with-body --noproxy '*' --cacert "$dir/tls/ca.pem" --cert "$dir/tls/resolver.pem" \
    --key "$dir/tls/resolver.key" -H 'X-ClickHouse-User: blindlink' -H "X-ClickHouse-Key: $(cat "$dir/password")" \
    --data-binary "$2" "https://127.0.0.1:$(cat "$dir/shard$1/https_port")/"
}

launch() { # N
  local d=$dir/shard$1
  (cd "$d" && exec setsid clickhouse-server --config-file="$d/config.xml" </dev/null >"$d/stdout" 2>&1 &
   echo $! >"$d/pid")
  for _ in $(seq 600); do
    ask "$1" 'SELECT 1' >/dev/null 2>&1 && return
    kill -0 "$(cat "$d/pid")" 2>/dev/null || break
    sleep 0.05
  done
  echo "clickhouse_cluster.sh: shard $1 did not start:" >&2
  tail -5 "$d/err.log" "$d/stdout" >&2
  exit 1
}

halt() { # N SIGNAL
  local pid
  pid=$(cat "$dir/shard$1/pid")
  kill "$2" "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
}

certificate() { # NAME
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$1.pem" -extfile <(
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n') 2>/dev/null
}

credentials() {
  umask 077
  openssl rand -hex 16 >"$dir/password"
  mkdir -p "$dir/tls"
  cd "$dir/tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 30 \
    -subj "/CN=test CA" 2>/dev/null
  certificate shard
  certificate resolver
}

configure() { # N PORT PORT PORT
  local d=$dir/shard$1
  mkdir -p "$d/data" "$d/tmp"
  echo "$2" >"$d/https_port"
  cat >"$d/config.xml" <<X
<?xml version="1.0"?>
<yandex>
  <logger><level>warning</level><log>$d/server.log</log><errorlog>$d/err.log</errorlog><size>10M</size><count>1</count></logger>
  <listen_host>127.0.0.1</listen_host>
  <https_port>$2</https_port><http_port>$3</http_port><tcp_port>$4</tcp_port>
  <openSSL><server>
    <certificateFile>$dir/tls/shard.pem</certificateFile><privateKeyFile>$dir/tls/shard.key</privateKeyFile>
    <caConfig>$dir/tls/ca.pem</caConfig><verificationMode>strict</verificationMode>
    <loadDefaultCAFile>false</loadDefaultCAFile><requireTLSv1_2>true</requireTLSv1_2>
    <disableProtocols>sslv2,sslv3,tlsv1,tlsv1_1</disableProtocols>
  </server></openSSL>
  <path>$d/data/</path><tmp_path>$d/tmp/</tmp_path>
  <user_files_path>$d/data/user_files/</user_files_path><format_schema_path>$d/data/format_schemas/</format_schema_path>
  <users_config>users.xml</users_config><default_profile>default</default_profile>
  <default_database>default</default_database><timezone>UTC</timezone>
  <max_connections>256</max_connections><keep_alive_timeout>10</keep_alive_timeout>
  <max_concurrent_queries>64</max_concurrent_queries>
  <uncompressed_cache_size>0</uncompressed_cache_size><mark_cache_size>134217728</mark_cache_size>
  <max_table_size_to_drop>0</max_table_size_to_drop><max_partition_size_to_drop>0</max_partition_size_to_drop>
  <compression><case>
    <min_part_size>0</min_part_size><min_part_size_ratio>0</min_part_size_ratio><method>lz4</method>
  </case></compression>
</yandex>
X
  cat >"$d/users.xml" <<X
<?xml version="1.0"?>
<yandex>
  <profiles><default><max_memory_usage>2000000000</max_memory_usage><max_threads>2</max_threads></default></profiles>
  <users><blindlink>
    <password_sha256_hex>$(tr -d '\n' <"$dir/password" | sha256sum | cut -d' ' -f1)</password_sha256_hex>
    <networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
  </blindlink></users>
  <quotas><default><interval>
    <duration>3600</duration><queries>0</queries><errors>0</errors><result_rows>0</result_rows>
    <read_rows>0</read_rows><execution_time>0</execution_time>
  </interval></default></quotas>
</yandex>
X
}

case $what in
  start)
    command -v clickhouse-server >/dev/null || { echo "clickhouse_cluster.sh: install clickhouse-server" >&2; exit 3; }
    shards=${3:-2}
    credentials
    read -ra ports < <(free_ports $((3 * shards)))
    for ((n = 1; n <= shards; ++n)); do configure "$n" "${ports[@]:3*(n-1):3}"; done
    for ((n = 1; n <= shards; ++n)); do
      launch "$n"
      ask "$n" 'CREATE DATABASE IF NOT EXISTS blindlink'
    done
    ;;
  credentials) credentials ;;
  stop) for d in "$dir"/shard*; do halt "${d##*/shard}" -TERM; done ;;
  kill) halt "$3" -KILL ;;
  restart) launch "$3" ;;
  query) ask "$3" "$4" ;;
  *) usage >&2; exit 2 ;;
esac
