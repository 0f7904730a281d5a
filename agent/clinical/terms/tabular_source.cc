#include <expat.h>

#include <memory>
#include <type_traits>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/terms/official_sources.h"
#include "agent/clinical/terms/source_text.h"
#include "agent/clinical/terms/term_markers.h"
#include "common/base/status_macros.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {
namespace {

// Follows the elements of the tabular list. Expat calls it; it never throws.
class TabularHandler {
 public:
  explicit TabularHandler(TermDraft* draft) : draft_(draft) {}

  void Start(absl::string_view element, const char** attributes) {
    elements_.emplace_back(element);
    text_.clear();
    if (element == "diag") codes_.emplace_back();
    if (element == "extension") {
      seventh_ = 0;
      for (; *attributes != nullptr; attributes += 2) {
        if (absl::string_view(attributes[0]) == "char" && attributes[1][0] != '\0') {
          seventh_ = attributes[1][0];
        }
      }
    }
  }
  void Text(absl::string_view text) { absl::StrAppend(&text_, text); }
  void End(absl::string_view element) {
    absl::RemoveExtraAsciiWhitespace(&text_);
    const std::string parent = elements_.size() > 1 ? elements_[elements_.size() - 2] : "";
    if (!codes_.empty()) EndWithinCode(element, parent);
    if (element == "diag") codes_.pop_back();
    elements_.pop_back();
    text_.clear();
  }

 private:
  void EndWithinCode(absl::string_view element, absl::string_view parent) {
    std::string& code = codes_.back();
    if (element == "name" && parent == "diag") code = CodeWithoutDot(text_);
    if (code.empty()) return;
    const bool stale = draft_->listed && draft_->codes.count(code) == 0;
    if (element == "desc" && parent == "diag" && !stale) {
      TermDraft::Code& entry = draft_->codes[code];
      entry.official = true;
      if (entry.title.empty()) entry.title = text_;
    } else if (element == "note" && (parent == "inclusionTerm" || parent == "includes")) {
      AddInclusion(code);
    } else if (element == "extension" && seventh_ != 0) {
      draft_->seventh_characters[code][seventh_] = text_;
    }
  }
  void AddInclusion(const std::string& code) {
    // Notes that end with a colon introduce a list; what follows is not a name by itself.
    if (text_.empty() || text_.back() == ':') return;
    std::string name = WithoutBrackets(text_);
    if (name.empty()) return;
    draft_->forms.push_back({std::move(name), code, "", TermSource::kInclusion, InBrackets(text_)});
  }

  TermDraft* draft_;
  std::vector<std::string> elements_;
  std::vector<std::string> codes_;
  std::string text_;
  char seventh_ = 0;
};

void OnStart(void* handler, const XML_Char* name, const XML_Char** attributes) {
  static_cast<TabularHandler*>(handler)->Start(name, attributes);
}
void OnEnd(void* handler, const XML_Char* name) {
  static_cast<TabularHandler*>(handler)->End(name);
}
void OnText(void* handler, const XML_Char* text, int size) {
  static_cast<TabularHandler*>(handler)->Text({text, static_cast<size_t>(size)});
}

}  // namespace

absl::Status ReadTabular(const std::string& path, TermDraft* draft) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source, OpenByteSource(path));
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(nullptr), &XML_ParserFree);
  TabularHandler handler(draft);
  const size_t codes_before = draft->codes.size() + draft->forms.size();
  XML_SetUserData(parser.get(), &handler);
  XML_SetElementHandler(parser.get(), OnStart, OnEnd);
  XML_SetCharacterDataHandler(parser.get(), OnText);
  std::string chunk(size_t{1} << 16, '\0');
  for (;;) {
    BL_ASSIGN_OR_RETURN(const size_t size, source->Read(chunk.data(), chunk.size()));
    if (XML_Parse(parser.get(), chunk.data(), static_cast<int>(size), size == 0) ==
        XML_STATUS_ERROR) {
      return absl::InvalidArgumentError(absl::StrCat(
          path, ", line ", static_cast<uint64_t>(XML_GetCurrentLineNumber(parser.get())),
          ": not the XML of the tabular list: ", XML_ErrorString(XML_GetErrorCode(parser.get()))));
    }
    if (size == 0) break;
  }
  if (draft->codes.size() + draft->forms.size() == codes_before) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " has no <diag> element: is it the tabular list?"));
  }
  return absl::OkStatus();
}

}  // namespace blindlink::agent
