#include "agent/clinical/codes/code_survey.h"

#include <algorithm>

#include "agent/clinical/codes/code_text.h"

namespace blindlink::agent {
namespace {

uint64_t Rounded(uint64_t count) { return count - count % kMinCell; }

// Counts of one system by node.
class NodeCounts {
 public:
  NodeCounts(const CodeLadders& ladders, const PersonCodes& codes)
      : ladders_(ladders),
        codes_(codes),
        persons_(ladders.node_count()),
        rest_(ladders.node_count()),
        rows_(ladders.node_count()) {}

  void Count() {
    std::vector<uint32_t> nodes;
    for (const PersonCodes::Entry& entry : codes_.entries()) {
      for (const uint32_t node : ladders_.Nodes(entry.code)) rows_[node] += entry.rows;
    }
    ForPersons([&](size_t begin, size_t end) {
      NodesOf(begin, end, /*only_shown=*/false, &nodes);
      for (const uint32_t node : nodes) ++persons_[node];
    });
    ForPersons([&](size_t begin, size_t end) {
      NodesOf(begin, end, /*only_shown=*/true, &nodes);
      for (const uint32_t node : nodes) ++rest_[node];
    });
  }

  bool IsShown(uint32_t node) const { return persons_[node] >= kMinCell; }
  SystemSurvey::Node Of(uint32_t node) const {
    return {ladders_.NodeLevel(node), 0, Rounded(persons_[node]), Rounded(rest_[node]),
            Rounded(rows_[node])};
  }

  // Persons by pair of the shown nodes with most rows, of a code's own ladder left out.
  template <typename Use>
  void ForPairs(const Use& use) const;

 private:
  template <typename Use>
  void ForPersons(const Use& use) const {
    for (size_t begin = 0, end = 0; begin < codes_.entries().size(); begin = end) {
      end = codes_.EndOfPerson(begin);
      use(begin, end);
    }
  }
  // The distinct nodes of a person: all, or of each code the finest that is shown.
  void NodesOf(size_t begin, size_t end, bool only_shown, std::vector<uint32_t>* nodes) const {
    nodes->clear();
    for (size_t i = begin; i < end; ++i) {
      for (const uint32_t node : ladders_.Nodes(codes_.entries()[i].code)) {
        if (only_shown && !IsShown(node)) continue;
        nodes->push_back(node);
        if (only_shown) break;
      }
    }
    std::sort(nodes->begin(), nodes->end());
    nodes->erase(std::unique(nodes->begin(), nodes->end()), nodes->end());
  }
  // The nodes whose pairs are counted, those with most rows first.
  std::vector<uint32_t> PairNodes() const;

  const CodeLadders& ladders_;
  const PersonCodes& codes_;
  std::vector<uint64_t> persons_;
  std::vector<uint64_t> rest_;
  std::vector<uint64_t> rows_;
};

std::vector<uint32_t> NodeCounts::PairNodes() const {
  std::vector<uint32_t> nodes;
  for (uint32_t node = 0; node < ladders_.node_count(); ++node) {
    if (IsShown(node)) nodes.push_back(node);
  }
  std::sort(nodes.begin(), nodes.end(), [&](uint32_t a, uint32_t b) {
    if (rows_[a] != rows_[b]) return rows_[a] > rows_[b];
    return ladders_.NodeName(a) < ladders_.NodeName(b);
  });
  if (nodes.size() > kMaxPairNodes) nodes.resize(kMaxPairNodes);
  return nodes;
}

template <typename Use>
void NodeCounts::ForPairs(const Use& use) const {
  const std::vector<uint32_t> nodes = PairNodes();
  constexpr uint32_t kNotCounted = 0xFFFFFFFF;
  std::vector<uint32_t> place(ladders_.node_count(), kNotCounted);
  for (size_t i = 0; i < nodes.size(); ++i) place[nodes[i]] = static_cast<uint32_t>(i);
  const auto cell = [](size_t low, size_t high) { return high * (high - 1) / 2 + low; };
  std::vector<uint32_t> counts(nodes.size() * (nodes.size() + 1) / 2);
  std::vector<uint32_t> of_person;
  ForPersons([&](size_t begin, size_t end) {
    NodesOf(begin, end, /*only_shown=*/false, &of_person);
    for (uint32_t& node : of_person) node = place[node];
    std::sort(of_person.begin(), of_person.end());
    for (size_t i = 0; i < of_person.size() && of_person[i] != kNotCounted; ++i) {
      for (size_t j = 0; j < i; ++j) ++counts[cell(of_person[j], of_person[i])];
    }
  });
  for (size_t high = 1; high < nodes.size(); ++high) {
    for (size_t low = 0; low < high; ++low) {
      const uint64_t persons = Rounded(counts[cell(low, high)]);
      if (persons > 0) use(nodes[low], nodes[high], persons);
    }
  }
}

}  // namespace

void SystemSurvey::NumberNodes() {
  uint32_t next = 0;
  for (auto& [name, node] : nodes) node.number = next++;
}

void CodeSurveyor::Add(uint64_t person, absl::string_view system, absl::string_view code) {
  const std::string name = CanonicalSystem(system);
  const std::string normalized = NormalizeCode(name, code);
  if (name.empty() || normalized.empty()) return;
  System& of = systems_[name];
  if (of.ladders == nullptr) {
    of.target = TargetOf(targets_, book_, name);
    of.ladders = std::make_unique<CodeLadders>(book_, name, of.target.levels);
  }
  of.codes.Add(person, of.ladders->CodeId(normalized));
}

SystemSurvey CodeSurveyor::Survey(System* system) {
  system->codes.Finish();
  const CodeLadders& ladders = *system->ladders;
  NodeCounts counts(ladders, system->codes);
  counts.Count();
  SystemSurvey survey;
  survey.persons = Rounded(system->codes.persons());
  uint64_t rows = 0;
  for (const PersonCodes::Entry& entry : system->codes.entries()) rows += entry.rows;
  survey.rows = Rounded(rows);
  for (uint32_t node = 0; node < ladders.node_count(); ++node) {
    if (counts.IsShown(node)) survey.nodes[ladders.NodeName(node)] = counts.Of(node);
  }
  survey.NumberNodes();
  if (system->target.combination < 2) return survey;
  std::vector<uint32_t> number(ladders.node_count());
  for (uint32_t node = 0; node < ladders.node_count(); ++node) {
    if (counts.IsShown(node)) number[node] = survey.nodes.at(ladders.NodeName(node)).number;
  }
  counts.ForPairs([&](uint32_t a, uint32_t b, uint64_t persons) {
    survey.pairs[SystemSurvey::PairKey(number[a], number[b])] = static_cast<uint32_t>(persons);
  });
  return survey;
}

CodeSurvey CodeSurveyor::Finish() {
  CodeSurvey survey;
  survey.book_digest = book_.digest();
  survey.rules_digest = RulesDigest(targets_);
  for (auto& [name, system] : systems_) survey.systems[name] = Survey(&system);
  return survey;
}

}  // namespace blindlink::agent
