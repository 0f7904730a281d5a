#pragma once

#include <mutex>
#include <string>

#include "common/base/fd.h"
#include "spdlog/sinks/base_sink.h"

namespace blindlink {

// Writes each line to a descriptor with write(2) and without a buffer of its own. Throws
// spdlog::spdlog_ex if a line cannot be written whole; the next line then starts on a line of its
// own. Thread-safe.
class LineSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // `path` is for the messages.
  LineSink(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

 private:
  const UniqueFd fd_;
  const std::string path_;
  bool cut_off_ = false;  // the last line was written in part
};

}  // namespace blindlink
