#include "common/telemetry/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"
#include "common/telemetry/line_sink.h"

namespace blindlink {
namespace {

absl::StatusOr<std::shared_ptr<LineSink>> OpenSink(const std::string& file) {
  if (file.empty()) {
    absl::StatusOr<UniqueFd> fd = DuplicateFd(STDERR_FILENO, "standard error");
    if (!fd.ok()) fd = OpenFd("/dev/null", O_WRONLY);  // the program was started without one
    BL_RETURN_IF_ERROR(fd.status());
    return std::make_shared<LineSink>(*std::move(fd), "standard error");
  }
  BL_ASSIGN_OR_RETURN(UniqueFd fd, OpenFd(file, O_WRONLY | O_APPEND | O_CREAT));
  return std::make_shared<LineSink>(std::move(fd), file);
}

}  // namespace

absl::Status StartLogging(absl::string_view program, const std::string& file, bool verbose) {
  absl::StatusOr<std::shared_ptr<LineSink>> sink = OpenSink(file);
  if (!sink.ok()) {
    return absl::PermissionDeniedError(
        absl::StrCat("the log file cannot be written: ", sink.status().message()));
  }
  auto logger = std::make_shared<spdlog::logger>(std::string(program), *std::move(sink));
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %n %v", spdlog::pattern_time_type::utc);
  logger->set_level(verbose ? spdlog::level::debug : spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
  return absl::OkStatus();
}

absl::Status LogOrFail(absl::string_view line) {
  const std::shared_ptr<spdlog::logger> logger = spdlog::default_logger();
  const spdlog::details::log_msg message(logger->name(), spdlog::level::info,
                                         {line.data(), line.size()});
  try {
    for (const spdlog::sink_ptr& sink : logger->sinks()) {
      sink->log(message);
      sink->flush();
    }
  } catch (const spdlog::spdlog_ex& error) {
    return absl::UnavailableError(error.what());
  }
  return absl::OkStatus();
}

std::string LogQuote(absl::string_view value) {
  return absl::StrCat("\"", absl::CEscape(value), "\"");
}

}  // namespace blindlink
