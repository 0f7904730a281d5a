#include "tests/unit/resolver/project/history_script.h"

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/tokens/token_block.h"

namespace blindlink::resolver {
namespace {

constexpr const char* kSites[] = {"north", "south", "west"};
constexpr uint32_t kPeople = 30;
constexpr uint32_t kCommonValues = 6;  // of every third match key
constexpr uint32_t kRareValues = 200;

// Puts together the steps, and follows what they come to.
class Writer {
 public:
  Writer(const Plan& plan, uint32_t seed) : plan_(plan), random_(seed) {}

  HistoryScript Write() {
    for (const char* site : kSites) Upload(site, v1::APPEND, NewRows(kMostRecordsOfADataset));
    Run();
    for (int part = 0; part < 2; ++part) {
      const uint32_t changes = 1 + Draw(3);
      for (uint32_t i = 0; i < changes; ++i) Change(kSites[Draw(3)]);
      Run();
    }
    for (const auto& [pair, is_link] : decisions_) {
      script_.decisions.push_back({pair.first, pair.second, is_link});
    }
    return std::move(script_);
  }

 private:
  uint32_t Draw(uint32_t below) { return static_cast<uint32_t>(random_()) % below; }

  void Change(const std::string& site) {
    const int records = 1 + static_cast<int>(Draw(4));
    switch (Draw(8)) {
      case 0:
        Upload(site, v1::REPLACEMENT, WithKnown(site, NewRows(records), records));
        break;
      case 1:
      case 2:
        Upload(site, v1::CORRECTION, WithKnown(site, NewRows(records), records));
        break;
      case 3:
      case 4:
        Withdraw(site, records);
        break;
      default:
        Upload(site, v1::APPEND, NewRows(records));
    }
    if (Draw(2) == 0) Decide();
  }

  HistoryStep& Add(HistoryStep::Kind kind, const std::string& site = "") {
    HistoryStep& step = script_.steps.emplace_back();
    step.kind = kind;
    step.site = site;
    step.runs_before = runs_;
    return step;
  }
  void Run() {
    Add(HistoryStep::Kind::kRun);
    ++runs_;
  }

  void Upload(const std::string& site, v1::DatasetKind kind, SiteRows rows) {
    HistoryStep& step = Add(HistoryStep::Kind::kUpload, site);
    step.dataset = absl::StrCat("dataset-", ++datasets_);
    step.dataset_kind = kind;
    SiteRows& standing = script_.standing[site];
    if (kind == v1::REPLACEMENT) standing.clear();
    for (const auto& [record, content] : rows) standing[record] = content;
    step.rows = std::move(rows);
  }

  void Withdraw(const std::string& site, int records) {
    std::vector<RecordPseudonym> leaving;
    for (const auto& [record, content] : script_.standing[site]) {
      if (static_cast<int>(leaving.size()) < records && Draw(3) == 0) leaving.push_back(record);
    }
    if (leaving.empty()) return;
    for (const RecordPseudonym& record : leaving) {
      script_.withdrawn.push_back(record);
      script_.standing[site].erase(record);
      const NamedRecord named{site, record};
      std::erase_if(decisions_, [&](const auto& decision) {
        return decision.first.first == named || decision.first.second == named;
      });
    }
    Add(HistoryStep::Kind::kWithdraw, site).records = std::move(leaving);
  }

  void Decide() {
    std::vector<NamedRecord> all;
    for (const auto& [site, rows] : script_.standing) {
      for (const auto& [record, content] : rows) all.push_back({site, record});
    }
    if (all.size() < 2) return;
    NamedDecision decision{all[Draw(all.size())], all[Draw(all.size())], Draw(2) == 0};
    if (Draw(2) == 0) decision.right = OneOfThePersonOf(decision.left, all);
    if (decision.left == decision.right) return;
    if (decision.right < decision.left) std::swap(decision.left, decision.right);
    decisions_[{decision.left, decision.right}] = decision.is_link;
    Add(HistoryStep::Kind::kDecide).decision = decision;
  }

  // The last of them, as they may well match.
  NamedRecord OneOfThePersonOf(const NamedRecord& record, const std::vector<NamedRecord>& all) {
    const auto same = std::find_if(all.rbegin(), all.rend(), [&](const NamedRecord& other) {
      return person_.at(other.record) == person_.at(record.record);
    });
    return *same;
  }

  SiteRows NewRows(int records) {
    SiteRows rows;
    for (int i = 0; i < records; ++i) {
      RecordPseudonym record;
      for (uint8_t& byte : record.bytes) byte = static_cast<uint8_t>(random_());
      AddRow(record, &rows);
    }
    return rows;
  }
  // And other content for some records that the site has.
  SiteRows WithKnown(const std::string& site, SiteRows rows, int records) {
    int known = 0;
    for (const auto& [record, content] : script_.standing[site]) {
      if (known < records && Draw(4) == 0) {
        AddRow(record, &rows);
        ++known;
      }
    }
    return rows;
  }
  void AddRow(const RecordPseudonym& record, SiteRows* rows) {
    person_[record] = Draw(kPeople);
    (*rows)[record] = RecordOf(person_[record]);
  }

  // The same people at every site, with errors. Every third match key has few tokens, so that
  // strangers share them and the number of records that have one is often near the plan's limit.
  std::vector<Posting> RecordOf(uint32_t person) {
    std::mt19937 own(person * 7919 + 13);
    std::vector<Posting> content;
    for (size_t key = 0; key < plan_.match_keys().size(); ++key) {
      Posting posting;
      posting.match_key = static_cast<uint8_t>(plan_.match_keys()[key].id);
      auto value = static_cast<uint32_t>(own()) % (key % 3 == 0 ? kCommonValues : kRareValues);
      posting.evidence.size = static_cast<uint8_t>(plan_.evidence().WidthOf(key));
      for (size_t i = 0; i < posting.evidence.size; ++i) {
        posting.evidence.bytes[i] = static_cast<uint8_t>(own());
      }
      if (Draw(6) == 0) value = Draw(kRareValues);  // an error
      if (posting.evidence.size > 0 && Draw(4) == 0) {
        posting.evidence.bytes[0] ^= static_cast<uint8_t>(1u << Draw(8));
      }
      const uint32_t token = (value + static_cast<uint32_t>(key) * 1000) * 2654435761u;
      for (size_t i = 0; i < 4; ++i) posting.token.bytes[i] = static_cast<uint8_t>(token >> 8 * i);
      if (Draw(10) != 0) content.push_back(posting);  // or it is missing
    }
    return content;
  }

  const Plan& plan_;
  std::mt19937 random_;
  HistoryScript script_;
  std::map<RecordPseudonym, uint32_t> person_;
  std::map<std::pair<NamedRecord, NamedRecord>, bool> decisions_;
  int datasets_ = 0;
  int runs_ = 0;
};

}  // namespace

std::string HistoryStep::Name() const {
  switch (kind) {
    case Kind::kUpload:
      return v1::DatasetKind_Name(dataset_kind);
    case Kind::kWithdraw:
      return "WITHDRAWAL";
    case Kind::kDecide:
      return "DECISION";
    case Kind::kRun:
      return "RUN";
  }
  return "";
}

HistoryScript MakeHistory(const Plan& plan, uint32_t seed) { return Writer(plan, seed).Write(); }

v1::TokenBlock BlockOfRows(const SiteRows& rows) {
  v1::TokenBlock block;
  std::map<uint8_t, std::vector<std::pair<uint32_t, const Posting*>>> columns;
  uint32_t ordinal = 0;
  for (const auto& [record, content] : rows) {
    absl::StrAppend(block.mutable_record_ids(), record.AsView());
    for (const Posting& posting : content) {
      columns[posting.match_key].emplace_back(ordinal, &posting);
    }
    ++ordinal;
  }
  for (auto& [match_key, entries] : columns) {
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.second->token < b.second->token; });
    v1::TokenColumn& column = *block.add_columns();
    column.set_match_key(match_key);
    for (const auto& [record, posting] : entries) {
      Token token{};
      std::copy(posting->token.bytes.begin(), posting->token.bytes.end(), token.bytes.begin());
      absl::StrAppend(column.mutable_tokens(), token.AsView());
      column.add_records(record);
      column.mutable_forms()->push_back('\0');
      absl::StrAppend(column.mutable_evidence(), posting->evidence.AsView());
    }
  }
  block.set_crc32(ChecksumOf(block));
  return block;
}

}  // namespace blindlink::resolver
