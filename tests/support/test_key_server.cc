#include "tests/support/test_key_server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/certificate.h"

namespace blindlink {
namespace {

Finished RunOrAbort(std::vector<std::string> argv) {
  Finished finished = Run(std::move(argv));
  if (finished.code == 0) return finished;
  fprintf(stderr, "%s%s", finished.out.c_str(), finished.err.c_str());
  abort();
}

std::string Fingerprint(const std::filesystem::path& certificate) {
  const auto facts = ReadCertificate(ReadFile(certificate).value_or(""));
  return HexEncode(AsView(facts.value().fingerprint));
}

}  // namespace

TestKeyServer::TestKeyServer(TestNetwork& network, Options options)
    : network_(network), options_(std::move(options)), folder_(network / options_.folder) {
  network_.certs().Add({"keyserver/main"});
  if (!MakePrivateFolder(folder_).ok()) abort();
  RunOrAbort({ProgramPath("blindlink-keyserver"), "init", "--project", options_.project,
              "--key-file", folder_ / "project.key"});
  Start();
}

void TestKeyServer::WriteConfig() {
  const TestCerts& certs = network_.certs();
  std::string sites;
  for (const std::string& site : options_.sites) {
    absl::StrAppend(&sites, "  sites { name: \"", site,
                    "\" elements_per_day: ", options_.elements_per_day, " certificate_sha256: \"",
                    Fingerprint(certs.Cert("site/" + site)), "\" }\n");
  }
  const std::string text = absl::StrCat(
      "listen: \"127.0.0.1:", port_, "\"\nstate_directory: \"counts\"\ncertificate_file: \"",
      certs.Cert("keyserver/main").string(), "\"\nprivate_key_file: \"",
      certs.Key("keyserver/main").string(), "\"\nclient_ca_file: \"", certs.Ca().string(),
      "\"\nport_file: \"port\"\nprojects {\n  name: \"", options_.project,
      "\"\n  key_file: \"project.key\"\n", sites, "}\n");
  if (!WriteFileAtomically(config(), text, 0600).ok()) abort();
}

void TestKeyServer::Start() {
  WriteConfig();
  std::filesystem::remove(folder_ / "port");
  process_ = std::make_unique<Subprocess>(
      std::vector<std::string>{ProgramPath("blindlink-keyserver"), "serve", "--config", config()});
  if (!process_->WaitForFile(folder_ / "port")) {
    fprintf(stderr, "the key server does not serve\n%s", process_->Stderr().c_str());
    abort();
  }
  port_ = std::string(absl::StripAsciiWhitespace(ReadFile(folder_ / "port").value()));
}

int TestKeyServer::Stop() {
  process_->Signal(SIGTERM);
  const int code = process_->Wait();
  log_of_earlier_ = Log();
  process_.reset();
  return code;
}

void TestKeyServer::Kill() {
  process_->Signal(SIGKILL);
  process_->Wait();
  log_of_earlier_ = Log();
  process_.reset();
}

std::string TestKeyServer::PlanText() const {
  const Finished printed =
      RunOrAbort({ProgramPath("blindlink-keyserver"), "public-key", "--project", options_.project,
                  "--key-file", folder_ / "project.key"});
  return absl::StrCat("\noblivious_key { public_key: \"", absl::StripAsciiWhitespace(printed.out),
                      "\" }\n");
}

std::string TestKeyServer::Log() const {
  if (process_ == nullptr) return log_of_earlier_;
  return absl::StrCat(log_of_earlier_, process_->Stdout(), process_->Stderr());
}

}  // namespace blindlink
