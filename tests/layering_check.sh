#!/usr/bin/env bash
# The tree is the trust model: proves which folder may include which. Prints every violation.
set -uo pipefail
cd "$(dirname "$0")/.."
bad=0

# forbid <what it would break> <pattern of the include> <folder...>, with exceptions in $allowed.
forbid() {
  local why=$1 pattern=$2 hits
  shift 2
  hits=$(grep -rnE --include='*.h' --include='*.cc' "^ *# *include *[<\"]($pattern)" "$@" 2>/dev/null |
    grep -vE "^(${allowed:-none}):")
  if [ -n "$hits" ]; then
    printf '%s\n%s\n' "$why" "$hits"
    bad=1
  fi
}

forbid "agent sees neither resolver nor researcher:" 'resolver/|researcher/' agent
forbid "resolver sees neither agent nor researcher:" 'agent/|researcher/' resolver
forbid "researcher sees neither agent nor resolver:" 'agent/|resolver/' researcher
forbid "common knows no party:" 'agent/|resolver/|researcher/' common
allowed='resolver/index/rocksdb/[^:]*' forbid "only resolver/index/rocksdb knows RocksDB:" 'rocksdb/' agent resolver researcher common
allowed='common/crypto/[^:]*' forbid "only common/crypto knows BoringSSL:" 'openssl/' agent resolver researcher common
allowed='common/rpc/[^:]*|common/cli/[^:]*|agent/(upload|commands|agent_main)[^:]*|resolver/(service|authz|coordinator|resolver_main)[^:]*|researcher/(fetch|commands|researcher_main)[^:]*'
forbid "only the rim knows gRPC:" 'grpcpp/|grpc/|[^">]*\.grpc\.pb\.h' agent resolver researcher common

[ $bad -eq 0 ] && echo "layering: holds"
exit $bad
