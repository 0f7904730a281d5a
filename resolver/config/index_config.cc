#include "resolver/config/index_config.h"

#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace blindlink::resolver {
namespace {

constexpr char kDefaultName[] = "blindlink";  // of the database and of the user
constexpr uint32_t kDayMs = 86'400'000;

// The field, its default, and its smallest and largest value.
struct NumberRow {
  const char* field;
  uint32_t default_value;
  uint32_t smallest;
  uint32_t largest;
};
constexpr NumberRow kNumbers[] = {
    {"rows_per_chunk", 1'000'000, 1, 16'000'000}, {"rows_per_part", 8'000'000, 1, 1'000'000'000},
    {"rows_per_range", 200'000, 1000, 4'000'000}, {"connect_timeout_ms", 10'000, 1, kDayMs},
    {"request_timeout_ms", 600'000, 1, kDayMs},   {"stall_timeout_ms", 60'000, 1, kDayMs},
    {"patience_ms", 60'000, 1, kDayMs},
};

constexpr size_t kDigits = 16;  // of eight bytes

std::optional<uint64_t> ParseFirstToken(absl::string_view hex) {
  if (hex.size() > kDigits) return std::nullopt;
  std::string whole(hex);
  whole.resize(kDigits, '0');
  uint64_t token = 0;
  for (const char c : whole) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return std::nullopt;
    const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
    token = token << 4 | static_cast<uint64_t>(lower <= '9' ? lower - '0' : lower - 'a' + 10);
  }
  return token;
}

bool IsIdentifier(absl::string_view name) {
  if (name.empty() || absl::ascii_isdigit(static_cast<unsigned char>(name.front()))) return false;
  for (const char c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '_') return false;
  }
  return true;
}

void CheckNumbers(const config::v1::ClickHouseIndex& index, std::vector<std::string>* errors) {
  const google::protobuf::Reflection& reflection = *index.GetReflection();
  for (const NumberRow& row : kNumbers) {
    const uint32_t value =
        reflection.GetUInt32(index, index.GetDescriptor()->FindFieldByName(row.field));
    if (value >= row.smallest && value <= row.largest) continue;
    errors->push_back(absl::StrCat(row.field, ": from ", row.smallest, " to ", row.largest));
  }
}

void CheckShards(const config::v1::ClickHouseIndex& index, std::vector<std::string>* errors) {
  if (index.shards().empty()) errors->push_back("shards: at least one is needed");
  std::set<std::string> servers;
  const auto check = [&](absl::string_view field, const std::string& server) {
    if (!ParseEndpoint(server).has_value()) {
      errors->push_back(absl::StrCat(field, ": '", server, "' is not HOST:PORT"));
    } else if (!servers.insert(server).second) {
      errors->push_back(absl::StrCat(field, ": '", server, "' is there twice"));
    }
  };
  for (const config::v1::ClickHouseShard& shard : index.shards()) {
    check("shards.endpoint", shard.endpoint());
    for (const std::string& server : shard.replicas()) check("shards.replicas", server);
  }
  if (FirstTokens(index).has_value()) return;
  errors->push_back(
      "shards.first_token: give all shards but the first one hexadecimal digits, rising, or none");
}

}  // namespace

std::optional<Endpoint> ParseEndpoint(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return std::nullopt;
  absl::string_view host = text.substr(0, colon);
  const bool bracketed = absl::ConsumePrefix(&host, "[");
  if (bracketed != absl::ConsumeSuffix(&host, "]")) return std::nullopt;
  for (const char c : host) {
    const bool in_a_name = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' ||
                           c == '-' || c == '_' || (bracketed && c == ':');
    if (!in_a_name) return std::nullopt;
  }
  uint32_t port = 0;
  if (host.empty() || !absl::SimpleAtoi(text.substr(colon + 1), &port) || port == 0 ||
      port > UINT16_MAX) {
    return std::nullopt;
  }
  return Endpoint{std::string(host), static_cast<uint16_t>(port)};
}

std::optional<std::vector<uint64_t>> FirstTokens(const config::v1::ClickHouseIndex& index) {
  const auto count = static_cast<uint64_t>(index.shards_size());
  bool given = false;
  for (const auto& shard : index.shards()) given = given || !shard.first_token().empty();
  std::vector<uint64_t> tokens;
  for (uint64_t i = 0; i < count; ++i) {
    const std::string& text = index.shards(static_cast<int>(i)).first_token();
    if (!given) {
      tokens.push_back(static_cast<uint64_t>((static_cast<unsigned __int128>(i) << 64) / count));
      continue;
    }
    const std::optional<uint64_t> token = ParseFirstToken(text);
    if (!token.has_value() || (i == 0) != (*token == 0)) return std::nullopt;
    if (!tokens.empty() && *token <= tokens.back()) return std::nullopt;
    tokens.push_back(*token);
  }
  return tokens;
}

void FillIndexDefaults(const std::filesystem::path& folder, config::v1::IndexConfig* config) {
  if (config->has_clickhouse()) FillClusterDefaults(folder, config->mutable_clickhouse());
}

void FillClusterDefaults(const std::filesystem::path& folder, config::v1::ClickHouseIndex* filled) {
  config::v1::ClickHouseIndex& index = *filled;
  for (std::string* path : {index.mutable_password_file(), index.mutable_ca_file(),
                            index.mutable_certificate_file(), index.mutable_private_key_file()}) {
    if (!path->empty()) *path = (folder / *path).string();
  }
  if (index.database().empty()) index.set_database(kDefaultName);
  if (index.user().empty()) index.set_user(kDefaultName);
  const google::protobuf::Reflection& reflection = *index.GetReflection();
  for (const NumberRow& row : kNumbers) {
    const auto* field = index.GetDescriptor()->FindFieldByName(row.field);
    if (reflection.GetUInt32(index, field) == 0) {
      reflection.SetUInt32(&index, field, row.default_value);
    }
  }
}

std::vector<std::string> IndexErrors(const config::v1::IndexConfig& config) {
  if (!config.has_clickhouse()) return {};
  std::vector<std::string> errors = ClusterErrors(config.clickhouse());
  for (std::string& error : errors) error.insert(0, "index.");
  return errors;
}

std::vector<std::string> ClusterErrors(const config::v1::ClickHouseIndex& index) {
  std::vector<std::string> errors;
  CheckShards(index, &errors);
  if (!IsIdentifier(index.database())) errors.push_back("database: letters, digits and _ only");
  if (!IsIdentifier(index.user())) errors.push_back("user: letters, digits and _ only");
  const std::pair<const char*, const std::string*> required[] = {
      {"password_file", &index.password_file()},
      {"ca_file", &index.ca_file()},
      {"certificate_file", &index.certificate_file()},
      {"private_key_file", &index.private_key_file()}};
  for (const auto& [name, value] : required) {
    if (value->empty()) errors.push_back(absl::StrCat(name, ": is missing"));
  }
  CheckNumbers(index, &errors);
  for (std::string& error : errors) error.insert(0, "clickhouse.");
  return errors;
}

}  // namespace blindlink::resolver
