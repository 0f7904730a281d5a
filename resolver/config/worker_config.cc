#include "resolver/config/worker_config.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/trusted_file.h"
#include "resolver/config/index_config.h"
#include "resolver/config/text_config.h"

namespace blindlink::resolver {
namespace {

constexpr char kDefaultResolverName[] = "resolver.blindlink";
constexpr uint64_t kDefaultMemoryMib = 512;
constexpr uint64_t kMinMemoryMib = 16;
constexpr uint32_t kMaxThreads = 256;

void FillDefaults(const std::filesystem::path& folder, config::v1::WorkerConfig* config) {
  for (std::string* path : {config->mutable_ca_file(), config->mutable_certificate_file(),
                            config->mutable_private_key_file(), config->mutable_scratch_directory(),
                            config->mutable_log_file()}) {
    if (!path->empty()) *path = (folder / *path).string();
  }
  FillClusterDefaults(folder, config->mutable_clickhouse());
  if (config->resolver_name().empty()) config->set_resolver_name(kDefaultResolverName);
  if (config->memory_budget_mib() == 0) config->set_memory_budget_mib(kDefaultMemoryMib);
  if (config->threads() == 0) {
    config->set_threads(std::max(1U, std::thread::hardware_concurrency()));
  }
}

void Check(const config::v1::WorkerConfig& config, ConfigErrors* errors) {
  const std::pair<const char*, const std::string*> required[] = {
      {"resolver", &config.resolver()},
      {"ca_file", &config.ca_file()},
      {"certificate_file", &config.certificate_file()},
      {"private_key_file", &config.private_key_file()},
      {"scratch_directory", &config.scratch_directory()}};
  for (const auto& [name, value] : required) {
    if (value->empty()) errors->Add(absl::StrCat(name, ": is missing"));
  }
  if (!config.resolver().empty() && !ParseEndpoint(config.resolver()).has_value()) {
    errors->Add(absl::StrCat("resolver: '", config.resolver(), "' is not HOST:PORT"));
  }
  for (const std::string& error : ClusterErrors(config.clickhouse())) errors->Add(error);
  for (const uint32_t shard : config.near_shards()) {
    if (shard >= 1 && shard <= static_cast<uint32_t>(config.clickhouse().shards_size())) continue;
    errors->Add("near_shards: shards are numbered from 1, in their order");
  }
  if (config.memory_budget_mib() < kMinMemoryMib) {
    errors->Add(absl::StrCat("memory_budget_mib: at least ", kMinMemoryMib));
  }
  if (config.threads() > kMaxThreads) {
    errors->Add(absl::StrCat("threads: at most ", kMaxThreads));
  }
}

}  // namespace

absl::StatusOr<config::v1::WorkerConfig> ReadWorkerConfig(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadTrustedFile(file));
  return ParseWorkerConfig(text, file);
}

absl::StatusOr<config::v1::WorkerConfig> ParseWorkerConfig(const std::string& text,
                                                           const std::filesystem::path& file) {
  return ParseTextConfig<config::v1::WorkerConfig>(
      text, file, [&file](config::v1::WorkerConfig* config, ConfigErrors* errors) {
        FillDefaults(std::filesystem::absolute(file).parent_path(), config);
        Check(*config, errors);
      });
}

}  // namespace blindlink::resolver
