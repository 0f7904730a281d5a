#pragma once

#include <cstdarg>

#include "rocksdb/env.h"

namespace blindlink::resolver {

// Instead of the file LOG that RocksDB otherwise makes in its folder.
class NoLog : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

}  // namespace blindlink::resolver
