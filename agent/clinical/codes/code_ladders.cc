#include "agent/clinical/codes/code_ladders.h"

namespace blindlink::agent {

uint32_t CodeLadders::NodeId(const CodeRung& rung) {
  const auto [found, is_new] =
      node_ids_.try_emplace(rung.code, static_cast<uint32_t>(names_.size()));
  if (is_new) {
    names_.push_back(rung.code);
    level_of_.push_back(rung.level);
  }
  return found->second;
}

uint32_t CodeLadders::CodeId(absl::string_view code) {
  const auto [found, is_new] =
      code_ids_.try_emplace(std::string(code), static_cast<uint32_t>(nodes_of_.size()));
  if (is_new) {
    codes_.emplace_back(code);
    std::vector<uint32_t>& nodes = nodes_of_.emplace_back();
    for (const CodeRung& rung : book_.Ladder(system_, code, levels_)) {
      nodes.push_back(NodeId(rung));
    }
  }
  return found->second;
}

uint32_t CodeLadders::FindCode(absl::string_view code) const {
  const auto found = code_ids_.find(code);
  return found == code_ids_.end() ? kUnknown : found->second;
}

uint32_t CodeLadders::FindNode(absl::string_view name) const {
  const auto found = node_ids_.find(name);
  return found == node_ids_.end() ? kUnknown : found->second;
}

}  // namespace blindlink::agent
