#include "agent/address_reference/reference_builder.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/input/column_roles.h"
#include "agent/input/reject_log.h"
#include "agent/input/row_reader.h"
#include "agent/standardize/address/address.h"
#include "agent/standardize/standardize.h"
#include "common/base/status_macros.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {
namespace {

constexpr uint64_t kRowsBetweenProgress = 1 << 16;

std::string TextOf(v1::Standardizer standardizer, absl::string_view raw) {
  const StandardizeResult result = Standardize(standardizer, raw, {});
  return result.values.empty() ? "" : result.values.front().text;
}

// The parts of a street, with or without its house number: "MAIN ST", "12 MAIN ST".
AddressParts StreetParts(absl::string_view street) {
  StandardizeResult result = Standardize(v1::STREET_ADDRESS, street, {});
  if (!result.values.empty() && AddressOf(result.values.front()).house_number.empty()) {
    // A house number in front keeps a numbered street from being read as one: "1 145 ST".
    result = Standardize(v1::STREET_ADDRESS, absl::StrCat("1 ", street), {});
  }
  return result.values.empty() ? AddressParts() : AddressOf(result.values.front());
}

// The role of a column, and the headers it may have, in the form that NormalizeHeader writes.
enum Column { kStreet, kCity, kState, kPostalCode, kColumns };
constexpr std::array<std::array<absl::string_view, 6>, kColumns> kHeaders = {{
    {"street", "streetname", "streetaddress", "address", "road", "stname"},
    {"city", "town", "cityname", "place", "municipality", "postcity"},
    {"region", "state", "statecode", "st", "province", "stateabbr"},
    {"postcode", "zip", "zipcode", "postalcode", "zip5", "zcta"},
}};

using Columns = std::array<std::optional<size_t>, kColumns>;

absl::StatusOr<Columns> FindColumns(const std::vector<std::string>& headers) {
  Columns columns;
  for (size_t i = 0; i < headers.size(); ++i) {
    const std::string header = NormalizeHeader(headers[i]);
    for (size_t c = 0; c < kColumns; ++c) {
      const bool named =
          std::find(kHeaders[c].begin(), kHeaders[c].end(), header) != kHeaders[c].end();
      if (named && !columns[c].has_value()) columns[c] = i;
    }
  }
  const bool has_city = columns[kCity].has_value() && columns[kState].has_value();
  if (columns[kStreet].has_value() && (has_city || columns[kPostalCode].has_value()))
    return columns;
  return absl::InvalidArgumentError(
      absl::StrCat("an address reference needs a column STREET and POSTCODE, or STREET, CITY and "
                   "REGION; it has: ",
                   absl::StrJoin(headers, ", ")));
}

using ProgressCall = std::function<void(uint64_t rows, double share)>;

absl::StatusOr<AddressReference> ReadRows(const std::string& path, RejectLog* rejects,
                                          uint64_t* rows_read, const ProgressCall& progress) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<RowReader> reader,
                      OpenRowReader(std::move(bytes), std::nullopt, rejects));
  BL_ASSIGN_OR_RETURN(const Columns columns, FindColumns(reader->columns()));
  ReferenceBuilder builder;
  Row row;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) break;
    std::array<absl::string_view, kColumns> texts;
    for (const RowCell& cell : row.cells) {
      for (size_t c = 0; c < kColumns; ++c) {
        if (columns[c] == cell.column) texts[c] = cell.text;
      }
    }
    const char* const reason =
        builder.Add(texts[kStreet], texts[kCity], texts[kState], texts[kPostalCode]);
    if (reason != nullptr) rejects->Add({row.number, "", reason}, /*whole_row=*/true);
    if (progress != nullptr && row.number % kRowsBetweenProgress == 0) {
      progress(row.number, reader->ShareRead());
    }
  }
  *rows_read = reader->rows_read();
  return builder.Build();
}

}  // namespace

uint32_t ReferenceBuilder::NumberOf(absl::string_view text, Numbers* numbers) {
  return numbers->try_emplace(text, static_cast<uint32_t>(numbers->size())).first->second;
}

const char* ReferenceBuilder::Add(absl::string_view street, absl::string_view city,
                                  absl::string_view state, absl::string_view postal_code) {
  std::string row = absl::StrCat(street, "\t", city, "\t", state, "\t", postal_code);
  if (row == last_row_) {
    ++rows_;
    return nullptr;
  }
  const AddressParts parts = StreetParts(street);
  if (parts.street_name.empty()) return "no-street";
  const std::string city_text = TextOf(v1::CITY, city), state_text = TextOf(v1::STATE, state);
  Key key{AddressReference::kNone, 0, ZipNumber(TextOf(v1::POSTAL_CODE, postal_code))};
  const bool has_city = !city_text.empty() && !state_text.empty();
  if (!has_city && key.zip == AddressReference::kNone) return "no-place";
  key.street = NumberOf(absl::StrCat(StreetNameText(parts), "\t", parts.suffix), &streets_);
  if (has_city) key.city = NumberOf(absl::StrCat(state_text, " ", city_text), &cities_);
  keys_.insert(key);
  last_row_ = std::move(row);
  ++rows_;
  return nullptr;
}

AddressReference ReferenceBuilder::Build() {
  // Numbers follow the order of the texts, so that lookups can use binary search.
  const auto sorted = [](Numbers* numbers, std::vector<uint32_t>* renumbered) {
    std::vector<std::pair<std::string, uint32_t>> texts(numbers->begin(), numbers->end());
    numbers->clear();
    std::sort(texts.begin(), texts.end());
    renumbered->resize(texts.size());
    std::vector<std::string> out;
    for (auto& [text, number] : texts) {
      (*renumbered)[number] = static_cast<uint32_t>(out.size());
      out.push_back(std::move(text));
    }
    return out;
  };
  AddressReference reference;
  std::vector<uint32_t> street_numbers, city_numbers;
  for (const std::string& text : sorted(&streets_, &street_numbers)) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(text, '\t');
    reference.streets_.push_back({parts.first, parts.second, LettersOf(parts.first)});
  }
  reference.cities_ = sorted(&cities_, &city_numbers);
  for (const Key& key : keys_) {
    const uint32_t street = street_numbers[key.street];
    if (key.zip != AddressReference::kNone) {
      reference.by_zip_.push_back({key.zip, street, key.zip});
    }
    if (key.city != AddressReference::kNone) {
      reference.by_city_.push_back({city_numbers[key.city], street, key.zip});
    }
  }
  for (std::vector<AddressReference::Entry>* entries : {&reference.by_zip_, &reference.by_city_}) {
    std::sort(entries->begin(), entries->end());
    entries->erase(std::unique(entries->begin(), entries->end()), entries->end());
  }
  reference.rows_ = rows_;
  return reference;
}

absl::StatusOr<AddressReference> AddressReference::Read(const std::string& path,
                                                        std::vector<std::string>* notes,
                                                        const ProgressCall& progress) {
  RejectLog rejects;
  uint64_t rows_read = 0;
  absl::StatusOr<AddressReference> reference = ReadRows(path, &rejects, &rows_read, progress);
  if (reference.ok() && reference->rows() == 0) {
    reference = absl::InvalidArgumentError(
        absl::StrCat("none of ", rows_read, " rows is usable: ", rejects.SummaryWithRows()));
  }
  if (!reference.ok()) {
    return absl::Status(reference.status().code(),
                        absl::StrCat(path, ": ", reference.status().message()));
  }
  if (rejects.rejected_rows() > 0) {
    notes->push_back(absl::StrCat(path, ": ", rejects.rejected_rows(), " of ", rows_read,
                                  " rows are not used: ", rejects.SummaryWithRows()));
  }
  return reference;
}

}  // namespace blindlink::agent
