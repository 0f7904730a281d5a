#include "keyserver/quota/daily_counts.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::keyserver {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

std::string DayOf(absl::Time now) { return absl::FormatTime("%Y-%m-%d", now, absl::UTCTimeZone()); }

bool IsDay(absl::string_view text) {
  absl::Time time;
  std::string error;
  return text.size() == 10 && absl::ParseTime("%Y-%m-%d", text, &time, &error) &&
         DayOf(time) == text;
}

// In hours and minutes.
std::string UntilNextDay(absl::Time now) {
  const absl::Time midnight = absl::UnixEpoch() + absl::Floor(now - absl::UnixEpoch(), kDay) + kDay;
  const auto minutes = absl::ToInt64Minutes(absl::Ceil(midnight - now, absl::Minutes(1)));
  return absl::StrCat(minutes / 60, " h ", minutes % 60, " min");
}

absl::Status UsedUp(absl::string_view site, uint64_t elements, uint64_t used, uint64_t limit,
                    absl::Time now) {
  return absl::ResourceExhaustedError(absl::StrCat(
      "site ", site, " asks for ", elements, " tokens more and has asked for ", used, " of the ",
      limit, " that it may on a day (UTC); the next day begins in ", UntilNextDay(now),
      ". If it has more records than the key server's operator knew of, ask for a larger "
      "elements_per_day"));
}

absl::Status Broken(absl::string_view what, const absl::Status& why) {
  return absl::InternalError(absl::StrCat("the key server cannot ", what,
                                          " its counts, so it gives nothing out: tell its "
                                          "operator [",
                                          why.message(), "]"));
}

}  // namespace

absl::StatusOr<DailyCounts::Count> DailyCounts::Parse(absl::string_view text) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(absl::StripAsciiWhitespace(text), ' ');
  Count count;
  if (parts.size() != 2 || !IsDay(parts[0]) || parts[1].empty() ||
      !absl::ascii_isdigit(static_cast<unsigned char>(parts[1][0])) ||
      !absl::SimpleAtoi(parts[1], &count.elements)) {
    return absl::InvalidArgumentError("expected a day and a number, as 2026-11-30 1000");
  }
  count.day = std::string(parts[0]);
  return count;
}

std::filesystem::path DailyCounts::FileOf(absl::string_view project, absl::string_view site) const {
  return folder_ / absl::StrCat(project, ".", site, ".count");
}

absl::StatusOr<DailyCounts::Count> DailyCounts::Read(absl::string_view project,
                                                     absl::string_view site, absl::Time now) {
  const std::filesystem::path file = FileOf(project, site);
  const auto known = counts_.find(file.string());
  Count count{DayOf(now), 0};
  if (known != counts_.end()) {
    if (known->second.day >= count.day) count = known->second;
    return count;
  }
  const absl::StatusOr<std::string> text = ReadFile(file);
  if (absl::IsNotFound(text.status())) return count;
  if (!text.ok()) return Broken("read", text.status());
  const absl::StatusOr<Count> stored = Parse(*text);
  if (!stored.ok()) {
    return Broken("read", absl::InvalidArgumentError(absl::StrCat(file.filename().string(), ": ",
                                                                  stored.status().message())));
  }
  if (stored->day >= count.day) count = *stored;
  return count;
}

absl::StatusOr<uint64_t> DailyCounts::Take(absl::string_view project, absl::string_view site,
                                           uint64_t elements, uint64_t limit, absl::Time now) {
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(Count count, Read(project, site, now));
  if (count.elements > limit || elements > limit - count.elements) {
    return UsedUp(site, elements, count.elements, limit, now);
  }
  count.elements += elements;
  const std::filesystem::path file = FileOf(project, site);
  const absl::Status written =
      WriteFileAtomically(file, absl::StrCat(count.day, " ", count.elements, "\n"), 0600);
  if (!written.ok()) return Broken("write", written);
  counts_[file.string()] = count;
  return count.elements;
}

absl::StatusOr<uint64_t> DailyCounts::CountOf(absl::string_view project, absl::string_view site,
                                              absl::Time now) {
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(const Count count, Read(project, site, now));
  return count.elements;
}

}  // namespace blindlink::keyserver
