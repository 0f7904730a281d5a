#include "agent/clinical/codes/system_generalizer.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/match.h"
#include "agent/clinical/codes/code_text.h"
#include "agent/clinical/codes/combinations.h"

namespace blindlink::agent {

SystemGeneralizer::SystemGeneralizer(const CodeBook& book, CodeTarget target,
                                     const absl::flat_hash_set<std::string>* released)
    : target_(std::move(target)),
      released_(released),
      ladders_(book, target_.system, target_.levels) {}

void SystemGeneralizer::Add(uint64_t person, absl::string_view code) {
  const std::string normalized = NormalizeCode(target_.system, code);
  if (!normalized.empty()) codes_.Add(person, ladders_.CodeId(normalized));
}

void SystemGeneralizer::Prepare() {
  codes_.Finish();
  steps_.assign(codes_.entries().size(), 0);
  MakeChoices();
  while (RaiseRareCodes()) {
  }
  for (size_t i = 0; i < steps_.size(); ++i) {
    choices_[codes_.entries()[i].code].step_for_all = steps_[i];
  }
  while (target_.combination > 1 && RaiseRareCombinations()) {
    while (RaiseRareCodes()) {
    }
  }
}

SystemGeneralizer::Choice SystemGeneralizer::ChoiceOf(absl::Span<const CodeRung> ladder,
                                                      absl::string_view code) const {
  Choice choice;
  for (const CodeRung& rung : ladder) {
    choice.kept |= target_.keep.contains(rung.code);
    if (released_ == nullptr || released_->contains(rung.code)) {
      choice.nodes.push_back(ladders_.FindNode(rung.code));
    }
  }
  for (const std::string& kept : target_.keep) {
    choice.kept |= IsByPrefix(target_.system) && absl::StartsWith(code, kept);
  }
  // A code that is in no list is never released as it is written.
  if (ladder.empty()) choice.kept = false;
  if (choice.kept) choice.nodes = {ladders_.FindNode(ladder.front().code)};
  return choice;
}

void SystemGeneralizer::MakeChoices() {
  rows_.assign(ladders_.node_count(), 0);
  for (const PersonCodes::Entry& entry : codes_.entries()) {
    all_rows_ += entry.rows;
    for (const uint32_t node : ladders_.Nodes(entry.code)) rows_[node] += entry.rows;
  }
  for (uint32_t code = 0; code < ladders_.code_count(); ++code) {
    std::vector<CodeRung> ladder;
    for (const uint32_t node : ladders_.Nodes(code)) ladder.push_back(RungOf(node));
    choices_.push_back(ChoiceOf(ladder, ladders_.CodeText(code)));
  }
}

CodeRung SystemGeneralizer::RungOf(uint32_t node) const {
  if (node == kNoNode) return {};
  return {ladders_.NodeLevel(node), ladders_.NodeName(node)};
}

uint32_t SystemGeneralizer::NodeAt(uint32_t code, uint32_t step) const {
  const std::vector<uint32_t>& nodes = choices_[code].nodes;
  return step < nodes.size() ? nodes[step] : kNoNode;
}

uint32_t SystemGeneralizer::NodeOf(size_t entry) const {
  return NodeAt(codes_.entries()[entry].code, steps_[entry]);
}

void SystemGeneralizer::NodesOf(Range person, std::vector<uint32_t>* nodes) const {
  nodes->clear();
  for (size_t i = person.first; i < person.second; ++i) {
    const uint32_t node = NodeOf(i);
    if (node != kNoNode) nodes->push_back(node);
  }
  std::sort(nodes->begin(), nodes->end());
  nodes->erase(std::unique(nodes->begin(), nodes->end()), nodes->end());
}

std::vector<uint32_t> SystemGeneralizer::CountPersons() const {
  std::vector<uint32_t> persons(ladders_.node_count(), 0);
  std::vector<uint32_t> nodes;
  for (size_t begin = 0, end = 0; begin < steps_.size(); begin = end) {
    end = codes_.EndOfPerson(begin);
    NodesOf({begin, end}, &nodes);
    for (const uint32_t node : nodes) ++persons[node];
  }
  return persons;
}

bool SystemGeneralizer::RaiseRareCodes() {
  if (!NeedsCounts()) return false;
  const std::vector<uint32_t> persons = CountPersons();
  bool raised = false;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const uint32_t node = NodeOf(i);
    if (node == kNoNode || persons[node] >= target_.min_persons) continue;
    if (choices_[codes_.entries()[i].code].kept) continue;
    ++steps_[i];
    raised = true;
  }
  return raised;
}

SystemGeneralizer::Counts SystemGeneralizer::CountCombinations() const {
  Counts counts;
  std::vector<uint32_t> nodes;
  for (size_t begin = 0, end = 0; begin < steps_.size(); begin = end) {
    end = codes_.EndOfPerson(begin);
    NodesOf({begin, end}, &nodes);
    ForCombinations(nodes, target_.combination, [&](const Combination& c) { ++counts[c.key]; });
  }
  return counts;
}

bool SystemGeneralizer::RaiseRareCombinations() {
  const Counts counts = CountCombinations();
  bool raised = false;
  for (size_t begin = 0, end = 0; begin < steps_.size(); begin = end) {
    end = codes_.EndOfPerson(begin);
    raised |= RaiseIn({begin, end}, counts);
  }
  return raised;
}

bool SystemGeneralizer::RaiseIn(Range person, const Counts& counts) {
  std::vector<uint32_t> nodes;
  NodesOf(person, &nodes);
  std::vector<Combination> rare;
  ForCombinations(nodes, target_.combination, [&](const Combination& c) {
    if (counts.at(c.key) < target_.min_combination) rare.push_back(c);
  });
  bool raised = false;
  while (!rare.empty()) {
    uint32_t best = kNoNode;
    double best_loss = 0;
    for (const uint32_t node : nodes) {
      const auto resolves = std::count_if(rare.begin(), rare.end(),
                                          [&](const Combination& c) { return c.Has(node); });
      if (resolves == 0 || IsKept(person, node)) continue;
      const double loss = LossOf(person, node) / static_cast<double>(resolves);
      if (best == kNoNode || loss < best_loss) {
        best = node;
        best_loss = loss;
      }
    }
    if (best == kNoNode) break;  // only codes that are kept whole
    Raise(person, best);
    raised = true;
    rare.erase(
        std::remove_if(rare.begin(), rare.end(), [&](const Combination& c) { return c.Has(best); }),
        rare.end());
  }
  return raised;
}

bool SystemGeneralizer::IsKept(Range person, uint32_t node) const {
  for (size_t i = person.first; i < person.second; ++i) {
    if (NodeOf(i) == node && choices_[codes_.entries()[i].code].kept) return true;
  }
  return false;
}

double SystemGeneralizer::BitsOf(uint32_t node) const {
  if (node == kNoNode || rows_[node] == 0) return 0;
  return std::log2(static_cast<double>(all_rows_) / static_cast<double>(rows_[node]));
}

double SystemGeneralizer::LossOf(Range person, uint32_t node) const {
  double loss = 0;
  for (size_t i = person.first; i < person.second; ++i) {
    if (NodeOf(i) != node) continue;
    const PersonCodes::Entry& entry = codes_.entries()[i];
    const uint32_t next = NodeAt(entry.code, steps_[i] + 1u);
    loss += static_cast<double>(entry.rows) * (BitsOf(node) - BitsOf(next));
  }
  return loss;
}

void SystemGeneralizer::Raise(Range person, uint32_t node) {
  for (size_t i = person.first; i < person.second; ++i) {
    if (NodeOf(i) == node) ++steps_[i];
  }
}

CodeRung SystemGeneralizer::Released(uint64_t person, absl::string_view code) const {
  const uint32_t id = ladders_.FindCode(NormalizeCode(target_.system, code));
  if (id == CodeLadders::kUnknown) return {};
  const size_t entry = codes_.Find(person, id);
  return entry == steps_.size() ? CodeRung() : RungOf(NodeOf(entry));
}

CodeRung SystemGeneralizer::ReleasedForAll(absl::string_view code) const {
  const uint32_t id = ladders_.FindCode(NormalizeCode(target_.system, code));
  if (id == CodeLadders::kUnknown) return {};
  return RungOf(NodeAt(id, choices_[id].step_for_all));
}

CodeUtility SystemGeneralizer::Utility() const {
  CodeUtilityCounter counter(target_.system);
  for (size_t i = 0; i < steps_.size(); ++i) {
    const PersonCodes::Entry& entry = codes_.entries()[i];
    counter.Add(ladders_.CodeText(entry.code), RungOf(NodeOf(i)), entry.rows);
  }
  CodeUtility utility = counter.Finish();
  utility.persons = codes_.persons();
  return utility;
}

}  // namespace blindlink::agent
