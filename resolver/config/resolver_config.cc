#include "resolver/config/resolver_config.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/trusted_file.h"
#include "resolver/config/index_config.h"
#include "resolver/config/text_config.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kDefaultMemoryMib = 512;
constexpr uint64_t kMinMemoryMib = 16;
constexpr uint32_t kMaxThreads = 256;
constexpr uint32_t kDefaultStreams = 64;
constexpr uint32_t kDefaultMessageKib = 4096;
constexpr uint32_t kMaxMessageKib = 65536;
constexpr uint64_t kDefaultGrpcMib = 512;

// The limits on what the network may ask: the field, its default and its largest value.
struct LimitRow {
  const char* field;
  uint32_t default_value;
  uint32_t largest;
};
constexpr uint32_t kDayMs = 86'400'000;
constexpr LimitRow kLimits[] = {
    {"max_calls_per_party", 16, 10000},
    {"max_calls_per_party_per_second", 100, 1'000'000},
    {"max_connections_per_party_per_minute", 600, 1'000'000},
    {"max_datasets_per_site", 1000, 65000},
    {"max_mib_per_site", 131072, 1U << 30},
    {"max_projects", 1000, 1'000'000},
    {"first_message_ms", 10000, kDayMs},
    {"idle_stream_ms", 120000, kDayMs},
    {"messages_between_checks", 16, 1'000'000},
    {"handshake_timeout_ms", 10000, kDayMs},
    {"idle_connection_ms", 300000, kDayMs},
    {"connection_age_ms", 3600000, kDayMs},
    {"connection_grace_ms", 3600000, kDayMs},
    {"watchdog_interval_ms", 10000, kDayMs},
    {"watchdog_timeout_ms", 10000, kDayMs},
    {"watchdog_failures", 3, 1000},
    {"certificate_check_ms", 10000, kDayMs},
    {"console_max_connections", 64, 1024},
    {"console_request_ms", 10000, kDayMs},
};

// Fills in the defaults of kLimits and names values that are too large.
void FillAndCheckLimits(config::v1::ResolverConfig* config, ConfigErrors* errors) {
  const google::protobuf::Reflection& reflection = *config->GetReflection();
  for (const LimitRow& row : kLimits) {
    const auto* field = config->GetDescriptor()->FindFieldByName(row.field);
    if (reflection.GetUInt32(*config, field) == 0) {
      reflection.SetUInt32(config, field, row.default_value);
    }
    if (reflection.GetUInt32(*config, field) > row.largest) {
      errors->Add(absl::StrCat(row.field, ": at most ", row.largest));
    }
  }
}

void FillDefaults(const std::filesystem::path& folder, config::v1::ResolverConfig* config) {
  for (std::string* path :
       {config->mutable_data_directory(), config->mutable_certificate_file(),
        config->mutable_private_key_file(), config->mutable_client_ca_file(),
        config->mutable_allowed_clients_file(), config->mutable_port_file(),
        config->mutable_log_file(), config->mutable_keys_directory(),
        config->mutable_passphrase_file(), config->mutable_audit_key_directory(),
        config->mutable_console_port_file(), config->mutable_metrics_port_file()}) {
    if (!path->empty()) *path = (folder / *path).string();
  }
  if (config->has_index()) FillIndexDefaults(folder, config->mutable_index());
  if (config->keys_directory().empty() && !config->data_directory().empty()) {
    config->set_keys_directory((std::filesystem::path(config->data_directory()) / "keys").string());
  }
  if (config->threads() == 0) {
    config->set_threads(std::max(1u, std::thread::hardware_concurrency()));
  }
  if (config->memory_budget_mib() == 0) config->set_memory_budget_mib(kDefaultMemoryMib);
  if (config->max_concurrent_streams() == 0) config->set_max_concurrent_streams(kDefaultStreams);
  if (config->max_message_kib() == 0) config->set_max_message_kib(kDefaultMessageKib);
  if (config->grpc_memory_mib() == 0) config->set_grpc_memory_mib(kDefaultGrpcMib);
}

void Check(const config::v1::ResolverConfig& config, ConfigErrors* errors) {
  const std::pair<const char*, const std::string*> required[] = {
      {"listen", &config.listen()},
      {"data_directory", &config.data_directory()},
      {"certificate_file", &config.certificate_file()},
      {"private_key_file", &config.private_key_file()},
      {"client_ca_file", &config.client_ca_file()},
      {"allowed_clients_file", &config.allowed_clients_file()}};
  for (const auto& [name, value] : required) {
    if (value->empty()) errors->Add(absl::StrCat(name, ": is missing"));
  }
  if (config.memory_budget_mib() < kMinMemoryMib) {
    errors->Add(absl::StrCat("memory_budget_mib: at least ", kMinMemoryMib));
  }
  if (config.threads() > kMaxThreads) {
    errors->Add(absl::StrCat("threads: at most ", kMaxThreads));
  }
  for (const std::string& error : IndexErrors(config.index())) errors->Add(error);
  if (config.max_message_kib() > kMaxMessageKib) {
    errors->Add(absl::StrCat("max_message_kib: at most ", kMaxMessageKib));
  }
}

}  // namespace

absl::StatusOr<config::v1::ResolverConfig> ReadResolverConfig(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadTrustedFile(file));
  return ParseResolverConfig(text, file);
}

absl::StatusOr<config::v1::ResolverConfig> ParseResolverConfig(const std::string& text,
                                                               const std::filesystem::path& file) {
  return ParseTextConfig<config::v1::ResolverConfig>(
      text, file, [&file](config::v1::ResolverConfig* config, ConfigErrors* errors) {
        FillDefaults(std::filesystem::absolute(file).parent_path(), config);
        FillAndCheckLimits(config, errors);
        Check(*config, errors);
      });
}

}  // namespace blindlink::resolver
