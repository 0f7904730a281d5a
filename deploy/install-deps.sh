#!/usr/bin/env bash
# Installs Blindlink's dependencies on Debian 12: packages, and the BoringSSL source from Debian's source
# package. Running it again is quick and changes nothing.
#
#   deploy/install-deps.sh                    everything for building and testing
#   deploy/install-deps.sh --build-only       without the test tools (clang, fuzzers, Python's gRPC, a browser)
#   deploy/install-deps.sh --with-clickhouse  also clickhouse-server, without starting it: tests of
#                                             docs/cluster.md are skipped where it is missing
#   deploy/install-deps.sh --with-prometheus  also Prometheus, before which a test puts alarms and dashboard
#
# Options can be combined; tests/run.sh installs everything.
#
# BLINDLINK_BORINGSSL_DIR: the folder of the BoringSSL source (default ~/.cache/blindlink/boringssl).
# If it holds an upstream checkout, that is used unchanged.
set -euo pipefail

usage() { sed -n '2,14s/^# \{0,1\}//p' "$0"; }

packages=(
  build-essential ninja-build cmake ccache mold git ca-certificates openssl dpkg-dev procps python3
  libgrpc++-dev protobuf-compiler-grpc libprotobuf-dev protobuf-compiler libabsl-dev
  librocksdb-dev libsnappy-dev liblz4-dev libbz2-dev libspdlog-dev libcli11-dev
  libicu-dev libexpat1-dev libzstd-dev zstd zlib1g-dev libdeflate-dev pkg-config libsimdjson-dev libsqlite3-dev libseccomp-dev libsodium-dev
  libcpp-httplib-dev libssl-dev libcurl4-openssl-dev prometheus-cpp-dev
  libphonenumber-dev
  libgtest-dev libgmock-dev libbenchmark-dev)
test_packages=(clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 python3-grpcio python3-grpc-tools python3-venv strace jq
  chromium libnss3-tools)

with_clickhouse=
for_tests=yes
for option in "$@"; do
  case "$option" in
    --with-clickhouse) with_clickhouse=yes ;;
    --with-prometheus) packages+=(prometheus) ;;
    --build-only) for_tests= ;;
    -h | --help) usage; exit 0 ;;
    *) echo "install-deps.sh: unknown option '$option'" >&2; usage >&2; exit 2 ;;
  esac
done
[ -z "$for_tests" ] || packages+=("${test_packages[@]}")

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
fi

# The package would start a server whose user has no password: policy-rc.d forbids that.
if [ -n "$with_clickhouse" ] && ! command -v clickhouse-server >/dev/null; then
  echo "Installing: clickhouse-server"
  policy=/usr/sbin/policy-rc.d
  ours=
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod 755 $policy
    ours=yes
  fi
  installed=0
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends clickhouse-server \
    >/dev/null || installed=$?
  [ -z "$ours" ] || as_root rm -f $policy
  [ $installed -eq 0 ] || exit $installed
  as_root systemctl disable -q clickhouse-server 2>/dev/null || true
fi

boringssl=${BLINDLINK_BORINGSSL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/blindlink/boringssl}
if [ -e "$boringssl/android-sources.cmake" ] || [ -e "$boringssl/include/openssl/base.h" ]; then
  echo "BoringSSL source: $boringssl"
  exit 0
fi

# Uses apt with separate lists and cache, so the machine's sources stay unchanged. The address comes
# from apt's configuration; the package is verified with the Debian archive key.
echo "Fetching BoringSSL's source package into $boringssl"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir -p "$work"/{etc,lists/partial,cache/archives/partial,source}
[ -n "$(find /var/lib/apt/lists -name '*Packages*' -print -quit 2>/dev/null)" ] || as_root apt-get update -qq
# shellcheck disable=SC2016  # apt's own placeholders
apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT) $(CREATED_BY)' |
  awk '$4 == "Packages" && $2 !~ /-/ && $3 == "main" { print $1, $2, $3 }' | sort -u |
  awk 'NR == 1 { print "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]", $0 }' \
    >"$work/etc/src.list"
[ -s "$work/etc/src.list" ] || { echo "install-deps.sh: add Debian's main archive to apt's sources" >&2; exit 1; }
private_apt=(apt-get -qq -o "Dir::Etc::sourcelist=$work/etc/src.list" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
"${private_apt[@]}" update
(cd "$work/source" && "${private_apt[@]}" --only-source source android-platform-external-boringssl >/dev/null)
mkdir -p "$(dirname "$boringssl")"
rm -rf "$boringssl"
mv "$work"/source/android-platform-external-boringssl-*/ "$boringssl"
echo "BoringSSL source: $boringssl"
