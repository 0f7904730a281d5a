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

// Calls `take` with the texts of these columns for each row.
absl::Status ReadColumns(const std::string& path, const std::vector<std::string>& names,
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
  return absl::OkStatus();
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

}  // namespace

absl::StatusOr<ReadHistories> ReadVisits(const std::string& claims, const std::string& diagnoses,
                                         const SynthesisSpec& spec, const Domain& settings,
                                         const std::vector<std::string>& keys) {
  ReadHistories read;
  read.histories.resize(keys.size());
  std::unordered_map<std::string, size_t> persons;
  for (size_t i = 0; i < keys.size(); ++i) persons.emplace(keys[i], i);
  std::unordered_map<std::string, Place> places;
  const auto none = static_cast<uint32_t>(spec.code_groups.groups().size() + 1);
  BL_RETURN_IF_ERROR(
      ReadColumns(claims, {"claim_id", "local_id", "setting", "start", "end"},
                  [&](const std::vector<std::string>& row) {
                    const auto person = persons.find(row[1]);
                    const auto start = DayOf(row[3]), end = DayOf(row[4].empty() ? row[3] : row[4]);
                    if (person == persons.end() || !start || !end || *end < *start) {
                      ++read.left_out;
                      return;
                    }
                    History& history = read.histories[person->second];
                    places.insert_or_assign(row[0], Place{person->second, history.size()});
                    history.push_back({*start, *end, settings.CodeOf(row[2]), none, none});
                    ++read.visits;
                  }));
  BL_RETURN_IF_ERROR(
      ReadColumns(diagnoses, {"claim_id", "code"}, [&](const std::vector<std::string>& row) {
        const auto place = places.find(row[0]);
        if (place == places.end() || row[1].empty()) return;
        AddGroup(spec.code_groups.GroupOf(row[1]), none,
                 &read.histories[place->second.person][place->second.visit]);
      }));
  for (History& history : read.histories) {
    std::stable_sort(history.begin(), history.end(),
                     [](const Visit& a, const Visit& b) { return a.start < b.start; });
  }
  return read;
}

}  // namespace blindlink::agent
