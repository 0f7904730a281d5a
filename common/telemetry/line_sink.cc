#include "common/telemetry/line_sink.h"

#include <unistd.h>

namespace blindlink {

void LineSink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  if (cut_off_) line.push_back('\n');
  formatter_->format(message, line);
  const absl::Status written = WriteAll(fd_.get(), {line.data(), line.size()}, path_);
  cut_off_ = !written.ok();
  if (!written.ok()) spdlog::throw_spdlog_ex(std::string(written.message()));
}

}  // namespace blindlink
