#!/usr/bin/env bash
# The folders are the trust model: checks which folder may include which. Prints every violation.
set -uo pipefail
cd "$(dirname "$0")/.."
bad=0

# forbid <rule> <pattern of the include> <folder...>, with exceptions in $allowed.
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

forbid "agent must not include another party:" 'resolver/|researcher/|keyserver/' agent
forbid "resolver must not include another party:" 'agent/|researcher/|keyserver/' resolver
forbid "researcher must not include another party:" 'agent/|resolver/|keyserver/' researcher
forbid "keyserver must not include another party:" 'agent/|resolver/|researcher/' keyserver
forbid "common must not include any party:" 'agent/|resolver/|researcher/|keyserver/' common
allowed='resolver/index/rocksdb/[^:]*' forbid "only resolver/index/rocksdb may include RocksDB:" 'rocksdb/' agent resolver researcher keyserver common
allowed='resolver/index/clickhouse/[^:]*' forbid "only resolver/index/clickhouse may include libcurl:" 'curl/' agent resolver researcher keyserver common
allowed='common/crypto/[^:]*|resolver/console/tls_[^:]*' forbid "only common/crypto may include BoringSSL, and only the console's TLS OpenSSL:" 'openssl/' agent resolver researcher keyserver common
allowed='common/oprf/[^:]*' forbid "only common/oprf may include libsodium:" 'sodium' agent resolver researcher keyserver common
allowed='agent/isolation/[^:]*' forbid "only agent/isolation may include libseccomp:" 'seccomp\.h' agent resolver researcher keyserver common
allowed='common/rpc/[^:]*|common/cli/[^:]*|agent/(upload|seeds|key_server|commands|agent_main)[^:]*|resolver/(service|authz|console|coordinator|worker/|resolver_main)[^:]*|researcher/(fetch|commands|researcher_main)[^:]*|keyserver/service[^:]*'
forbid "only the outermost folders may include gRPC:" 'grpcpp/|grpc/|[^">]*\.grpc\.pb\.h' agent resolver researcher keyserver common

# The Python package is made of proto/ and the files' formats: it imports itself, the standard library, and these.
known=$(python3 -c 'import sys; print("|".join(sorted(sys.stdlib_module_names)))')
strange=$(grep -rnE --include='*.py' '^ *(import|from) ' python |
  grep -vE "(import|from) ($known|blindlink|grpc|google\.protobuf|zstandard|setuptools|grpc_tools)([. ]|\$)" |
  grep -vE '^python/src/blindlink/[^:]*:[0-9]+:    (import|from) (pandas|pyarrow|matplotlib)([. ]|$)')
if [ -n "$strange" ] || find python -name '*.cc' -o -name '*.h' | grep -q .; then
  printf 'python must import nothing else, and hold no C++:\n%s\n' "$strange"
  bad=1
fi

[ $bad -eq 0 ] && echo "layering: holds"
exit $bad
