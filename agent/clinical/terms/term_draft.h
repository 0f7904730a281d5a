#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Where a name in the dictionary comes from; the smaller counts more when two disagree.
enum class TermSource : uint8_t {
  kDecision,   // of a reviewer at the site
  kSite,       // the site's own synonyms
  kMaster,     // a master of standard names
  kTitle,      // title of a code
  kInclusion,  // inclusion term of the tabular list
  kIndex,      // alphabetic index
  kHeading,    // entry of the index below which it mostly names other categories, or a reference to
               // one
  kNeoplasm,   // table of neoplasms
  kDerived,    // one of these without "other" or with a word that the index calls optional
};
inline constexpr size_t kTermSources = 9;

// "title", for reports. A literal.
absl::string_view NameOf(TermSource source);

// What the files say, before it is a dictionary.
struct TermDraft {
  struct Code {
    std::string title;
    bool official = false;  // of the ICD-10-CM lists, not of a master only
    bool listed_billable = false, listed_header = false;  // what a list says
  };
  struct Form {
    std::string text;
    std::string code;      // without dot; empty for what a reviewer calls no disease
    std::string standard;  // the standard name, if it is not the code's title
    TermSource source = TermSource::kTitle;
    // Words that may be present or not, each alone: "(acute) (chronic)".
    std::vector<std::string> optional = {};
    std::string reading = {};  // in kana
  };
  // A name whose code is that of another name: "Addison's anemia, see Anemia, pernicious".
  struct Reference {
    std::string text;
    std::string see;
  };
  struct Abbreviation {
    std::string short_form;
    std::vector<std::string> meanings;
    bool ambiguous = false;
  };
  struct Input {
    std::string file;
    std::string kind;
    std::string sha256;
    uint64_t rows = 0;
  };

  std::map<std::string, Code> codes;  // by the code without dot
  // A list of codes was read: other files name none that the list lacks (those of another year).
  bool listed = false;
  std::vector<Form> forms;
  std::vector<Reference> references;
  std::map<std::string, Abbreviation> abbreviations;  // by the folded short form
  // 7th characters that the tabular list defines for all codes below a prefix, with their titles.
  std::map<std::string, std::map<char, std::string>> seventh_characters;
  std::vector<Input> inputs;
};

}  // namespace blindlink::agent
