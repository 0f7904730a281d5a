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

// Compares two records of clear text field by field. The fields are those that the plan has as
// evidence; of a plan without evidence, all its fields. City, state and postal code are one field,
// "place", as at the resolver. Behind them stand two of another kind, how rare the given name and
// the surname are that the two share (name_rarity.h). Immutable; threads may share it.
class RecordComparison {
 public:
  // `plan` must outlive it.
  explicit RecordComparison(const Plan& plan);

  // At most kMaxScoredFields, the last two of which, if there is a place for them, are rarities.
  const std::vector<ScoredField>& fields() const { return fields_; }
  // Indices into LinkagePlan.fields of those that are read.
  const std::vector<size_t>& plan_fields() const { return plan_fields_; }

  // The rarities are "missing" in it.
  AgreementPattern Compare(const ComparableRecord& left, const ComparableRecord& right) const;

  // Indices into fields() of the rarity of the plan's name, or of the name itself; -1 if there is
  // none.
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
    size_t plan_field;  // of a place: not used
  };

  void AddField(size_t plan_field, const v1::Field& field);
  void AddRarity(const char* name, NameField* of);
  RecordNames NameOf(const ComparableRecord& record) const;
  Place PlaceOf(const ComparableRecord& record) const;

  std::vector<ScoredField> fields_;
  std::vector<Compared> compared_;  // the first of fields_
  std::vector<size_t> plan_fields_;
  NameField given_, surname_;
  int middle_ = -1;  // of the plan
  int postal_code_ = -1, city_ = -1, state_ = -1;
};

}  // namespace blindlink::agent
