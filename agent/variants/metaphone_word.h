#pragma once

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/variants/double_metaphone.h"

namespace blindlink::agent {

// What the rules of Double Metaphone (double_metaphone.cc, metaphone_rules.cc) read and write: the
// letters of a name, looked at from any position, and the two codes as they grow.
class MetaphoneWord {
 public:
  explicit MetaphoneWord(absl::string_view letters) : letters_(letters) {}

  int size() const { return static_cast<int>(letters_.size()); }
  int last() const { return size() - 1; }
  // The letter at `i`, or '\0' outside of the word.
  char At(int i) const { return i < 0 || i >= size() ? '\0' : letters_[static_cast<size_t>(i)]; }
  bool IsVowelAt(int i) const;
  // Whether `length` letters from `start` are one of `options`; false outside of the word.
  bool Has(int start, int length, std::initializer_list<absl::string_view> options) const;
  bool Contains(absl::string_view part) const;
  // W, K, CZ or WITZ: the name's spelling is of the Slavic or Germanic kind.
  bool IsSlavoGermanic() const;

  void Add(absl::string_view both) { Add(both, both); }
  void Add(absl::string_view primary, absl::string_view alternate);
  bool IsFull() const;
  MetaphoneCodes Codes() const { return {primary_, alternate_}; }

 private:
  absl::string_view letters_;
  std::string primary_, alternate_;
};

// The rules of the letters that have many. Each reads at `i`, adds to the codes and returns the
// next position to read.
int EncodeC(MetaphoneWord& word, int i);
int EncodeG(MetaphoneWord& word, int i);
int EncodeS(MetaphoneWord& word, int i);

}  // namespace blindlink::agent
