#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// A number for a person's id, which may be any text. Equal texts have equal numbers in every run.
uint64_t PersonNumber(absl::string_view id);

// Which person has which codes how often: 16 bytes for each distinct pair, however many rows there
// are. Not thread-safe.
class PersonCodes {
 public:
  struct Entry {
    uint64_t person;
    uint32_t code;
    uint32_t rows;  // saturates
  };

  void Add(uint64_t person, uint32_t code);
  // Call it once, after the last Add: orders the entries by person and code.
  void Finish() { Merge(); }

  const std::vector<Entry>& entries() const { return entries_; }
  // The end of the run of entries that have the person of entries()[begin].
  size_t EndOfPerson(size_t begin) const;
  // The index of an entry, or entries().size().
  size_t Find(uint64_t person, uint32_t code) const;
  uint64_t persons() const;

 private:
  void Merge();

  std::vector<Entry> entries_;
  size_t merge_at_ = size_t{1} << 16;
};

}  // namespace blindlink::agent
