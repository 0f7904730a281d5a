#pragma once

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/variants/double_metaphone.h"

namespace blindlink::agent {

// The state of Double Metaphone's rules (double_metaphone.cc, metaphone_rules.cc): the letters of a
// name, which may be read at any position, and the two codes written so far.
class MetaphoneWord {
 public:
  explicit MetaphoneWord(absl::string_view letters) : letters_(letters) {}

  int size() const { return static_cast<int>(letters_.size()); }
  int last() const { return size() - 1; }
  // The letter at `i`, or '\0' outside the word.
  char At(int i) const { return i < 0 || i >= size() ? '\0' : letters_[static_cast<size_t>(i)]; }
  bool IsVowelAt(int i) const;
  // Whether the `length` letters at `start` are one of `options`; false outside the word.
  bool Has(int start, int length, std::initializer_list<absl::string_view> options) const;
  bool Contains(absl::string_view part) const;
  // Whether the spelling looks Slavic or Germanic: it has W, K, CZ or WITZ.
  bool IsSlavoGermanic() const;

  void Add(absl::string_view both) { Add(both, both); }
  void Add(absl::string_view primary, absl::string_view alternate);
  bool IsFull() const;
  MetaphoneCodes Codes() const { return {primary_, alternate_}; }

 private:
  absl::string_view letters_;
  std::string primary_, alternate_;
};

// The rules for the letters with the most cases. Each function reads the letter at `i`, appends to
// the codes and returns the next position to read.
int EncodeC(MetaphoneWord& word, int i);
int EncodeG(MetaphoneWord& word, int i);
int EncodeS(MetaphoneWord& word, int i);

}  // namespace blindlink::agent
