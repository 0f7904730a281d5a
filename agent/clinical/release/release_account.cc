#include "agent/clinical/release/release_account.h"

#include <cstring>
#include <type_traits>
#include <utility>

#include "common/base/compact_encoding.h"

namespace blindlink::agent {
namespace {

static_assert(std::is_trivially_copyable_v<ReleaseCounts>);

template <typename T>
void AppendRaw(const T& value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <typename T>
T TakeRaw(absl::string_view* bytes) {
  T value;
  std::memcpy(&value, bytes->data(), sizeof(value));
  bytes->remove_prefix(sizeof(value));
  return value;
}

void AppendUtility(const CodeUtility& of, std::string* out) {
  AppendCompact(of.system, out);
  for (const uint64_t count : {of.persons, of.rows, of.codes, of.released, of.kept_codes}) {
    AppendCompact(count, out);
  }
  for (const double bits : {of.entropy, of.released_entropy, of.non_uniform_kept}) {
    AppendRaw(bits, out);
  }
  AppendCompact(uint64_t{of.rows_by_level.size()}, out);
  for (const auto& [level, rows] : of.rows_by_level) {
    AppendCompact(level, out);
    AppendCompact(rows, out);
  }
}

CodeUtility TakeUtility(absl::string_view* bytes) {
  CodeUtility of;
  of.system = TakeCompactText(bytes);
  for (uint64_t* const count : {&of.persons, &of.rows, &of.codes, &of.released, &of.kept_codes}) {
    *count = TakeCompactNumber(bytes);
  }
  for (double* const bits : {&of.entropy, &of.released_entropy, &of.non_uniform_kept}) {
    *bits = TakeRaw<double>(bytes);
  }
  for (uint64_t left = TakeCompactNumber(bytes); left > 0; --left) {
    std::string level = TakeCompactText(bytes);
    of.rows_by_level[std::move(level)] = TakeCompactNumber(bytes);
  }
  return of;
}

std::vector<std::pair<std::string, uint64_t>> ByTable(
    const std::array<uint64_t, kClinicalTableNames.size()>& counts) {
  std::vector<std::pair<std::string, uint64_t>> named;
  for (size_t i = 0; i < counts.size(); ++i) named.emplace_back(kClinicalTableNames[i], counts[i]);
  return named;
}

}  // namespace

std::vector<ReleaseStep> ReleaseAccount::Steps() const {
  const DiagnosisStandard::Counts& names = counts.names;
  return {
      {"codes of the source were checked",
       {{"not_valid", counts.bad_codes}, {"of_unknown_systems_left_out", counts.unknown_systems}}},
      {"names of diseases were standardized",
       {{"rows", names.rows},
        {"automatic", names.automatic},
        {"codes_of_the_site", names.site_codes},
        {"denied_and_left_out", names.denied},
        {"without_code", names.no_code},
        {"suspected", names.suspected}}},
      {"persons that the linkage run does not have were left out",
       {{"persons", counts.persons_without_seed}}},
      {"records of a person who has another record here, too",
       {{"records", counts.further_records}}},
      {"ids were replaced and dates shifted", ByTable(counts.masked.read)},
      {"rows whose dates left the window were left out", ByTable(counts.masked.out_of_window)},
      {"codes and dates that would tell the year were left out or made coarser",
       {{"codes_left_out", counts.masked.era_codes},
        {"codes_made_coarser", counts.era_codes_made_coarser},
        {"deaths_left_out", counts.masked.deaths_out_of_window},
        {"years_of_birth_of_the_oldest", counts.masked.oldest}}},
      {"rare codes were made coarser or left out",
       {{"coarser", counts.coarser_codes}, {"left_out", counts.blanked_codes}}}};
}

std::string EncodeAccount(const ReleaseAccount& account) {
  std::string out;
  AppendRaw(account.counts, &out);
  AppendCompact(account.code_check, &out);
  AppendCompact(uint64_t{account.codes.size()}, &out);
  for (const CodeUtility& of : account.codes) AppendUtility(of, &out);
  AppendCareChange(account.care, &out);
  return out;
}

ReleaseAccount DecodeAccount(absl::string_view bytes) {
  ReleaseAccount account;
  account.counts = TakeRaw<ReleaseCounts>(&bytes);
  account.code_check = TakeCompactText(&bytes);
  for (uint64_t left = TakeCompactNumber(&bytes); left > 0; --left) {
    account.codes.push_back(TakeUtility(&bytes));
  }
  account.care = TakeCareChange(&bytes);
  return account;
}

}  // namespace blindlink::agent
