# Sourced by deploy/demo.sh: what happens to claims after the linkage. Each site makes an extract under the pseudonyms of
# the linkage, and the researcher joins them by the entity map.
# shellcheck shell=bash disable=SC2154  # demo.sh sets the variables

# clinical_sites FOLDER: sets sites and their files from FOLDER/site_*/persons.csv and FOLDER/registry/persons.csv.
clinical_sites() {
  local folder=$1 path name
  for path in "$folder"/site_*/persons.csv "$folder"/registry/persons.csv; do
    [ -f "$path" ] || continue
    name=$(basename "$(dirname "$path")")
    name=${name#site_}
    sites+=("$name")
    input[$name]=$path
    columns[$name]=record_id=local_id
    claims[$name]=$(dirname "$path")
  done
  [ ${#sites[@]} -gt 0 ] || misused "$folder has no site_*/persons.csv"
}

# Dictionaries from official files: the sample's excerpt, or those that --terms and --codes name.
make_dictionaries() {
  [ -s "$terms" ] || "$bin/blindlink-agent" terms build --codes "$clinical"/codes/*order* --out "$terms"
  [ -s "$codes" ] || "$bin/blindlink-agent" codes build "$clinical/codes" --out "$codes"
}
fetch_seeds() {
  local name connection
  for name in "${sites[@]}"; do
    mapfile -t connection < <(connect_as "site-$name")
    "$bin/blindlink-agent" seeds --project "$project" --run "$run" --out "$out/sites/$name/seeds.csv" "${connection[@]}"
  done
}
deidentify() { # SITE PLAN flags...
  local name=$1 release_plan=$2
  shift 2
  "$bin/blindlink-agent" deidentify --release "$release_plan" "${claims[$name]}" --project "$project" --site "$name" \
    --dataset "$dataset" --token-key "$(token_key_of "$name")" --state "$out/sites/$name" \
    --seeds "$out/sites/$name/seeds.csv" --terms "$terms" --codes "$codes" "$@"
}
# What codes the sites agree to release: each counts its own, and the plan names what comes of the counts.
plan_codes() {
  local name surveys=()
  cp "$(dirname "$release")"/*.csv "$out/sites/"
  for name in "${sites[@]}"; do
    deidentify "$name" "$release" --survey "$out/sites/$name/survey.csv"
    surveys+=("$out/sites/$name/survey.csv")
  done
  "$bin/blindlink-agent" codes plan "${surveys[@]}" --book "$codes" --release "$release" --out "$out/sites/code_map.csv"
  python3 "$demo/name_code_map.py" "$release" "$out/sites/code_map.csv" "$out/sites/release.textproto"
}
make_extracts() {
  local name
  for name in "${sites[@]}"; do
    deidentify "$name" "$out/sites/release.textproto" --code-map "$out/sites/code_map.csv" \
      --out "$out/researcher/extracts/$name"
  done
}
make_timeline() {
  local name extracts=()
  for name in "${sites[@]}"; do extracts+=(--extract "$out/researcher/extracts/$name/$product"); done
  "$bin/blindlink-researcher" timeline --entities "$out/researcher/entities.csv" "${extracts[@]}" \
    --out "$out/researcher/timeline.csv.zst" --report "$out/timeline.html" --json "$out/timeline.json"
}
judge_timeline() {
  local maps=() name
  for name in "${sites[@]}"; do maps+=(--site "$name" "$(map_of "$name")" "${claims[$name]}"); done
  python3 "$demo/judge_timeline.py" "$clinical/truth" "$out/researcher" "$product" --project "$project" --states "$out/sites" "${maps[@]}" \
    --json "$out/clinical.json"
}
clinical_steps() {
  terms=${terms:-$out/sites/terms.dict} codes=${codes:-$out/sites/codes.csv}
  step dictionaries "making dictionaries of diseases and codes" make_dictionaries
  step seeds "fetching, at each site, how far dates are shifted" fetch_seeds
  step codes "agreeing on what comes of rare codes" plan_codes
  step extracts "making extracts at the sites: ${sites[*]}" make_extracts
  step timeline "joining them by person, as the researcher" make_timeline
  [ ! -d "$clinical/truth" ] || step judge "comparing the timeline with the truth" judge_timeline
}
show_clinical() {
  echo
  cat "$logs/timeline.log"
  [ ! -d "$clinical/truth" ] || { echo; echo "Against the truth:"; sed 's/^/  /' "$logs/judge.log"; }
}
