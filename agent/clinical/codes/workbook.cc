#include "agent/clinical/codes/workbook.h"

#include <cstring>
#include <map>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "agent/clinical/codes/xml_reader.h"
#include "agent/clinical/codes/zip_archive.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// The texts of xl/sharedStrings.xml: one for each <si>, whose <t> are joined.
class SharedTexts : public XmlHandler {
 public:
  void Begin(absl::string_view element, const XmlAttributes& attributes) override {
    if (element == "si") texts_.emplace_back();
    in_text_ = element == "t";
    if (element == "rPh") phonetic_ = true;
  }
  void Text(absl::string_view text) override {
    if (in_text_ && !phonetic_ && !texts_.empty()) texts_.back().append(text.data(), text.size());
  }
  void End(absl::string_view element) override {
    in_text_ = false;
    if (element == "rPh") phonetic_ = false;
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::vector<std::string> texts_;
  bool in_text_ = false;
  bool phonetic_ = false;  // readings of Japanese words, which are no part of the text
};

// "C12" -> 2.
size_t ColumnOf(absl::string_view reference) {
  size_t column = 0;
  for (const char c : reference) {
    if (!absl::ascii_isupper(static_cast<unsigned char>(c))) break;
    column = column * 26 + static_cast<size_t>(c - 'A') + 1;
  }
  return column == 0 ? 0 : column - 1;
}

// The rows of a sheet.
class SheetRows : public XmlHandler {
 public:
  explicit SheetRows(const std::vector<std::string>& shared) : shared_(shared) {}

  void Begin(absl::string_view element, const XmlAttributes& attributes) override {
    if (element == "row") rows_.emplace_back();
    if (element == "c") {
      column_ = ColumnOf(attributes.Get("r"));
      is_shared_ = attributes.Get("t") == "s";
      value_.clear();
    }
    in_value_ = element == "v" || element == "t";
  }
  void Text(absl::string_view text) override {
    if (in_value_) value_.append(text.data(), text.size());
  }
  void End(absl::string_view element) override {
    in_value_ = false;
    if (element != "c" || rows_.empty() || value_.empty() || column_ > 1000) return;
    std::vector<std::string>& row = rows_.back();
    if (row.size() <= column_) row.resize(column_ + 1);
    uint32_t index = 0;
    if (!is_shared_) {
      row[column_] = value_;
    } else if (absl::SimpleAtoi(value_, &index) && index < shared_.size()) {
      row[column_] = shared_[index];
    }
  }
  std::vector<std::vector<std::string>>& rows() { return rows_; }

 private:
  const std::vector<std::string>& shared_;
  std::vector<std::vector<std::string>> rows_;
  std::string value_;
  size_t column_ = 0;
  bool is_shared_ = false;
  bool in_value_ = false;
};

}  // namespace

bool IsWorkbook(absl::string_view bytes) { return absl::StartsWith(bytes, "PK\3\4"); }

absl::StatusOr<std::vector<Sheet>> ReadWorkbook(absl::string_view bytes, const std::string& path) {
  BL_ASSIGN_OR_RETURN(const ZipArchive archive, ZipArchive::Open(bytes, path));
  SharedTexts shared;
  const auto texts = archive.members().find("xl/sharedStrings.xml");
  if (texts != archive.members().end()) {
    BL_ASSIGN_OR_RETURN(const std::string xml, archive.Unpack(texts->second));
    BL_RETURN_IF_ERROR(ReadXml(xml, path, &shared));
  }
  std::vector<Sheet> sheets;
  for (const auto& [name, member] : archive.members()) {
    if (!absl::StartsWith(name, "xl/worksheets/sheet")) continue;
    BL_ASSIGN_OR_RETURN(const std::string xml, archive.Unpack(member));
    SheetRows rows(shared.texts());
    BL_RETURN_IF_ERROR(ReadXml(xml, path, &rows));
    sheets.push_back({name, std::move(rows.rows())});
  }
  return sheets;
}

}  // namespace blindlink::agent
