#!/usr/bin/env bash
# Links files of two or more sites through a neutral resolver, all on this machine: every party is a
# separate process, connected by mutual TLS. Shows what a researcher gets, and how accurate it is.
#
#   deploy/demo.sh                 links an invented registry with invented claims and checks the truth
#   deploy/demo.sh --site NAME=FILE --site NAME=FILE ... [options]
#                                  links your files: CSV, TSV or JSON Lines, also .gz or .zst, with a
#                                  header. With one site, finds its duplicates
#   deploy/demo.sh --clinical      links three invented hospitals and a registry, and brings each person's
#                                  claims of all of them into one order, under pseudonyms and shifted dates
# Options:
#   --columns NAME='role=header,..'  what a site's columns mean, if the header does not say
#   --phone-country NAME=CC  the country (ISO 3166) of a site's phone numbers without a country code; default: US
#   --plan FILE       linkage plan (default: deploy/plans/us-default.textproto). If it has spare match keys,
#                     the columns that the sites have in common choose among them; see logs/project.log
#   --truth FILE      columns site,record,person: reports how many pairs are right, also as a web page
#   --out DIR         output folder (default: ./demo-out); a folder from an earlier run is emptied first,
#                     any other folder must be empty
#   --keys-of DIR     the token key and the sites' record keys of an earlier run in DIR, for comparing runs
#   --no-install      install nothing
# Options with --clinical:
#   --clinical-data DIR  your sites: DIR/site_NAME/ and DIR/registry/, each with persons.csv (local_id) and its claims
#   --release FILE    release plan (default: deploy/release/claims.textproto)
#   --terms FILE, --codes FILE  what `terms build` and `codes build` made; default: from DIR/codes
#
# Leaves pairs.csv, entities.csv (with your own record ids), overlap.csv, summary.json and logs/ in DIR,
# and with a truth also evaluation-pairs.html and evaluation-entities.html. With --clinical also
# timeline.html and, as the researcher has them, researcher/extracts and researcher/timeline.csv.zst.
# BLINDLINK_BIN_DIR: a folder with the three programs; then nothing is built.
set -euo pipefail
# Installed and built files keep the user's umask; files about people are readable by the user only.
users_umask=$(umask)
umask 077
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
demo=$root/deploy/demo
project=demo dataset=initial coordinator=center researcher=study
marker=.blindlink-demo

usage() { sed -n '2,28s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
misused() { echo "demo.sh: $*" >&2; echo "See deploy/demo.sh --help." >&2; exit 2; }

# --- arguments ---------------------------------------------------------------------------------------

sites=() plan=$root/deploy/plans/us-default.textproto truth="" keys_of="" out=demo-out install=true
clinical="" with_clinical=false release=$root/deploy/release/claims.textproto terms="" codes="" product=core
declare -A input columns country claims
# shellcheck source=deploy/demo/clinical.sh
source "$demo/clinical.sh"

add_site() {
  local name=${1%%=*} file=${1#*=}
  [[ "$1" == *=* && -n "$file" ]] || misused "--site needs NAME=FILE"
  [[ "$name" =~ ^[a-z0-9][a-z0-9-]{0,62}$ ]] || misused "'$name' is not a site name: use a-z, 0-9 and '-', at most 63 characters"
  [ -z "${input[$name]:-}" ] || misused "site $name is given twice"
  sites+=("$name")
  input[$name]=$file
}

while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --no-install) install=false; shift; continue ;;
    --clinical) with_clinical=true; shift; continue ;;
    --clinical-data | --release | --terms | --codes | --site | --columns | --phone-country | --plan | --truth | --keys-of | --out) [ -n "${2:-}" ] || misused "$1 needs a value" ;;
    *) misused "unknown argument '$1'" ;;
  esac
  case "$1" in
    --site) add_site "$2" ;;
    --columns)
      [[ "$2" == *=*=* ]] || misused "--columns needs NAME='role=header,..'"
      columns[${2%%=*}]=${2#*=} ;;
    --phone-country)
      [[ "$2" =~ ^[^=]+=[A-Z]{2}$ ]] || misused "--phone-country needs NAME=CC"
      country[${2%%=*}]=${2#*=} ;;
    --plan) plan=$2 ;;
    --truth) truth=$2 ;;
    --keys-of) keys_of=$2 ;;
    --clinical-data) with_clinical=true clinical=$2 ;;
    --release) release=$2 ;;
    --terms) terms=$2 ;;
    --codes) codes=$2 ;;
    --out) out=$2 ;;
  esac
  shift 2
done
for name in "${!columns[@]}"; do
  [ -n "${input[$name]:-}" ] || misused "--columns names site '$name', but no --site does"
done
for name in "${!country[@]}"; do
  [ -n "${input[$name]:-}" ] || misused "--phone-country names site '$name', but no --site does"
done
$with_clinical && [ ${#sites[@]} -gt 0 ] && misused "--site and --clinical exclude each other: see --clinical-data"
[ -z "$clinical" ] || { [ -d "$clinical" ] || misused "cannot read the folder $clinical"; clinical=$(realpath "$clinical"); }
[ ${#sites[@]} -gt 0 ] || [ -z "$truth" ] || [ -n "$clinical" ] || misused "--truth needs --site: the sample has its own truth"
command -v realpath >/dev/null || misused "install coreutils first"
out=$(realpath -m "$out")
export XDG_STATE_HOME=$out/state # what the parties see of the audit log

readable() { # prints the absolute path
  if [ ! -f "$1" ] || [ ! -r "$1" ]; then misused "cannot read the file $1"; fi
  local path
  path=$(realpath "$1")
  [[ "$path" != "$out"/* ]] || misused "$1 is in $out, which is emptied first: choose another --out"
  echo "$path"
}
[ -z "$clinical" ] || clinical_sites "$clinical"
for name in "${sites[@]}"; do input[$name]=$(readable "${input[$name]}"); done
plan=$(readable "$plan")
release=$(readable "$release")
[ -z "$terms" ] || terms=$(readable "$terms")
[ -z "$codes" ] || codes=$(readable "$codes")
[ -z "$truth" ] || truth=$(readable "$truth")
[ -z "$keys_of" ] || { [ -d "$keys_of/sites" ] || misused "$keys_of is not the folder of an earlier run"; keys_of=$(realpath "$keys_of"); }
[[ -z "$keys_of" || "$out/" != "$keys_of"/* && "$keys_of/" != "$out"/* ]] || misused "--keys-of and --out must be different folders"

# --- the folder --------------------------------------------------------------------------------------

if [ -e "$out/$marker" ]; then
  rm -rf "$out"
elif [ -e "$out" ] && { [ ! -d "$out" ] || [ -n "$(ls -A "$out")" ]; }; then
  misused "$out was not made by demo.sh and is left unchanged: choose another --out"
fi
mkdir -p "$out"/{logs,certs,resolver,researcher,sites}
echo "Made by deploy/demo.sh, which deletes this folder when it runs again." >"$out/$marker"
logs=$out/logs stages=$out/stages.tsv

# --- running steps -----------------------------------------------------------------------------------

resolver_pid="" agent_pids=() failed=""

# Asks the resolver to stop; kills it only if it does not.
stop_resolver() {
  [ -n "$resolver_pid" ] || return 0
  kill -TERM "$resolver_pid" 2>/dev/null || true
  for _ in $(seq 100); do
    kill -0 "$resolver_pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$resolver_pid" 2>/dev/null || true
  wait "$resolver_pid" 2>/dev/null || true
  resolver_pid=""
}
clean_up() {
  local code=$?
  trap - EXIT
  [ ${#agent_pids[@]} -eq 0 ] || kill -TERM "${agent_pids[@]}" 2>/dev/null || true
  stop_resolver
  [ $code -eq 0 ] || [ -n "$failed" ] || echo "demo.sh: stopped. Its files are in $out" >&2
  exit $code
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# give_up WHAT LOG [CODE]: exits and shows the end of the failed step's log.
give_up() {
  failed=yes
  echo "demo.sh: failed: $1. The end of the log $2:" >&2
  tail -n 15 "$2" | sed 's/^/  /' >&2
  exit "${3:-1}"
}
now() { echo "${EPOCHREALTIME/,/.}"; }
note_seconds() { # STAGE START
  awk -v stage="$1" -v from="$2" -v to="$(now)" 'BEGIN { printf "%s\t%.3f\n", stage, to - from }' >>"$stages"
}
# step STAGE "words" command...: runs a command with its output in a log.
step() {
  local stage=$1 words=$2 log=$logs/$1.log start code
  shift 2
  echo "== $words"
  start=$(now)
  # Not "|| code=$?": that would switch errexit off within the command.
  set +e
  (set -e && "$@") >"$log" 2>&1
  code=$?
  set -e
  [ $code -eq 0 ] || give_up "$words" "$log" "$code"
  note_seconds "$stage" "$start"
}

# --- the parts ---------------------------------------------------------------------------------------

install_missing() {
  umask "$users_umask"
  "$root/deploy/install-deps.sh" --build-only
}
build() {
  umask "$users_umask"
  cd "$root"
  cmake --preset release
  cmake --build build/release --target blindlink-agent blindlink-resolver blindlink-researcher
}
make_certificates() {
  local parties=() name
  for name in "${sites[@]}"; do parties+=(--site "$name"); done
  "$root/certs-example/make-certs.sh" "$out/certs" "${parties[@]}" --coordinator "$coordinator" \
    --researcher "$researcher"
}
quoted() { # prints a textproto string
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}
write_resolver_config() {
  local certs=$out/certs
  cat >"$out/resolver/config.textproto" <<END
listen: "127.0.0.1:0"
data_directory: $(quoted "$out/resolver/data")
certificate_file: $(quoted "$certs/resolver.pem")
private_key_file: $(quoted "$certs/resolver.key")
client_ca_file: $(quoted "$certs/ca.pem")
allowed_clients_file: $(quoted "$certs/allowed-clients.txt")
port_file: $(quoted "$out/resolver/port")
log_file: $(quoted "$logs/resolver.log")
END
}
start_resolver() {
  local port=$out/resolver/port said=$logs/resolver-start.log start
  start=$(now)
  echo "== starting the resolver"
  write_resolver_config
  "$bin/blindlink-resolver" serve --config "$out/resolver/config.textproto" >"$said" 2>&1 &
  resolver_pid=$!
  for _ in $(seq 600); do
    [ ! -s "$port" ] || break
    kill -0 "$resolver_pid" 2>/dev/null || { resolver_pid="" && give_up "the resolver" "$(resolver_words)"; }
    sleep 0.1
  done
  [ -s "$port" ] || give_up "the resolver (no port after a minute)" "$(resolver_words)"
  address=127.0.0.1:$(grep -oE '[0-9]+' "$port" | tail -n 1)
  note_seconds resolver_start "$start"
}
resolver_words() { # prints the path of its standard error, or of its log if that is empty
  if [ -s "$logs/resolver-start.log" ] || [ ! -e "$logs/resolver.log" ]; then
    echo "$logs/resolver-start.log"
  else
    echo "$logs/resolver.log"
  fi
}
connect_as() { # prints the connection flags of a party, one per line
  local party=$out/certs/$1
  printf '%s\n' --resolver "$address" --cert "$party.pem" --key "$party.key" --ca "$out/certs/ca.pem"
}
stated_columns() { # prints the flags of a site's --columns, one per line
  [ -z "${columns[$1]:-}" ] || printf '%s\n' --columns "${columns[$1]}"
}
profile_inputs() {
  local name stated
  for name in "${sites[@]}"; do
    mapfile -t stated < <(stated_columns "$name")
    "$bin/blindlink-agent" profile --input "${input[$name]}" --plan "$plan" \
      --json "$logs/profile-$name.json" "${stated[@]}"
  done
}
create_project() {
  local parties=() connection name
  for name in "${sites[@]}"; do
    parties+=(--site "$name" --columns "$(python3 "$demo/read_columns.py" "$logs/profile-$name.json")")
  done
  mapfile -t connection < <(connect_as "coordinator-$coordinator")
  "$bin/blindlink-resolver" project create --name "$project" --plan "$plan" "${parties[@]}" \
    --researcher "$researcher" "${connection[@]}"
}
token_key_of() { echo "$out/sites/$1/token.key"; }
as_site() { # as_site NAME COMMAND FLAGS...: a command of the key exchange
  local name=$1 command=$2 connection
  shift 2
  mapfile -t connection < <(connect_as "site-$name")
  "$bin/blindlink-agent" keys "$command" --project "$project" --site "$name" "$@" "${connection[@]}"
}
exchange_keys() {
  local name first=${sites[0]} words=$out/sites/words.txt
  for name in "${sites[@]}"; do
    mkdir -p "$out/sites/$name"
    # Real sites tell each other these words by telephone.
    "$bin/blindlink-agent" keys init --site "$name" --exchange-key "$out/sites/$name/exchange.key" >>"$words"
    as_site "$name" publish --exchange-key "$out/sites/$name/exchange.key"
  done
  if [ -n "$keys_of" ]; then
    for name in "${sites[@]}"; do cp "$keys_of/sites/$name/record.key" "$out/sites/$name/"; done
    cp "$keys_of/sites/$first/token.key" "$(token_key_of "$first")"
  else
    "$bin/blindlink-agent" keygen --out "$(token_key_of "$first")"
  fi
  as_site "$first" seal --exchange-key "$out/sites/$first/exchange.key" \
    --token-key "$(token_key_of "$first")" --confirmed "$words"
  for name in "${sites[@]:1}"; do
    as_site "$name" receive --exchange-key "$out/sites/$name/exchange.key" \
      --out "$(token_key_of "$name")" --confirmed "$words"
  done
}
say_match_keys() { # which match keys are on, and why
  sed -n '/^Match keys, by/,/^$/{/^$/d; s/^/   /; p}' "$logs/project.log"
}
run_agent() {
  local name=$1 connection stated
  mapfile -t stated < <(stated_columns "$name")
  [ -z "${country[$name]:-}" ] || stated+=(--phone-country "${country[$name]}")
  mapfile -t connection < <(connect_as "site-$name")
  exec "$bin/blindlink-agent" run --input "${input[$name]}" --project "$project" --site "$name" \
    --dataset "$dataset" --token-key "$(token_key_of "$name")" --state "$out/sites/$name" \
    --json "$out/sites/$name.json" "${stated[@]}" "${connection[@]}"
}
run_agents() {
  local start name code pid
  local -A site_of
  start=$(now)
  echo "== reading, tokenizing and uploading at the sites: ${sites[*]}"
  for name in "${sites[@]}"; do
    (run_agent "$name") >"$logs/agent-$name.log" 2>&1 &
    agent_pids+=($!)
    site_of[$!]=$name
  done
  for _ in "${sites[@]}"; do # in the order in which they finish
    code=0
    wait -n -p pid "${!site_of[@]}" || code=$?
    name=${site_of[$pid]}
    unset "site_of[$pid]"
    [ $code -eq 0 ] || give_up "the agent of site $name" "$logs/agent-$name.log" "$code"
  done
  agent_pids=()
  note_seconds agents "$start"
}
link() {
  local connection
  mapfile -t connection < <(connect_as "coordinator-$coordinator")
  "$bin/blindlink-resolver" linkage start --project "$project" --wait --json "$out/resolver/linkage.json" \
    "${connection[@]}"
}
fetch() {
  local connection what
  mapfile -t connection < <(connect_as "researcher-$researcher")
  for what in pairs entities overlap; do
    "$bin/blindlink-researcher" "$what" --project "$project" --run "$run" --out "$out/researcher/$what.csv" \
      "${connection[@]}"
  done
  cp "$out/researcher/overlap.csv" "$out/overlap.csv"
}
map_of() { echo "$out/sites/$1/$project.$1.$dataset.map.csv"; }
translate() {
  local maps=() name what
  for name in "${sites[@]}"; do maps+=(--map "$name=$(map_of "$name")"); done
  for what in pairs entities; do
    python3 "$demo/translate.py" "$out/researcher/$what.csv" "$out/$what.csv" "${maps[@]}"
  done
}
evaluate() {
  local what scope=cross-site
  [ ${#sites[@]} -gt 1 ] || scope=within-site
  for what in pairs entities; do
    "$bin/blindlink-researcher" evaluate "--$what" "$out/$what.csv" --truth "$truth" --scope "$scope" \
      --json "$out/evaluation-$what.json" --report "$out/evaluation-$what.html" \
      --manifest "$out/researcher/$what.csv.manifest.json" >"$out/evaluation-$what.txt"
  done
}
summarize() {
  local facts=() name
  for name in "${sites[@]}"; do facts+=(--site "$name" "${input[$name]}" "$(map_of "$name")"); done
  python3 "$demo/summarize.py" "$out" --run "$run" --plan "$plan" --seconds "$stages" "${facts[@]}"
}
show() {
  echo
  echo "The first match pairs (from $out/pairs.csv):"
  head -n 6 "$out/pairs.csv" | sed 's/^/  /'
  echo
  cat "$logs/summarize.log"
  [ -n "$truth" ] || return 0
  echo
  echo "Match pairs against the truth:"
  sed 's/^/  /' "$out/evaluation-pairs.txt"
  echo
  echo "Pairs that the entity map implies, against the truth:"
  sed 's/^/  /' "$out/evaluation-entities.txt"
}

# --- the whole run -----------------------------------------------------------------------------------

began=$(now)
echo "Output: $out; logs: $logs"
$install && step install "installing what is missing" install_missing
bin=${BLINDLINK_BIN_DIR:-}
if [ -z "$bin" ]; then
  bin=$root/build/release/bin
  step build "building the three programs (takes minutes the first time)" build
fi
if $with_clinical && [ -z "$clinical" ]; then
  clinical=$out/input truth=$out/input/truth/links.csv
  step sample "making a sample: three hospitals and a registry of invented people, with their claims" \
    python3 "$demo/make_clinical_sample.py" "$clinical"
  clinical_sites "$clinical"
elif [ ${#sites[@]} -eq 0 ]; then
  step sample "making a sample: a registry of 2 000 and claims of 20 000 records of invented people" \
    python3 "$demo/make_sample.py" "$out/input"
  sites=(hss hc)
  input=([hss]=$out/input/hss.csv [hc]=$out/input/hc.csv)
  truth=$out/input/truth.csv
elif [ ${#sites[@]} -eq 1 ]; then
  python3 "$demo/one_site_plan.py" <"$plan" >"$out/one-site-plan.textproto"
  plan=$out/one-site-plan.textproto
fi
step certificates "making certificates" make_certificates
start_resolver
step profile "looking at which columns the files have" profile_inputs
step project "creating the project" create_project
say_match_keys
step keys "exchanging the sites' token key through the resolver, which cannot read it" exchange_keys
run_agents
step linkage "linking" link
run=$(python3 "$demo/read_run.py" "$out/resolver/linkage.json")
step fetch "fetching $run as the researcher" fetch
step translate "replacing pseudonyms with the sites' own record ids" translate
[ -z "$truth" ] || step evaluate "comparing with the truth" evaluate
if $with_clinical; then clinical_steps; fi
note_seconds total "$began"
step summarize "counting" summarize
stop_resolver
show
if $with_clinical; then show_clinical; fi
echo
echo "Results: $out/pairs.csv, entities.csv, overlap.csv, summary.json"
[ -z "$truth" ] || echo "To read and print: $out/evaluation-pairs.html, evaluation-entities.html"
if $with_clinical; then echo "Timeline: $out/researcher/timeline.csv.zst; to read and print: $out/timeline.html"; fi
echo "Release: this demonstration has standing access: its researcher fetches without anybody's approval (docs/access.md)"
echo "What each party stored: $out/sites, $out/resolver, $out/researcher; logs: $out/logs"
