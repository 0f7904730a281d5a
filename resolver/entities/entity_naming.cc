#include "resolver/entities/entity_naming.h"

#include <algorithm>
#include <future>
#include <tuple>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/byte_order.h"
#include "common/base/in_thread.h"
#include "common/base/status_macros.h"
#include "common/crypto/hmac_sha256.h"
#include "common/extsort/external_sorter.h"
#include "resolver/extsort/in_order.h"

namespace blindlink::resolver {
namespace {

const EntityId kNone{};

// A record whose entity had an id before.
struct Holder {
  EntityId id;
  uint32_t first;
  uint32_t rank;

  friend bool operator<(const Holder& a, const Holder& b) {
    return std::tie(a.id, a.first, a.rank) < std::tie(b.id, b.first, b.rank);
  }
};

// An entity that has records of a former id.
struct Claim {
  EntityId id;
  uint32_t first;
  uint32_t records;
  uint32_t lowest;  // rank among them
};

bool IsServedBefore(const Claim& a, const Claim& b) {
  if (a.records != b.records) return a.records > b.records;
  return std::tie(a.lowest, a.id) < std::tie(b.lowest, b.id);
}

// Each part with enough memory for a run of its own on the disk. Few records need no threads.
size_t PartCount(const WorkLimits& limits, uint64_t records) {
  constexpr uint64_t kLeastMemory = uint64_t{256} << 10;
  constexpr uint64_t kLeastRecords = 4096;
  constexpr uint64_t kPartsAThread = 4;
  return std::clamp<uint64_t>(
      std::min(limits.memory_budget / kLeastMemory, records / kLeastRecords), 1,
      kPartsAThread * limits.threads);
}

class Namer {
 public:
  Namer(EntitiesToName input, const std::filesystem::path& folder, const WorkLimits& limits)
      : input_(std::move(input)),
        threads_(limits.threads),
        ids_(input_.first.size()),
        several_(input_.first.size()),
        has_new_(input_.first.size()) {
    const size_t parts = PartCount(limits, input_.first.size());
    for (size_t part = 0; part < parts; ++part) {
      holders_.emplace_back(folder, limits.memory_budget / parts);
    }
  }

  absl::StatusOr<NamedEntities> Name() {
    BL_RETURN_IF_ERROR(ListHolders());
    BL_RETURN_IF_ERROR(GroupHolders());
    ServeContested();
    NameTheRest();
    AddEvents();
    for (size_t rank = 0; rank < ids_.size(); ++rank) ids_[rank] = ids_[input_.first[rank]];
    return NamedEntities{std::move(ids_), std::move(events_)};
  }

 private:
  absl::Status ListHolders() {
    for (uint32_t rank = 0; rank < input_.first.size(); ++rank) {
      const uint32_t first = input_.first[rank];
      const EntityId& id = input_.former[rank];
      if (id == kNone) {
        has_new_[first] = true;
        continue;
      }
      EntityId& seen = ids_[first];
      if (seen == kNone) seen = id;
      if (seen != id) several_[first] = true;
      const size_t part = LoadBigEndian32(id.bytes.data()) * uint64_t{holders_.size()} >> 32;
      BL_RETURN_IF_ERROR(holders_[part].Add({id, first, rank}));
    }
    std::vector<EntityId>().swap(input_.former);
    std::fill(ids_.begin(), ids_.end(), kNone);
    return absl::OkStatus();
  }

  absl::Status GroupHolders() {
    return WorkInOrder(
        threads_, holders_.size(), [this](size_t part) { return GroupPart(&holders_[part]); },
        [this](std::vector<Claim> contested) {
          contested_.insert(contested_.end(), contested.begin(), contested.end());
          return absl::OkStatus();
        });
  }

  // Returns the contested claims. Threads group different parts, which share no id.
  absl::StatusOr<std::vector<Claim>> GroupPart(ExternalSorter<Holder>* holders) {
    BL_RETURN_IF_ERROR(holders->Sort());
    std::vector<Claim> contested;
    std::vector<Claim> of_id;
    while (true) {
      BL_ASSIGN_OR_RETURN(const Holder* const next, holders->Next());
      if (!of_id.empty() && (next == nullptr || next->id != of_id.front().id)) {
        Settle(&of_id, &contested);
      }
      if (next == nullptr) return contested;
      if (of_id.empty() || of_id.back().first != next->first) {
        of_id.push_back({next->id, next->first, 0, next->rank});
      }
      ++of_id.back().records;
    }
  }

  // All claims of one id. Most ids have one, of an entity that has no other: no other thread names
  // that entity.
  void Settle(std::vector<Claim>* of_id, std::vector<Claim>* contested) {
    const Claim& only = of_id->front();
    if (of_id->size() == 1 && !several_[only.first]) {
      ids_[only.first] = only.id;
    } else {
      contested->insert(contested->end(), of_id->begin(), of_id->end());
    }
    of_id->clear();
  }

  void ServeContested() {
    holders_.clear();
    std::sort(contested_.begin(), contested_.end(), IsServedBefore);
    for (const Claim& claim : contested_) {
      if (ids_[claim.first] != kNone || !kept_.insert(claim.id).second) continue;
      ids_[claim.first] = claim.id;
    }
  }

  void NameTheRest() {
    const HmacSha256 random(absl::MakeConstSpan(
        reinterpret_cast<const uint8_t*>(input_.seed.data()), input_.seed.size()));
    const auto name_those_from = [&](size_t begin, size_t end) {
      for (size_t rank = begin; rank < end; ++rank) {
        if (input_.first[rank] != rank || ids_[rank] != kNone) continue;
        uint8_t number[4];
        StoreBigEndian32(static_cast<uint32_t>(rank), number);
        const auto id = random.Digest16({reinterpret_cast<const char*>(number), sizeof(number)});
        ids_[rank] = EntityId::FromBytes(id.data());
      }
    };
    const size_t share = ids_.size() / threads_ + 1;
    std::vector<std::future<void>> threads;
    for (size_t begin = 0; begin < ids_.size(); begin += share) {
      const size_t end = std::min(ids_.size(), begin + share);
      threads.push_back(InThread([&name_those_from, begin, end] { name_those_from(begin, end); }));
    }
    for (std::future<void>& thread : threads) thread.get();
  }

  void AddEvents() {
    for (const Claim& claim : contested_) {
      if (ids_[claim.first] == claim.id) continue;
      const bool merged = !kept_.contains(claim.id);
      const bool gone = !merged && input_.lost_records.contains(claim.id);
      const EntityEventCause cause = gone                    ? EntityEventCause::kRecordsGone
                                     : has_new_[claim.first] ? EntityEventCause::kNewRecords
                                                             : EntityEventCause::kDecidedAnew;
      events_.push_back({claim.id, ids_[claim.first], claim.records, merged, cause});
    }
    std::sort(events_.begin(), events_.end());
  }

  EntitiesToName input_;
  const size_t threads_;
  std::vector<EntityId> ids_;  // by the entity's first rank
  std::vector<bool> several_;  // by first rank: whether its records had several ids
  std::vector<bool> has_new_;  // by first rank: whether one of its records had none
  std::vector<ExternalSorter<Holder>> holders_;  // by the first bits of the id, which is random
  std::vector<Claim> contested_;
  absl::flat_hash_set<EntityId> kept_;  // of the contested ids
  std::vector<EntityEventRow> events_;
};

}  // namespace

absl::StatusOr<NamedEntities> NameEntities(EntitiesToName input,
                                           const std::filesystem::path& temporary_folder,
                                           const WorkLimits& limits) {
  return Namer(std::move(input), temporary_folder, limits).Name();
}

}  // namespace blindlink::resolver
