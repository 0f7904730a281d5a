#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/subprocess.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_certs.h"

namespace blindlink {

// The parties of a project with their real programs: certificates, a resolver in a process of its
// own on a free port, a token key that the sites share, and commands to run as any party. Parties
// are written "site/north", "coordinator/center", "researcher/study". All files lie in one
// temporary folder. Not thread-safe; what cannot be set up aborts the test program.
class TestNetwork {
 public:
  struct Options {
    std::vector<std::string> sites = {"north", "south"};
    // Empty: a folder of its own.
    std::filesystem::path data_directory;
    // Goes to the end of the resolver's configuration.
    std::string more_configuration;
  };
  TestNetwork() : TestNetwork(Options{}) {}
  explicit TestNetwork(Options options);

  // Starts the resolver and waits until it serves; after the first time on the port it had.
  void StartResolver();
  // SIGTERM; its exit code.
  int StopResolver();
  // How the next StartResolver() starts it; the sites and all that is theirs stay.
  void Configure(std::filesystem::path data_directory, std::string more_configuration);
  // SIGKILL, as a power cut.
  void KillResolver();
  Subprocess& resolver() { return *resolver_; }
  // All that the resolver has said so far, over all its processes.
  std::string ResolverLog() const;

  // Runs a program to its end, with the connection flags of `party`.
  Finished Agent(const std::string& party, std::vector<std::string> arguments);
  Finished Coordinator(std::vector<std::string> arguments);
  Finished Researcher(std::vector<std::string> arguments);
  // argv of a program with the connection flags, for a Subprocess.
  std::vector<std::string> Command(const std::string& program, const std::string& party,
                                   std::vector<std::string> arguments) const;
  // --resolver, --cert, --key, --ca.
  std::vector<std::string> ConnectionFlags(const std::string& party) const;
  std::string address() const { return "127.0.0.1:" + port_; }

  // A project of all sites and researcher "study"; `plan` is a file.
  void CreateProject(const std::string& name, const std::filesystem::path& plan);
  // `blindlink-agent run` of a site, without connection flags. The site's state is in StateOf().
  std::vector<std::string> RunArguments(const std::string& project, const std::string& site,
                                        const std::filesystem::path& input,
                                        const std::string& dataset = "d1") const;
  // The same for `tokenize` to a file.
  std::vector<std::string> TokenizeArguments(const std::string& project, const std::string& site,
                                             const std::filesystem::path& input,
                                             const std::filesystem::path& plan,
                                             const std::filesystem::path& out,
                                             const std::string& dataset = "d1") const;
  // Runs the agent and expects that it succeeds.
  void Upload(const std::string& project, const std::string& site,
              const std::filesystem::path& input, const std::string& dataset = "d1");
  // A linkage run; expects that it succeeds.
  void Link(const std::string& project);
  // The newest run's match pairs and its entities of two or more, as the researcher fetches them,
  // with the sites' own record ids: "north/1 south/A rule" and "north/1=south/A", sorted.
  std::vector<std::string> Pairs(const std::string& project);
  std::vector<std::string> Entities(const std::string& project);
  // The lines of "pairs" or "entities" as the researcher gets them, sorted.
  std::vector<std::string> FetchedLines(const std::string& what, const std::string& project);

  std::filesystem::path Write(const std::string& name, const std::string& content) const;
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  std::filesystem::path data() const { return options_.data_directory; }
  std::filesystem::path ProjectFolder(const std::string& project) const {
    return data() / "projects" / project;
  }
  std::filesystem::path StateOf(const std::string& site) const {
    return folder_ / ("state-" + site);
  }
  std::filesystem::path token_key() const { return folder_ / "token.key"; }
  TestCerts& certs() { return certs_; }
  const TemporaryFolder& folder() const { return folder_; }

 private:
  // "site/record id" of a pseudonym, by the maps that the sites keep.
  std::string OwnId(const std::string& site, const std::string& pseudonym) const;
  std::vector<std::vector<std::string>> Fetch(const std::string& what, const std::string& project,
                                              std::vector<std::string> columns);

  TemporaryFolder folder_;
  Options options_;
  TestCerts certs_;
  std::string port_ = "0";
  std::string log_of_earlier_resolvers_;
  std::unique_ptr<Subprocess> resolver_;
};

// A plan of deploy/plans.
std::filesystem::path ShippedPlan(const std::string& name);

// Polls until `done()` or `limit`; whether it was done. Without a pause, for moments that pass
// quickly.
template <typename Done>
bool WaitUntil(Done done, std::chrono::seconds limit = std::chrono::seconds(30)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
  }
  return true;
}

}  // namespace blindlink
