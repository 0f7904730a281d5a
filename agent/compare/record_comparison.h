#pragma once

#include <cstddef>
#include <vector>

#include "agent/compare/comparable_record.h"
#include "agent/compare/name_levels.h"
#include "agent/compare/place_level.h"
#include "common/plan/plan.h"
#include "common/plan/standardizer_catalog.h"
#include "common/score/field_levels.h"

namespace blindlink::agent {

// Compares two clear-text records field by field. The fields are those that the plan lists as
// evidence, or all fields if the plan has no evidence. City, state and postal code are one field,
// "place", as at the resolver. Two fields of another kind follow: the rarity of the given name and
// of the surname that the records share (name_rarity.h). Immutable, so threads may share it.
class RecordComparison {
 public:
  // `plan` must outlive the comparison.
  explicit RecordComparison(const Plan& plan);

  // At most kMaxScoredFields fields. If there is room, the last two are the rarities.
  const std::vector<ScoredField>& fields() const { return fields_; }
  // Indices into LinkagePlan.fields of the fields that Compare reads.
  const std::vector<size_t>& plan_fields() const { return plan_fields_; }

  // The rarities are "missing" in the pattern.
  AgreementPattern Compare(const ComparableRecord& left, const ComparableRecord& right) const;

  // Indices into fields() of the name's rarity and of the name itself; -1 if there is none.
  struct NameField {
    int plan_field = -1;
    int name = -1;
    int rarity = -1;
  };
  const NameField& given() const { return given_; }
  const NameField& surname() const { return surname_; }

 private:
  struct Compared {
    Comparison comparison;
    size_t plan_field;  // not used for places
  };

  void AddField(size_t plan_field, const v1::Field& field);
  void AddRarity(const char* name, NameField* of);
  RecordNames NameOf(const ComparableRecord& record) const;
  Place PlaceOf(const ComparableRecord& record) const;

  std::vector<ScoredField> fields_;
  std::vector<Compared> compared_;  // the first of fields_
  std::vector<size_t> plan_fields_;
  NameField given_, surname_;
  int middle_ = -1;  // index into the plan's fields
  int postal_code_ = -1, city_ = -1, state_ = -1;
};

}  // namespace blindlink::agent
