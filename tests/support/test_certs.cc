#include "tests/support/test_certs.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/certificate.h"
#include "tests/support/subprocess.h"

namespace blindlink {
namespace {

void RunOrAbort(std::vector<std::string> argv) {
  const Finished finished = Run(std::move(argv));
  if (finished.code == 0) return;
  fprintf(stderr, "%s%s", finished.out.c_str(), finished.err.c_str());
  abort();
}

std::string Asn1Time(int64_t unix_seconds) {
  return absl::FormatTime("%Y%m%d%H%M%SZ", absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

std::string Stem(const std::string& party) { return absl::StrReplaceAll(party, {{"/", "-"}}); }

}  // namespace

TestCerts::TestCerts(const std::vector<std::string>& parties) { Add(parties); }

void TestCerts::Add(const std::vector<std::string>& parties, int days) {
  std::vector<std::string> argv = {
      std::string(BLINDLINK_SOURCE_DIR) + "/certs-example/make-certs.sh", folder_.path(), "--days",
      absl::StrCat(days)};
  for (const std::string& party : parties) {
    const std::vector<std::string> role_and_name = absl::StrSplit(party, '/');
    argv.push_back("--" + role_and_name[0]);
    argv.push_back(role_and_name[1]);
  }
  RunOrAbort(std::move(argv));
}

void TestCerts::AddExpired(const std::string& party) {
  constexpr int64_t kDay = 86400;
  Add({party});
  Issue(party, time(nullptr) - 30 * kDay, time(nullptr) - kDay);
}

void TestCerts::AddExpiring(const std::string& party, std::chrono::seconds after) {
  Issue(party, time(nullptr) - 60, time(nullptr) + after.count());
}

// By OpenSSL's small CA, which can set dates in the past.
void TestCerts::Issue(const std::string& party, int64_t begin, int64_t end) {
  const std::string stem = folder_ / Stem(party);
  const std::string ca_folder = folder_ / "expired-ca";
  std::filesystem::create_directory(ca_folder);
  (void)WriteFileAtomically(ca_folder + "/index.txt", "");
  (void)WriteFileAtomically(ca_folder + "/serial", "1000\n");
  (void)WriteFileAtomically(
      ca_folder + "/ca.cnf",
      absl::StrCat("[ca]\ndefault_ca=d\n[d]\ndatabase=", ca_folder,
                   "/index.txt\nserial=", ca_folder, "/serial\nnew_certs_dir=", ca_folder,
                   "\ndefault_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n",
                   "[e]\nextendedKeyUsage=clientAuth\nsubjectAltName=URI:spiffe://blindlink/",
                   party, "\n"));
  RunOrAbort({"openssl", "req", "-new", "-key", Key(party), "-subj", "/CN=expired", "-out",
              stem + ".csr"});
  RunOrAbort({"openssl", "ca", "-batch", "-config", ca_folder + "/ca.cnf", "-cert", Ca(),
              "-keyfile", folder_ / "ca.key", "-in", stem + ".csr", "-startdate", Asn1Time(begin),
              "-enddate", Asn1Time(end), "-notext", "-out", Cert(party)});
  const auto facts = ReadCertificate(ReadFile(Cert(party)).value_or(""));
  std::string allowed = ReadFile(AllowedClients()).value_or("");
  absl::StrAppend(&allowed, HexEncode(AsView(facts.value().fingerprint)), " spiffe://blindlink/",
                  party, "\n");
  if (!WriteFileAtomically(AllowedClients(), allowed).ok()) abort();
}

void TestCerts::Revoke(const std::string& party) {
  const std::string text = ReadFile(AllowedClients()).value_or("");
  std::string kept;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    if (!absl::EndsWith(line, absl::StrCat("/", party))) absl::StrAppend(&kept, line, "\n");
  }
  if (!WriteFileAtomically(AllowedClients(), kept).ok()) abort();
}

std::filesystem::path TestCerts::Cert(const std::string& party) const {
  return folder_ / (Stem(party) + ".pem");
}

std::filesystem::path TestCerts::Key(const std::string& party) const {
  return folder_ / (Stem(party) + ".key");
}

std::vector<std::string> TestCerts::Flags(const std::string& party) const {
  return {"--cert", Cert(party), "--key", Key(party), "--ca", Ca()};
}

}  // namespace blindlink
