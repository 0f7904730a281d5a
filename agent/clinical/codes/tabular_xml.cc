#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "agent/clinical/codes/code_lists.h"
#include "agent/clinical/codes/code_text.h"
#include "agent/clinical/codes/xml_reader.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// Categories, sections and chapters of <ICD10CM.tabular>: chapter > section > diag > diag.
class TabularList : public XmlHandler {
 public:
  explicit TabularList(CodeBookBuilder* builder) : builder_(builder) {}

  void Begin(absl::string_view element, const XmlAttributes& attributes) override {
    path_.emplace_back(element);
    if (path_.size() == 1) is_tabular_ = element == "ICD10CM.tabular";
    if (element == "section") section_ = std::string(attributes.Get("id"));
    text_.clear();
  }
  void Text(absl::string_view text) override { text_.append(text.data(), text.size()); }
  void End(absl::string_view element) override {
    const bool within = path_.size() >= 2;
    const std::string parent = within ? path_[path_.size() - 2] : "";
    if (is_tabular_ && element == "name" && parent == "diag") AddCode();
    if (is_tabular_ && element == "desc" && parent == "chapter") AddChapter();
    path_.pop_back();
    text_.clear();
  }
  bool is_tabular() const { return is_tabular_; }
  uint64_t rows() const { return rows_; }

 private:
  void AddCode() {
    const std::string code = NormalizeCode(kIcd10Cm, text_);
    if (code.size() != 3) return;
    builder_->SetGroup(kIcd10Cm, code, "block", section_);
    ++rows_;
  }
  // "Certain infectious and parasitic diseases (A00-B99)".
  void AddChapter() {
    const size_t open = text_.rfind('(');
    if (open == std::string::npos || text_.size() < open + 9 || text_[open + 4] != '-') return;
    builder_->AddChapter(text_.substr(open + 1, 3), text_.substr(open + 5, 3));
  }

  CodeBookBuilder* const builder_;
  std::vector<std::string> path_;
  std::string section_;
  std::string text_;
  bool is_tabular_ = false;
  uint64_t rows_ = 0;
};

}  // namespace

absl::StatusOr<std::string> AddTabularXml(absl::string_view text, const ListedFile& file,
                                          CodeBookBuilder* builder, uint64_t* rows) {
  TabularList list(builder);
  BL_RETURN_IF_ERROR(ReadXml(text, file.name, &list));
  *rows = list.rows();
  return list.is_tabular() ? "blocks of ICD-10-CM" : "";
}

}  // namespace blindlink::agent
