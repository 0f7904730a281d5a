#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/terms/dictionary_format.h"
#include "agent/clinical/terms/term_markers.h"

namespace blindlink::agent {

// What ranking needs of a form, close together in memory.
struct RankRow {
  float weight = 0;             // as FormRow
  uint32_t category = kNoCode;  // its number, 0..categories-1; kNoCode: the form has no code
};

// A dictionary file, mapped into memory. Immutable and thread-safe; copies share the file.
class TermDictionary {
 public:
  // NOT_FOUND and so on as in common/base/fd.h; INVALID_ARGUMENT if the file is no dictionary, of
  // another version, or damaged.
  static absl::StatusOr<TermDictionary> Open(const std::string& path);
  // A dictionary in memory, as BuildDictionary returns it. The same errors.
  static absl::StatusOr<TermDictionary> FromBytes(std::string bytes);

  // SHA-256 of the file, hexadecimal.
  const std::string& digest() const { return digest_; }
  // JSON: the files it was built from and counts.
  absl::string_view about() const;

  absl::string_view Text(TextRef ref) const;
  absl::Span<const CodeRow> codes() const { return codes_; }
  absl::Span<const FormRow> forms() const { return forms_; }
  absl::Span<const WordRow> words() const { return words_; }
  absl::Span<const double> calibration() const { return calibration_; }
  // One for each form.
  absl::Span<const RankRow> rank_rows() const { return *rank_rows_; }
  size_t categories() const { return categories_; }
  // Whether a site, a reviewer or a master gave names; only they give Japanese ones.
  bool has_own_names() const { return has_own_names_; }
  absl::string_view CodeText(uint32_t code) const { return Text(codes_[code].code); }
  absl::string_view Title(uint32_t code) const { return Text(codes_[code].title); }
  absl::Span<const uint32_t> WordsOfForm(const FormRow& form) const;
  absl::Span<const uint32_t> FormsWithWord(const WordRow& word) const;

  // The row of a code without dot; kNoCode if it does not exist.
  uint32_t FindCode(absl::string_view code) const;
  // The number of a standard word; kNoCode if no form has it.
  uint32_t FindWord(absl::string_view word) const;
  // The forms that have this key; a range of form numbers.
  absl::Span<const uint32_t> FindForms(KeyKind kind, uint64_t hash) const;
  // Null if the short form is unknown.
  const AbbreviationRow* FindAbbreviation(absl::string_view folded) const;
  // Calls `use` for each word of which a form with letters left out has this hash.
  void ForEachDelete(uint32_t hash, absl::FunctionRef<void(uint32_t)> use) const;

  // The code itself if it is billable, otherwise the one below it that says least beyond `side` and
  // `encounter` (A, D, S; 0: the first): "unspecified", the first encounter. Returns `code` if
  // there is none.
  uint32_t BillableBelow(uint32_t code, Side side, char encounter) const;
  // The sibling of a billable code that names the side; `code` if there is none.
  uint32_t OnSide(uint32_t code, Side side) const;

 private:
  class File;
  // The hashes of one table, found quickly by their upper 16 bits.
  struct HashIndex {
    absl::Span<const uint64_t> hashes;
    absl::Span<const uint32_t> values;
    std::vector<uint32_t> starts;
  };
  static absl::StatusOr<TermDictionary> Read(std::shared_ptr<const File> file);
  absl::Status ReadSections(absl::string_view body);
  absl::Status CheckReferences() const;
  void ReadRankRows();
  uint32_t UnspecifiedChild(uint32_t code, Side side, char encounter) const;

  std::shared_ptr<const File> file_;
  std::string digest_;
  absl::string_view about_, strings_;
  absl::Span<const CodeRow> codes_;
  absl::Span<const FormRow> forms_;
  absl::Span<const uint32_t> form_words_, postings_;
  absl::Span<const WordRow> words_;
  std::array<HashIndex, kKeyKinds> keys_;
  absl::Span<const uint32_t> delete_hashes_, delete_words_;
  std::vector<uint32_t> delete_starts_, word_starts_;
  absl::Span<const AbbreviationRow> abbreviations_;
  absl::Span<const double> calibration_;
  std::shared_ptr<const std::vector<RankRow>> rank_rows_;
  size_t categories_ = 0;
  bool has_own_names_ = false;
};

}  // namespace blindlink::agent
