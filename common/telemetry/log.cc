#include "common/telemetry/log.h"

#include <sys/stat.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "spdlog/sinks/basic_file_sink.h"
#include "spdlog/sinks/stdout_sinks.h"

namespace blindlink {

absl::Status StartLogging(absl::string_view program, const std::string& file, bool verbose) {
  try {
    const mode_t old_mask = umask(077);
    spdlog::sink_ptr sink;
    if (file.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
    }
    umask(old_mask);
    auto logger = std::make_shared<spdlog::logger>(std::string(program), std::move(sink));
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %n %v", spdlog::pattern_time_type::utc);
    logger->set_level(verbose ? spdlog::level::debug : spdlog::level::info);
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
  } catch (const spdlog::spdlog_ex& error) {
    return absl::PermissionDeniedError(
        absl::StrCat("cannot write the log file ", file, ": ", error.what()));
  }
  return absl::OkStatus();
}

std::string LogQuote(absl::string_view value) {
  return absl::StrCat("\"", absl::CEscape(value), "\"");
}

}  // namespace blindlink
