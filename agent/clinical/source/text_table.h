#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Numbers different texts from 0, in the order in which they come. A text costs its bytes and about
// 16 more. Not thread-safe.
class TextTable {
 public:
  static constexpr uint32_t kNone = ~uint32_t{0};

  TextTable() : numbers_(0, Hash{this}, Equal{this}) {}
  TextTable(const TextTable&) = delete;
  TextTable& operator=(const TextTable&) = delete;

  // The text's number, and whether it is new. There may be 2^32 - 1 texts.
  std::pair<uint32_t, bool> Add(absl::string_view text);
  // kNone if it was not added.
  uint32_t Find(absl::string_view text) const;
  // Valid until the next Add.
  absl::string_view Text(uint32_t number) const;
  uint32_t size() const { return static_cast<uint32_t>(ends_.size()); }

 private:
  struct Hash {
    using is_transparent = void;
    const TextTable* table;
    size_t operator()(absl::string_view text) const { return absl::HashOf(text); }
    size_t operator()(uint32_t number) const { return absl::HashOf(table->Text(number)); }
  };
  struct Equal {
    using is_transparent = void;
    const TextTable* table;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, absl::string_view b) const { return table->Text(a) == b; }
    bool operator()(absl::string_view a, uint32_t b) const { return a == table->Text(b); }
  };

  std::string bytes_;
  std::vector<uint64_t> ends_;  // of each text in bytes_
  absl::flat_hash_set<uint32_t, Hash, Equal> numbers_;
};

// Which id a key of one folder stands for (OMOP's person_id, FHIR's Patient.id). Not thread-safe.
class IdMap {
 public:
  // A key that is added again keeps its first id.
  void Add(absl::string_view key, absl::string_view id);
  // Empty if there is no such key. Valid until the next Add.
  absl::string_view IdOf(absl::string_view key) const;
  bool empty() const { return id_of_.empty(); }

 private:
  TextTable keys_;
  TextTable ids_;
  std::vector<uint32_t> id_of_;  // by the key's number
};

}  // namespace blindlink::agent
