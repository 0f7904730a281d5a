#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/base/secret_bytes.h"

namespace blindlink::resolver {

struct ClickHouseServer {
  std::string host;
  uint16_t port = 0;  // of HTTPS
};

// One or more servers that all have the postings whose tokens' first eight bytes, as a number, are
// `first_token` or more and less than the next shard's.
struct ClickHouseShard {
  std::vector<ClickHouseServer> servers;
  uint64_t first_token = 0;
};

// Where and how a token index is kept on ClickHouse.
struct ClickHouseOptions {
  std::vector<ClickHouseShard> shards;  // in the order of tokens; the first begins at 0
  std::string database;
  std::string user;
  SecretBytes password;
  // PEM files: of the CA that signed the servers' certificates, and of this client's certificate.
  std::filesystem::path ca_file;
  std::filesystem::path certificate_file;
  std::filesystem::path private_key_file;

  uint64_t rows_per_chunk = 1'000'000;  // postings of one INSERT
  uint64_t rows_per_part = 8'000'000;   // postings that become durable together
  uint64_t rows_per_range = 200'000;    // postings of one SELECT, about

  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds request_timeout{600'000};
  // Without a byte in either direction for so long, a request is given up.
  std::chrono::milliseconds stall_timeout{60'000};
  // How long requests to a server that does not answer are repeated.
  std::chrono::milliseconds patience{60'000};
};

}  // namespace blindlink::resolver
