// ReviewRegister::Forget: what is left of events about records that were withdrawn.
#include <set>
#include <string>
#include <utility>

#include "common/base/status_macros.h"
#include "resolver/review/review_register.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

class Forgetting {
 public:
  Forgetting(absl::string_view site, const std::vector<RecordPseudonym>& records) : site_(site) {
    for (const RecordPseudonym& record : records) records_.insert(std::string(record.AsView()));
  }

  // Whether the event was changed.
  bool Change(storage::v1::StoredReviewEvent* event) const {
    switch (event->event_case()) {
      case storage::v1::StoredReviewEvent::kDecision:
        if (!IsAbout(event->decision())) return false;
        event->clear_decision();
        return true;
      case storage::v1::StoredReviewEvent::kQuestion:
        if (!IsAbout(event->question())) return false;
        event->clear_question();
        return true;
      case storage::v1::StoredReviewEvent::kSample:
        return ChangeSample(event->mutable_sample());
      default:
        return false;
    }
  }

 private:
  template <typename AboutAPair>
  bool IsAbout(const AboutAPair& event) const {
    return Is(event.left()) || Is(event.right());
  }
  bool Is(const storage::v1::StoredRecord& record) const {
    return record.site() == site_ && records_.contains(record.record());
  }
  bool ChangeSample(storage::v1::StoredSample* sample) const {
    bool changed = false;
    for (storage::v1::StoredSampledPair& pair : *sample->mutable_pairs()) {
      if (!IsAbout(pair)) continue;
      pair.clear_left();
      pair.clear_right();
      changed = true;
    }
    return changed;
  }

  const std::string site_;
  std::set<std::string> records_;
};

}  // namespace

absl::Status ReviewRegister::Forget(absl::string_view site,
                                    const std::vector<RecordPseudonym>& records) {
  const Forgetting forgetting(site, records);
  const std::lock_guard lock(mutex_);
  ++forgets_;
  for (uint64_t number = 1; number <= events_; ++number) {
    storage::v1::StoredReviewEvent event;
    BL_RETURN_IF_ERROR(ReadStored(FileOf(number), "restore it from a backup", &event));
    if (forgetting.Change(&event)) BL_RETURN_IF_ERROR(WriteStored(FileOf(number), event));
  }
  // Also if nothing was changed: an earlier attempt may have failed after its last write. After an
  // error, memory is as before, so that the next event gets a number of its own.
  ReviewRegister left(folder_, rules_);
  BL_RETURN_IF_ERROR(left.ReadEvents());
  pairs_ = std::move(left.pairs_);
  questions_ = std::move(left.questions_);
  samples_ = std::move(left.samples_);
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
