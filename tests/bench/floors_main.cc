// blindlink-floors: prints lower bounds for the stages of a linkage on this machine, as JSON.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/rpc/tls_policy.h"
#include "tests/bench/floors.h"

namespace {

absl::Status Measure(const std::string& folder) {
  BL_ASSIGN_OR_RETURN(const double per_byte, blindlink::StreamFloor());
  BL_ASSIGN_OR_RETURN(const blindlink::StoreFloors store, blindlink::MeasureStoreFloors(folder));
  blindlink::JsonWriter json;
  json.BeginObject().Key("hmac_seconds").Number(blindlink::HashFloor());
  json.Key("tls_seconds_per_byte").Number(per_byte);
  json.Key("sort_seconds").Number(store.sort_seconds);
  json.Key("sst_write_seconds").Number(store.write_seconds);
  json.Key("scan_seconds").Number(store.scan_seconds).EndObject();
  printf("%s\n", json.Finish().c_str());
  return absl::OkStatus();
}

int Fail(const absl::Status& status) {
  fprintf(stderr, "blindlink-floors: %s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (const absl::Status tls = blindlink::RequireTls13Only(); !tls.ok()) return Fail(tls);
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  CLI::App app("Measures, on one core, the work that no implementation of a stage can avoid.");
  std::string folder = ".";
  app.add_option("--folder", folder, "An existing folder for the store; floor.* in it is removed")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = Measure(folder);
  std::error_code ignored;
  std::filesystem::remove_all(std::filesystem::path(folder) / "floor.db", ignored);
  std::filesystem::remove(std::filesystem::path(folder) / "floor.sst", ignored);
  return status.ok() ? 0 : Fail(status);
}
