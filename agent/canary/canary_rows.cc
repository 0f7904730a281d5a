#include "agent/canary/canary_rows.h"

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "agent/input/column_mapping.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"
#include "common/csv/csv_reader.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

constexpr size_t kRowsForPlaces = 1000;
constexpr uint32_t kMostCanaries = 1000;

// Below `bound`, which is far below 2^64.
uint64_t Draw(uint64_t bound) {
  uint64_t drawn = 0;
  const SecretBytes bytes = RandomBytes(sizeof drawn);
  std::memcpy(&drawn, bytes.Reveal().data(), sizeof drawn);
  return drawn % bound;
}

// A name that can be pronounced and that nobody has: six random bits a syllable.
std::string DrawName(int syllables) {
  constexpr absl::string_view kConsonants = "bdfgklmnprstvz";
  constexpr absl::string_view kVowels = "aeiou";
  std::string name;
  for (int i = 0; i < syllables; ++i) {
    name += kConsonants[Draw(kConsonants.size())];
    name += kVowels[Draw(kVowels.size())];
  }
  name[0] = absl::ascii_toupper(static_cast<unsigned char>(name[0]));
  return name;
}

std::string DrawDigits(int digits) {
  std::string text = absl::StrCat(1 + Draw(9));
  while (text.size() < static_cast<size_t>(digits)) absl::StrAppend(&text, Draw(10));
  return text;
}

struct Invented {
  std::string id = DrawDigits(12);
  std::string first_name = DrawName(3);
  std::string last_name = DrawName(5);
  std::string sex = Draw(2) == 0 ? "F" : "M";
  absl::CivilDay born = absl::CivilDay(1930, 1, 1) + static_cast<int64_t>(Draw(75 * 365));
  std::string house_number = absl::StrCat(1 + Draw(980));
  std::string street = DrawName(4) + " Street";
};

// Empty for roles that a canary has nothing of.
std::string ValueOf(absl::string_view role, const Invented& person, const std::string& domain) {
  if (role == kRecordIdRole) return person.id;
  if (role == "first_name") return person.first_name;
  if (role == "last_name") return person.last_name;
  if (role == "full_name") return absl::StrCat(person.first_name, " ", person.last_name);
  if (role == "date_of_birth") return absl::FormatCivilTime(person.born);
  if (role == "birth_year") return absl::StrCat(person.born.year());
  if (role == "birth_month") return absl::StrCat(person.born.month());
  if (role == "birth_day") return absl::StrCat(person.born.day());
  if (role == "sex") return person.sex;
  if (role == "street_address") return absl::StrCat(person.house_number, " ", person.street);
  if (role == "house_number") return person.house_number;
  if (role == "street_name") return person.street;
  if (role != "email" || domain.empty()) return "";
  return absl::AsciiStrToLower(absl::StrCat(person.first_name, ".", person.last_name, "@", domain));
}

bool IsPlace(absl::string_view role) { return role == "city" || role == "state" || role == "zip"; }

// What the rows are made for: the columns of the site's file, and rows whose places they borrow.
struct Model {
  std::vector<std::string> header;
  ColumnMapping mapping;
  std::vector<std::vector<std::string>> rows;
};

absl::StatusOr<Model> ReadModel(const CanaryOptions& options, const Plan& plan) {
  BL_ASSIGN_OR_RETURN(const auto reader, CsvReader::Open(options.like));
  Model model;
  model.header = reader->header();
  BL_ASSIGN_OR_RETURN(model.mapping, MapColumns(model.header, options.columns, plan));
  if (!model.mapping.Has("last_name") && !model.mapping.Has("full_name")) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.like, " has no column of names, by which a canary could be known"));
  }
  while (model.rows.size() < kRowsForPlaces) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next());
    if (!more) break;
    model.rows.push_back(reader->fields());
  }
  return model;
}

void AppendCanary(const Model& model, const std::string& domain, std::string* text) {
  const Invented person;
  const std::vector<std::string>* place =
      model.rows.empty() ? nullptr : &model.rows[Draw(model.rows.size())];
  std::vector<std::string> values(model.header.size());
  for (const MappedColumn& column : model.mapping.columns) {
    std::string& value = values[column.column];
    if (!value.empty()) continue;
    if (!IsPlace(column.role)) {
      value = ValueOf(column.role, person, domain);
    } else if (place != nullptr) {
      value = (*place)[column.column];
    }
  }
  AppendCsvRow(std::vector<absl::string_view>(values.begin(), values.end()), text);
}

}  // namespace

absl::StatusOr<std::string> MakeCanaryRows(const CanaryOptions& options, const Plan& plan) {
  if (options.count == 0 || options.count > kMostCanaries) {
    return absl::InvalidArgumentError(absl::StrCat("make 1 to ", kMostCanaries, " canaries"));
  }
  BL_ASSIGN_OR_RETURN(const Model model, ReadModel(options, plan));
  std::string text;
  AppendCsvRow(std::vector<absl::string_view>(model.header.begin(), model.header.end()), &text);
  for (uint32_t i = 0; i < options.count; ++i) AppendCanary(model, options.email_domain, &text);
  return text;
}

}  // namespace blindlink::agent
