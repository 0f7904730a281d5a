#include "agent/synthetic/visits.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/input/row_reader.h"
#include "agent/synthetic/day.h"
#include "common/base/status_macros.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {
namespace {

// Calls `take` with the texts of these columns for each row. Returns what rows were malformed, by
// reason; empty: none.
absl::StatusOr<std::string> ReadColumns(
    const std::string& path, const std::vector<std::string>& names,
    const std::function<void(const std::vector<std::string>&)>& take) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  RejectLog rejects;
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<RowReader> reader,
                      OpenRowReader(std::move(bytes), std::nullopt, &rejects));
  Row row;
  std::vector<std::string> texts(names.size());
  for (;;) {
    BL_ASSIGN_OR_RETURN(const bool any, reader->Next(&row));
    if (!any) break;
    for (std::string& text : texts) text.clear();
    for (const RowCell& cell : row.cells) {
      const std::string& column = reader->columns()[cell.column];
      const auto wanted = std::find(names.begin(), names.end(), column);
      if (wanted != names.end()) texts[wanted - names.begin()] = std::string(cell.text);
    }
    take(texts);
  }
  for (const std::string& name : names) {
    const std::vector<std::string>& columns = reader->columns();
    if (std::find(columns.begin(), columns.end(), name) == columns.end()) {
      return absl::InvalidArgumentError(absl::StrCat(path, " has no column '", name, "'"));
    }
  }
  return rejects.rejected_rows() > 0 ? rejects.SummaryWithRows() : std::string();
}

struct Place {
  size_t person, visit;
};

// Adds a diagnosis to a visit that has `none` where nothing is known yet.
void AddGroup(uint32_t group, uint32_t none, Visit* visit) {
  if (visit->group == none) {
    visit->group = group;
  } else if (visit->second == none && group != visit->group) {
    visit->second = group;
  }
}

class HistoryReader {
 public:
  HistoryReader(const SynthesisSpec& spec, const Domain& settings,
                const std::vector<std::string>& keys)
      : spec_(spec), settings_(settings) {
    read_.histories.resize(keys.size());
    for (size_t i = 0; i < keys.size(); ++i) persons_.emplace(keys[i], i);
  }

  absl::Status ReadClaims(const std::string& path) {
    BL_ASSIGN_OR_RETURN(
        read_.claims_rejects,
        ReadColumns(path, {"claim_id", "local_id", "setting", "start", "end"},
                    [this](const std::vector<std::string>& row) { AddClaim(row); }));
    return absl::OkStatus();
  }

  absl::Status ReadDiagnoses(const std::string& path) {
    BL_ASSIGN_OR_RETURN(
        read_.diagnoses_rejects,
        ReadColumns(path, {"claim_id", "code"},
                    [this](const std::vector<std::string>& row) { AddDiagnosis(row[0], row[1]); }));
    return absl::OkStatus();
  }

  ReadHistories Finish() {
    for (History& history : read_.histories) {
      std::stable_sort(history.begin(), history.end(),
                       [](const Visit& a, const Visit& b) { return a.start < b.start; });
    }
    return std::move(read_);
  }

 private:
  void AddClaim(const std::vector<std::string>& row) {
    const auto person = persons_.find(row[1]);
    const auto start = DayOf(row[3]), end = DayOf(row[4].empty() ? row[3] : row[4]);
    if (person == persons_.end() || !start || !end || *end < *start) {
      ++read_.left_out;
      return;
    }
    History& history = read_.histories[person->second];
    // A claim without an id is a visit that no diagnosis belongs to.
    if (!row[0].empty() && !places_.emplace(row[0], Place{person->second, history.size()}).second) {
      ++read_.repeated;
      return;
    }
    history.push_back({*start, *end, settings_.CodeOf(row[2]), none_, none_});
    ++read_.visits;
  }

  void AddDiagnosis(const std::string& claim, const std::string& code) {
    const auto place = places_.find(claim);
    if (place == places_.end() || code.empty()) {
      ++read_.diagnoses_left_out;
      return;
    }
    AddGroup(spec_.code_groups.GroupOf(code), none_,
             &read_.histories[place->second.person][place->second.visit]);
  }

  const SynthesisSpec& spec_;
  const Domain& settings_;
  const uint32_t none_ = static_cast<uint32_t>(spec_.code_groups.groups().size() + 1);
  std::unordered_map<std::string, size_t> persons_;
  std::unordered_map<std::string, Place> places_;
  ReadHistories read_;
};

}  // namespace

absl::StatusOr<ReadHistories> ReadVisits(const std::string& claims, const std::string& diagnoses,
                                         const SynthesisSpec& spec, const Domain& settings,
                                         const std::vector<std::string>& keys) {
  HistoryReader reader(spec, settings, keys);
  BL_RETURN_IF_ERROR(reader.ReadClaims(claims));
  BL_RETURN_IF_ERROR(reader.ReadDiagnoses(diagnoses));
  return reader.Finish();
}

}  // namespace blindlink::agent
