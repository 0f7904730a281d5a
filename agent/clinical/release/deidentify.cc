#include "agent/clinical/release/deidentify.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "agent/clinical/codes/code_text.h"
#include "common/base/byte_order.h"
#include "common/base/encoding.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {
namespace {

using C = ReleaseColumn;

// A person's number for counting. Records of one person at this site, which are born on one day and
// have one seed, count once: 10 bits of seed and a birthday are seldom another person's. Without a
// birthday the seed alone decides, so that nobody counts twice. Without seeds the pseudonym does.
uint64_t NumberOf(const RecordPseudonym& record, std::optional<uint32_t> seed,
                  absl::Span<const ClinicalRow> rows) {
  if (!seed.has_value()) return LoadBigEndian64(record.bytes.data());
  std::string known = absl::StrCat(*seed);
  for (const ClinicalRow& row : rows) {
    if (row.table != ClinicalTable::kPersons || !row.birth.has_value()) continue;
    absl::StrAppend(&known, " ", absl::FormatCivilTime(*row.birth), " ", row.sex);
    break;
  }
  const Sha256Digest digest = Sha256Of(known);
  return LoadBigEndian64(digest.data());
}

bool HasCode(ClinicalTable table) {
  return table == ClinicalTable::kDiagnoses || table == ClinicalTable::kProcedures ||
         table == ClinicalTable::kDrugs;
}

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

// Systems of codes that are public, whether or not the code book has a list of them.
bool IsUsualSystem(absl::string_view system) {
  static constexpr absl::string_view kUsual[] = {
      "ICD-10-CM", "ICD-10-PCS", "ICD-10", "ICD-9-CM", "ICD-9-PCS", "HCPCS",   "CPT",      "MS-DRG",
      "NDC",       "ATC",        "RxNorm", "CVX",      "LOINC",     "revenue", "SNOMED CT"};
  return std::find(std::begin(kUsual), std::end(kUsual), system) != std::end(kUsual);
}

constexpr size_t kLongestCode = 16;

void AppendRows(const std::vector<ReleaseRow>& rows, std::string* out) {
  std::string one;
  for (const ReleaseRow& row : rows) {
    one.clear();
    AppendReleaseRow(row, &one);
    AppendText32(one, out);
  }
}

std::vector<ReleaseRow> DecodeRows(absl::string_view bytes) {
  std::vector<ReleaseRow> rows;
  while (!bytes.empty()) {
    const uint32_t size = LoadBigEndian32(reinterpret_cast<const uint8_t*>(bytes.data()));
    rows.push_back(DecodeReleaseRow(bytes.substr(sizeof(size), size)));
    bytes.remove_prefix(sizeof(size) + size);
  }
  return rows;
}

}  // namespace

Deidentifier::Deidentifier(Parts parts)
    : parts_(std::move(parts)),
      mask_(parts_.dates, parts_.ids),
      diagnoses_(parts_.terms),
      grouper_(parts_.scratch),
      masked_(parts_.scratch) {}

absl::StatusOr<std::unique_ptr<Deidentifier>> Deidentifier::Create(Parts parts) {
  std::unique_ptr<Deidentifier> made(new Deidentifier(std::move(parts)));
  const Parts& kept = made->parts_;
  if (kept.codes == nullptr) {
    if (kept.plan.codes().empty() && kept.code_map == nullptr && !ReleasesCodes(kept.plan)) {
      return made;
    }
    return absl::InvalidArgumentError(
        "codes are released, and rare ones must become coarser: name a code book with --codes "
        "(`codes build`)");
  }
  for (const v1::CodeRule& rule : kept.plan.codes()) {
    if (CanonicalSystem(rule.code_system()) == kIcd10Cm) {
      made->min_name_persons_ = rule.min_persons();
    }
  }
  made->check_.emplace(*kept.codes);
  made->era_.emplace(*kept.codes, kept.plan.dates().first_day(), kept.plan.dates().last_day());
  if (kept.surveyor != nullptr) return made;
  BL_ASSIGN_OR_RETURN(made->generalizer_,
                      CodeGeneralizer::Create(*kept.codes, RulesOf(kept.plan), kept.code_map));
  return made;
}

std::vector<v1::CodeRule> RulesOf(const v1::ReleasePlan& plan) {
  return {plan.codes().begin(), plan.codes().end()};
}

absl::Status Deidentifier::Take(const ClinicalRow& row) {
  ++rows_;
  if (check_.has_value() && HasCode(row.table) && !row.code.empty()) {
    check_->Add(row.code_system, row.code, absl::FormatCivilTime(*row.start));
  }
  const RecordPseudonym record = parts_.pseudonym_of(row.person);
  if (row.table != ClinicalTable::kDiagnoses) return grouper_.Add(record, row);
  ClinicalRow standard = row;
  return diagnoses_.Apply(&standard) ? grouper_.Add(record, standard) : absl::OkStatus();
}

absl::Status Deidentifier::Mask(const OnPersons& progress) {
  uint64_t done = 0;
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::optional<PersonRows> person, grouper_.Next());
    if (!person.has_value()) break;
    BL_RETURN_IF_ERROR(MaskPerson(person->pseudonym, person->rows));
    done += person->rows.size();
    progress(persons_.size(), static_cast<double>(done) / static_cast<double>(rows_));
  }
  if (persons_.empty() && persons_without_seed_ > 0) {
    return absl::FailedPreconditionError(
        "the linkage run has none of these persons: are --site, --state and --seeds of one site, "
        "and the record ids those that were linked?");
  }
  if (generalizer_ != nullptr) generalizer_->Prepare();
  return absl::OkStatus();
}

absl::Status Deidentifier::MaskPerson(const RecordPseudonym& record,
                                      absl::Span<const ClinicalRow> rows) {
  std::optional<uint32_t> seed;
  if (parts_.seeds != nullptr) {
    seed = parts_.seeds->Of(record);
    if (!seed.has_value()) {
      ++persons_without_seed_;
      return absl::OkStatus();
    }
  }
  const int days = seed.has_value() ? parts_.shift.DaysOf(*seed) : parts_.shift.DaysOf(record);
  const uint64_t number = NumberOf(record, seed, rows);
  MaskedPerson person = mask_.Mask(rows, days, &counts_);
  if (!numbers_.insert(number).second) ++further_records_;
  CountCodes(number, &person);
  persons_.push_back({record, std::move(person.values), std::move(person.death)});
  if (person.rows.empty()) return absl::OkStatus();
  std::string bytes;
  AppendNumber64(number, &bytes);
  AppendRows(person.rows, &bytes);
  return masked_.Add(record, bytes);
}

bool Deidentifier::IsReleasable(const ReleaseRow& row) const {
  const std::string system = CanonicalSystem(row[C::kCodeSystem]);
  const auto named = [&](const v1::CodeRule& rule) {
    return CanonicalSystem(rule.code_system()) == system;
  };
  const bool known = parts_.codes->Has(system) || IsUsualSystem(system) ||
                     std::any_of(parts_.plan.codes().begin(), parts_.plan.codes().end(), named);
  const std::string& code = row[C::kCode];
  return known && code.size() <= kLongestCode &&
         std::all_of(code.begin(), code.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '/';
         });
}

void Deidentifier::CountCodes(uint64_t number, MaskedPerson* person) {
  if (!era_.has_value()) return;
  for (ReleaseRow& row : person->rows) {
    if (!HasCode(row.table) || row[C::kCode].empty()) continue;
    if (!IsReleasable(row)) {
      ++unknown_systems_;
      row[C::kCode].clear();
      row[C::kName].clear();
      continue;
    }
    const std::string& safe = era_->Safe(row[C::kCodeSystem], row[C::kCode]);
    if (safe != row[C::kCode]) row[C::kName].clear();  // it would say what the code no longer does
    row[C::kCode] = safe;
    if (safe.empty()) continue;
    CountName(number, row[C::kName]);
    if (parts_.surveyor != nullptr) {
      parts_.surveyor->Add(number, row[C::kCodeSystem], row[C::kCode]);
    } else {
      generalizer_->Add(number, row[C::kCodeSystem], row[C::kCode]);
    }
  }
}

void Deidentifier::CountName(uint64_t number, const std::string& name) {
  if (name.empty()) return;
  NamePersons& persons = names_[name];
  if (persons.count == 0 || persons.last != number) ++persons.count;
  persons.last = number;
}

TableColumn Deidentifier::ColumnOf(const std::string& name) const {
  TableColumn column;
  column.name = name;
  std::map<absl::string_view, uint32_t> numbers;
  for (const Person& person : persons_) {
    const auto found = person.values.find(name);
    const absl::string_view value =
        found == person.values.end() ? absl::string_view() : absl::string_view(found->second);
    const auto [number, added] = numbers.emplace(value, static_cast<uint32_t>(numbers.size()));
    if (added) {
      column.values.emplace_back(value);
      column.first_line.push_back(column.rows.size() + 1);
    }
    column.rows.push_back(number->second);
  }
  return column;
}

absl::StatusOr<PersonTable> Deidentifier::PersonsToRecode() const {
  PersonTable table;
  table.path = "the table of persons";
  table.row_count = persons_.size();
  std::set<std::string> known;
  for (const Person& person : persons_) {
    for (const auto& [name, value] : person.values) known.insert(name);
  }
  std::vector<std::string> wanted;
  for (const auto& one : parts_.plan.quasi_identifiers()) wanted.push_back(one.column());
  for (const auto& one : parts_.plan.targets().sensitive()) wanted.push_back(one.column());
  for (const std::string& name : wanted) {
    if (known.count(name) == 0) {
      return absl::InvalidArgumentError(absl::StrCat("no person has the column ", name,
                                                     " of the release plan; there are ",
                                                     absl::StrJoin(known, ", ")));
    }
    table.columns.push_back(ColumnOf(name));
  }
  return table;
}

absl::Status Deidentifier::WritePersons(const PersonTable& recoded, ExtractWriter* writer) const {
  std::vector<absl::string_view> values(recoded.columns.size());
  for (size_t i = 0; i < persons_.size(); ++i) {
    for (size_t c = 0; c < values.size(); ++c) {
      const TableColumn& column = recoded.columns[c];
      values[c] = column.values[column.rows[i]];
    }
    BL_RETURN_IF_ERROR(writer->AddPerson(persons_[i].record, values, persons_[i].death));
  }
  return absl::OkStatus();
}

void Deidentifier::Generalize(uint64_t number, ReleaseRow* row) {
  if (generalizer_ == nullptr || !HasCode(row->table) || (*row)[C::kCode].empty()) return;
  CodeRung rung = generalizer_->Released(number, (*row)[C::kCodeSystem], (*row)[C::kCode]);
  if (rung.code == (*row)[C::kCode]) {
    // A name may say more than its code.
    const auto name = names_.find((*row)[C::kName]);
    if (name != names_.end() && name->second.count < min_name_persons_) (*row)[C::kName].clear();
    return;
  }
  // The standard name says as much as the code that is not released.
  (*row)[C::kName].clear();
  ++(rung.code.empty() ? blanked_codes_ : coarser_codes_);
  (*row)[C::kCode] = std::move(rung.code);
}

absl::Status Deidentifier::WriteRows(absl::Span<const std::unique_ptr<ExtractWriter>> writers,
                                     const OnPersons& progress) {
  size_t done = 0;
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::vector<SortedSpool::Entry>* range, masked_.NextRange());
    if (range->empty()) return absl::OkStatus();
    for (const SortedSpool::Entry& entry : *range) {
      const uint64_t number = LoadBigEndian64(reinterpret_cast<const uint8_t*>(entry.text.data()));
      for (ReleaseRow& row : DecodeRows(entry.text.substr(sizeof(number)))) {
        Generalize(number, &row);
        for (const auto& writer : writers) {
          BL_RETURN_IF_ERROR(writer->AddRow(entry.pseudonym, row));
        }
      }
      ++done;
      progress(done, static_cast<double>(done) / static_cast<double>(persons_.size()));
    }
  }
}

absl::StatusOr<std::vector<WrittenTable>> Deidentifier::WriteExtracts(
    const std::filesystem::path& folder, const PersonTable& recoded,
    const ReleaseManifest& manifest, const OnPersons& progress) {
  std::vector<std::string> columns;
  for (const TableColumn& column : recoded.columns) columns.push_back(column.name);
  std::vector<std::unique_ptr<ExtractWriter>> writers;
  for (const v1::DataProduct& product : parts_.plan.products()) {
    BL_ASSIGN_OR_RETURN(writers.emplace_back(), ExtractWriter::Create(folder, product, columns));
    BL_RETURN_IF_ERROR(WritePersons(recoded, writers.back().get()));
  }
  BL_RETURN_IF_ERROR(WriteRows(writers, progress));
  std::vector<WrittenTable> all;
  std::vector<std::string> manifests;
  for (size_t i = 0; i < writers.size(); ++i) {
    const v1::DataProduct& product = parts_.plan.products(static_cast<int>(i));
    BL_ASSIGN_OR_RETURN(const std::vector<WrittenTable> tables, writers[i]->Finish());
    ReleaseManifest whole = manifest;
    whole.steps = Steps();
    manifests.push_back(ManifestJson(whole, product, tables, parts_.plan.targets().min_cell()));
    for (WrittenTable table : tables) {
      table.file = absl::StrCat(product.name(), "/", table.file);
      all.push_back(std::move(table));
    }
  }
  for (size_t i = 0; i < writers.size(); ++i) {
    BL_RETURN_IF_ERROR(writers[i]->WriteManifest(manifests[i]));
  }
  for (const auto& writer : writers) {
    absl::Status published = writer->Publish();
    if (published.ok()) continue;
    for (const auto& one : writers) one->Withdraw();
    return published;
  }
  return all;
}

std::vector<CodeUtility> Deidentifier::Utility() const {
  return generalizer_ == nullptr ? std::vector<CodeUtility>() : generalizer_->Utility();
}

std::vector<ReleaseStep> Deidentifier::Steps() const {
  const auto tables = [](const auto& counts) {
    std::vector<std::pair<std::string, uint64_t>> named;
    for (size_t i = 0; i < counts.size(); ++i) {
      named.emplace_back(kClinicalTableNames[i], counts[i]);
    }
    return named;
  };
  const DiagnosisStandard::Counts& names = diagnoses_.counts();
  std::vector<ReleaseStep> steps;
  steps.push_back({"codes of the source were checked",
                   {{"not_valid", check_.has_value() ? check_->problems() : 0},
                    {"of_unknown_systems_left_out", unknown_systems_}}});
  steps.push_back({"names of diseases were standardized",
                   {{"rows", names.rows},
                    {"automatic", names.automatic},
                    {"codes_of_the_site", names.site_codes},
                    {"denied_and_left_out", names.denied},
                    {"without_code", names.no_code},
                    {"suspected", names.suspected}}});
  steps.push_back({"persons that the linkage run does not have were left out",
                   {{"persons", persons_without_seed_}}});
  steps.push_back(
      {"records of a person who has another record here, too", {{"records", further_records_}}});
  steps.push_back({"ids were replaced and dates shifted", tables(counts_.read)});
  steps.push_back(
      {"rows whose dates left the window were left out", tables(counts_.out_of_window)});
  steps.push_back({"codes and dates that would tell the year were left out or made coarser",
                   {{"codes_left_out", counts_.era_codes},
                    {"codes_made_coarser", era_.has_value() ? era_->changed() : 0},
                    {"deaths_left_out", counts_.deaths_out_of_window},
                    {"years_of_birth_of_the_oldest", counts_.oldest}}});
  steps.push_back({"rare codes were made coarser or left out",
                   {{"coarser", coarser_codes_}, {"left_out", blanked_codes_}}});
  return steps;
}

}  // namespace blindlink::agent
