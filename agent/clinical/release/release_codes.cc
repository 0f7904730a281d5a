#include "agent/clinical/release/release_codes.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "agent/clinical/codes/code_generalizer.h"
#include "agent/clinical/codes/code_text.h"
#include "agent/clinical/release/care_change.h"
#include "agent/clinical/release/masked_person.h"
#include "agent/clinical/release/person_care.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

using C = ReleaseColumn;

bool ReleasesCodes(const v1::ReleasePlan& plan) {
  for (const v1::DataProduct& product : plan.products()) {
    for (const v1::Table& table : product.tables()) {
      if (table.name() == "diagnoses" || table.name() == "procedures" || table.name() == "drugs") {
        return true;
      }
    }
  }
  return false;
}

uint32_t MinNamePersons(const v1::ReleasePlan& plan) {
  for (const v1::CodeRule& rule : plan.codes()) {
    if (CanonicalSystem(rule.code_system()) == kIcd10Cm) return rule.min_persons();
  }
  return 11;
}

absl::Status ForPersons(StageReader* persons,
                        const std::function<absl::Status(NumberedPerson*)>& visit,
                        const OnPersons& progress) {
  uint64_t done = 0;
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::optional<absl::string_view> entry, persons->Next());
    if (!entry.has_value()) return absl::OkStatus();
    NumberedPerson person = DecodePerson(*entry);
    BL_RETURN_IF_ERROR(visit(&person));
    BL_RETURN_IF_ERROR(progress(++done, persons->ShareRead()));
  }
}

bool HasItsCode(const ReleaseRow& row) { return HasCode(row.table) && !row[C::kCode].empty(); }

// Standard names of diseases, by how many persons have them.
class NameCounts {
 public:
  void Add(uint64_t person, const std::string& name) {
    if (name.empty()) return;
    Persons& persons = names_[name];
    if (persons.count == 0 || persons.last != person) ++persons.count;
    persons.last = person;
  }
  bool IsRare(const std::string& name, uint32_t min_persons) const {
    const auto found = names_.find(name);
    return found != names_.end() && found->second.count < min_persons;
  }

 private:
  struct Persons {
    uint64_t last = 0;
    uint32_t count = 0;
  };
  absl::flat_hash_map<std::string, Persons> names_;
};

class Coarsening {
 public:
  Coarsening(std::unique_ptr<CodeGeneralizer> generalizer, uint32_t min_name_persons)
      : generalizer_(std::move(generalizer)), min_name_persons_(min_name_persons) {}

  void Count(const NumberedPerson& person) {
    for (const ReleaseRow& row : person.masked.rows) {
      if (!HasItsCode(row)) continue;
      names_.Add(person.number, row[C::kName]);
      generalizer_->Add(person.number, row[C::kCodeSystem], row[C::kCode]);
    }
  }
  void Decide() { generalizer_->Prepare(); }
  std::vector<CodeUtility> Utility() const { return generalizer_->Utility(); }

  void Apply(NumberedPerson* person, ReleaseCounts* counts) const {
    for (ReleaseRow& row : person->masked.rows) {
      if (HasItsCode(row)) Apply(person->number, &row, counts);
    }
  }

 private:
  void Apply(uint64_t number, ReleaseRow* row, ReleaseCounts* counts) const {
    CodeRung rung = generalizer_->Released(number, (*row)[C::kCodeSystem], (*row)[C::kCode]);
    if (rung.code == (*row)[C::kCode]) {
      // A name may say more than its code.
      if (names_.IsRare((*row)[C::kName], min_name_persons_)) (*row)[C::kName].clear();
      return;
    }
    // The standard name says as much as the code that is not released.
    (*row)[C::kName].clear();
    ++(rung.code.empty() ? counts->blanked_codes : counts->coarser_codes);
    (*row)[C::kCode] = std::move(rung.code);
  }

  const std::unique_ptr<CodeGeneralizer> generalizer_;
  const uint32_t min_name_persons_;
  NameCounts names_;
};

absl::StatusOr<std::unique_ptr<CodeGeneralizer>> MakeGeneralizer(const ReleaseParts& parts) {
  return CodeGeneralizer::Create(*parts.codes,
                                 std::vector(parts.plan.codes().begin(), parts.plan.codes().end()),
                                 parts.code_map);
}

}  // namespace

absl::Status CheckCodeParts(const ReleaseParts& parts) {
  if (parts.codes != nullptr) return MakeGeneralizer(parts).status();
  if (parts.plan.codes().empty() && parts.code_map == nullptr && !ReleasesCodes(parts.plan)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "codes are released, and rare ones must become coarser: name a code book with --codes "
      "(`codes build`)");
}

absl::Status SurveyCodes(StageReader* masked, CodeSurveyor* surveyor, const OnPersons& progress) {
  return ForPersons(
      masked,
      [&](NumberedPerson* person) {
        for (const ReleaseRow& row : person->masked.rows) {
          if (HasItsCode(row)) surveyor->Add(person->number, row[C::kCodeSystem], row[C::kCode]);
        }
        return absl::OkStatus();
      },
      progress);
}

absl::Status ReleaseCodes(
    const ReleaseParts& parts,
    const std::function<absl::StatusOr<std::unique_ptr<StageReader>>()>& open_masked,
    StageWriter* out, ReleaseAccount* account, const OnPersons& progress,
    const std::function<void(const std::function<void()>& work)>& decide) {
  std::optional<Coarsening> coarsening;
  if (parts.codes != nullptr) {
    BL_ASSIGN_OR_RETURN(std::unique_ptr<CodeGeneralizer> generalizer, MakeGeneralizer(parts));
    coarsening.emplace(std::move(generalizer), MinNamePersons(parts.plan));
    BL_ASSIGN_OR_RETURN(const std::unique_ptr<StageReader> masked, open_masked());
    const auto count = [&](NumberedPerson* person) {
      coarsening->Count(*person);
      return absl::OkStatus();
    };
    BL_RETURN_IF_ERROR(ForPersons(masked.get(), count, progress));
    decide([&] { coarsening->Decide(); });
    account->codes = coarsening->Utility();
  }
  Complications complications(parts.plan, parts.codes);
  CareComparison care;
  std::string bytes;
  const auto release = [&](NumberedPerson* person) {
    if (coarsening.has_value()) coarsening->Apply(person, &account->counts);
    care.Add(person->number, person->care_before, CareOf(person->masked.rows, &complications));
    person->care_before = PersonCare();
    bytes.clear();
    AppendPerson(*person, &bytes);
    return out->Add(bytes);
  };
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<StageReader> masked, open_masked());
  BL_RETURN_IF_ERROR(ForPersons(masked.get(), release, progress));
  account->care = care.Finish(parts.plan, parts.plan.targets().min_cell());
  return out->Finish(EncodeAccount(*account));
}

}  // namespace blindlink::agent
