#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "researcher/timeline/event_date.h"
#include "researcher/timeline/gather.h"
#include "researcher/timeline/person_store.h"

namespace blindlink::researcher {

// In the order in which they stand within a visit.
enum class EventKind : uint8_t { kEnrolment, kVisit, kDiagnosis, kProcedure, kDrug, kDeath };
inline constexpr size_t kEventKinds = 6;
absl::string_view NameOf(EventKind kind);

inline constexpr uint32_t kNoEvent = UINT32_MAX;

// Something that happened to a person. Texts are fields as written, quotes included; empty if
// missing.
struct Event {
  EventKind kind = EventKind::kVisit;
  std::optional<EventDate> date = {};
  uint32_t record = 0;  // position among the person's records
  uint32_t site = 0;
  uint64_t visit_number = 0;
  uint64_t seq_number = 0;
  absl::string_view date_text = {};
  absl::string_view visit = {};
  absl::string_view seq = {};
  absl::string_view end = {};
  absl::string_view code = {};
  absl::string_view code_system = {};
  absl::string_view name = {};
  absl::string_view certainty = {};
  absl::string_view setting = {};
  absl::string_view payer = {};
  absl::string_view amount = {};
  absl::string_view receipt = {};   // of a visit, not part of the timeline
  absl::string_view provider = {};  // likewise
  // If the event is, or belongs to, a copy of another visit: the position of that visit.
  uint32_t copy_of = kNoEvent;
};

// The events of one person in the order of the timeline (docs/formats/timeline.md). Reused from
// person to person. Not thread-safe.
class PersonEvents {
 public:
  // `sites`: the tables of each site with an extract. Must outlive this.
  explicit PersonEvents(const std::vector<SiteTables>* sites) : sites_(sites) {}

  // Reads and orders all rows of the person's records, which must outlive the events. Errors name
  // file, row and column: INVALID_ARGUMENT for a date, `visit` or `seq` that is none.
  absl::Status Load(absl::Span<const RecordRows> records);

  std::vector<Event>& events() { return events_; }
  const std::vector<Event>& events() const { return events_; }
  absl::Span<const RecordRows> records() const { return records_; }
  // The rows of the persons table, with the site of each.
  const std::vector<std::pair<uint32_t, absl::string_view>>& person_rows() const {
    return person_rows_;
  }

 private:
  struct Order {
    uint64_t day;  // date, its detail, group, site
    uint64_t visit;
    uint64_t rest;  // kind and position within the visit
    uint32_t record;
    uint32_t index;
  };

  absl::Status LoadRows(uint32_t record, Table table, uint64_t first_row, absl::string_view rows);
  absl::Status AddEvent(const TableReader& table, const RawRow& row, Event* event);
  absl::Status AddDeath(const TableReader& table, const RawRow& row, Event event);
  void Sort();
  Order OrderOf(uint32_t index) const;
  bool Before(const Order& a, const Order& b) const;

  const std::vector<SiteTables>* sites_;
  absl::Span<const RecordRows> records_;
  std::vector<Event> unsorted_;
  std::vector<Event> events_;
  std::vector<Order> order_;
  std::vector<std::pair<uint32_t, absl::string_view>> person_rows_;
};

}  // namespace blindlink::researcher
