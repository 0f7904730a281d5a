#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/codes/code_book.h"

namespace blindlink::agent {

// Numbers the codes of one system that occur, and the groups above them ("nodes": whatever may be
// released), so that persons' codes can be kept as numbers. Not thread-safe.
class CodeLadders {
 public:
  // `book` must outlive it. `levels`: those that may be released, finest first.
  CodeLadders(const CodeBook& book, std::string system, std::vector<std::string> levels)
      : book_(book), system_(std::move(system)), levels_(std::move(levels)) {}

  // The number of a normalized code, new or known.
  uint32_t CodeId(absl::string_view code);
  // Nothing below is known of a code that CodeId never saw: kUnknown.
  static constexpr uint32_t kUnknown = 0xFFFFFFFF;
  uint32_t FindCode(absl::string_view code) const;
  uint32_t FindNode(absl::string_view name) const;

  // The nodes of a code, finest first.
  absl::Span<const uint32_t> Nodes(uint32_t code) const { return nodes_of_[code]; }
  size_t code_count() const { return nodes_of_.size(); }
  size_t node_count() const { return names_.size(); }
  const std::string& NodeName(uint32_t node) const { return names_[node]; }
  const std::string& NodeLevel(uint32_t node) const { return level_of_[node]; }
  const std::string& CodeText(uint32_t code) const { return codes_[code]; }
  const std::string& system() const { return system_; }
  const std::vector<std::string>& levels() const { return levels_; }

 private:
  uint32_t NodeId(const CodeRung& rung);

  const CodeBook& book_;
  const std::string system_;
  const std::vector<std::string> levels_;
  absl::flat_hash_map<std::string, uint32_t> code_ids_;
  absl::flat_hash_map<std::string, uint32_t> node_ids_;
  std::vector<std::string> codes_;
  std::vector<std::vector<uint32_t>> nodes_of_;
  std::vector<std::string> names_;
  std::vector<std::string> level_of_;
};

}  // namespace blindlink::agent
