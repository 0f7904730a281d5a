#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/release/person_care.h"
#include "blindlink/v1/release_plan.pb.h"
#include "common/base/json_writer.h"

namespace blindlink::agent {

// What the transformations made of the measures of care: readmission, complications, cost.
struct CareChange {
  struct Rate {
    uint64_t stays = 0;
    double rate = 0;
  };
  struct Cost {
    uint64_t visits = 0;
    double mean = 0;  // all in the unit of the source, with four digits
    double median = 0;
    double total = 0;
  };
  template <typename T>
  struct Measure {
    std::string missing = {};  // why it cannot be measured, in words; otherwise empty
    bool hidden = false;       // since it would tell something of 1 to min_cell - 1 persons
    T before = {};
    T after = {};
  };
  Measure<Rate> readmission;
  Measure<Rate> complication;
  Measure<Cost> cost;
};

// Compares the care of persons before and after. Holds 8 bytes for each visit with an amount,
// twice. Not thread-safe.
class CareComparison {
 public:
  // `person`: the same for all records of a person.
  void Add(uint64_t person, const PersonCare& before, const PersonCare& after);
  // `min_cell`: a measure is hidden if fewer persons, but any, have a case, or no case, or have it
  // only before or only after, so that no difference tells of few persons.
  CareChange Finish(const v1::ReleasePlan& plan, uint32_t min_cell);

 private:
  // Persons of whom a measure tells something, by what.
  enum Told : uint8_t { kBefore, kOtherBefore, kAfter, kOtherAfter, kChanged, kOtherChanged };
  enum Kind : uint8_t { kReadmission, kComplication, kCost };
  void Tell(uint64_t* told, Kind kind, uint64_t cases_before, uint64_t of_before,
            uint64_t cases_after, uint64_t of_after);
  bool IsHidden(Kind kind, uint32_t min_cell) const;
  CareChange::Measure<CareChange::Rate> RateOf(Kind kind, uint64_t cases_before,
                                               uint64_t cases_after, uint32_t min_cell) const;

  PersonCare before_;  // of all persons together
  PersonCare after_;
  absl::flat_hash_map<uint64_t, uint64_t> told_;  // by person: a bit for each Kind and Told
};

// For people; ends in a line feed.
std::string CareText(const CareChange& change);
// Adds the keys of the measures whose columns the product has.
void AddCare(const CareChange& change, const v1::DataProduct& product, JsonWriter* json);

// As bytes for the same program, and back.
void AppendCareChange(const CareChange& change, std::string* out);
CareChange TakeCareChange(absl::string_view* bytes);

}  // namespace blindlink::agent
