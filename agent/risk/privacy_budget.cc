#include "agent/risk/privacy_budget.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr uint64_t kMillion = 1'000'000;
constexpr size_t kMostDigits = 6;

absl::StatusOr<uint64_t> Millionths(const std::string& text) {
  BL_ASSIGN_OR_RETURN(const Fraction epsilon, ParseEpsilon(text));
  return epsilon.num * (kMillion / epsilon.den);
}

// Waits until no other process or thread has the lock.
absl::StatusOr<UniqueFd> Lock(const std::string& file) {
  BL_ASSIGN_OR_RETURN(UniqueFd fd, OpenFd(file, O_RDWR | O_CREAT | O_NOFOLLOW));
  while (flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return ErrnoStatus(errno, "lock", file);
  }
  return fd;
}

absl::StatusOr<std::string> ReadOrBegin(const std::string& file, const std::string& limit) {
  absl::StatusOr<std::string> text = ReadFile(file);
  if (!absl::IsNotFound(text.status())) return text;
  if (limit.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, " does not exist: give the limit of all releases, --budget-limit"));
  }
  return absl::StrCat(limit, "\tlimit of all releases\n");
}

// What the lines of a budget leave, in millionths.
absl::StatusOr<uint64_t> LeftIn(const std::string& text, const std::string& file) {
  uint64_t most = 0;
  uint64_t spent = 0;
  size_t line_number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    ++line_number;
    const std::vector<std::string> fields = absl::StrSplit(line, '\t');
    const absl::StatusOr<uint64_t> value = Millionths(fields[0]);
    if (!value.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(file, ", line ", line_number, ": ", value.status().message()));
    }
    (line_number == 1 ? most : spent) += *value;
  }
  return most - std::min(most, spent);
}

}  // namespace

absl::StatusOr<Fraction> ParseEpsilon(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '.');
  const std::string after = parts.size() == 2 ? parts[1] : "";
  uint64_t num = 0;
  uint64_t den = 1;
  for (size_t i = 0; i < after.size(); ++i) den *= i < kMostDigits ? 10 : 1;
  const bool digits = !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos &&
                      parts.size() <= 2 && after.size() <= kMostDigits && !parts[0].empty();
  if (!digits || !absl::SimpleAtoi(absl::StrCat(parts[0], after), &num) || num == 0 ||
      num > 100 * den) {
    return absl::InvalidArgumentError(
        "epsilon must be a number above 0 and at most 100 with at most six digits after the point, "
        "such as 0.5");
  }
  return Fraction{num, den};
}

absl::Status SpendBudget(const std::string& file, const std::string& limit,
                         const std::string& epsilon, const std::string& what) {
  BL_ASSIGN_OR_RETURN(const uint64_t cost, Millionths(epsilon));
  // Beside the file, which is replaced. Closing it ends the lock.
  BL_ASSIGN_OR_RETURN(const UniqueFd lock, Lock(file + ".lock"));
  BL_ASSIGN_OR_RETURN(std::string text, ReadOrBegin(file, limit));
  BL_ASSIGN_OR_RETURN(const uint64_t left, LeftIn(text, file));
  if (cost > left) {
    return absl::FailedPreconditionError(absl::StrCat(
        file, ": the budget has ", static_cast<double>(left) / kMillion,
        " left, less than the epsilon of ", epsilon, " asked for; nothing is released"));
  }
  absl::StrAppend(&text, epsilon, "\t", what, "\n");
  return WriteFileAtomically(file, text, 0600);
}

}  // namespace blindlink::agent
