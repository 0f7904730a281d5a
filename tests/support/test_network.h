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

// The parties of a project with their real programs: certificates, a resolver in its own process on
// a free port, a token key that the sites share, and commands to run as any party. Parties are
// written "site/north", "coordinator/center", "researcher/study". All files are in one temporary
// folder. Not thread-safe; aborts the test program if something cannot be set up.
class TestNetwork {
 public:
  struct Options {
    std::vector<std::string> sites = {"north", "south"};
    // Empty: a folder of its own.
    std::filesystem::path data_directory;
    // Appended to the resolver's configuration.
    std::string more_configuration = {};
    // What goes before the resolver's argv[0].
    std::vector<std::string> resolver_prefix = {};
  };
  TestNetwork() : TestNetwork(Options{}) {}
  explicit TestNetwork(Options options);

  // Starts the resolver and waits until it serves; later starts use the port of the first one.
  void StartResolver();
  // Sends SIGTERM; returns the exit code.
  int StopResolver();
  // Sets how the next StartResolver() starts it; the sites and everything of theirs stay.
  void Configure(std::filesystem::path data_directory, std::string more_configuration);
  // Sends SIGKILL, like a power cut.
  void KillResolver();
  Subprocess& resolver() { return *resolver_; }
  // Everything that the resolver has logged so far, over all its processes.
  std::string ResolverLog() const;

  // Runs a program to its end, with the connection flags of `party`.
  Finished Agent(const std::string& party, std::vector<std::string> arguments);
  Finished Coordinator(std::vector<std::string> arguments);
  Finished Researcher(std::vector<std::string> arguments);
  // argv of the resolver, as StartResolver() last started it.
  std::vector<std::string> ServeCommand() const;
  // argv of a program with the connection flags, for a Subprocess.
  std::vector<std::string> Command(const std::string& program, const std::string& party,
                                   std::vector<std::string> arguments) const;
  // --resolver, --cert, --key, --ca.
  std::vector<std::string> ConnectionFlags(const std::string& party) const;
  std::string address() const { return "127.0.0.1:" + port_; }

  // Creates a project with all sites and researcher "study"; `plan` is a file.
  void CreateProject(const std::string& name, const std::filesystem::path& plan,
                     std::vector<std::string> more_arguments = {});
  // The id of the sites' token key in the project.
  std::string KeyId(const std::string& project) const;
  // Runs `blindlink-agent run` for a site, without connection flags. The site's state is in
  // StateOf().
  std::vector<std::string> RunArguments(const std::string& project, const std::string& site,
                                        const std::filesystem::path& input,
                                        const std::string& dataset = "d1") const;
  // The same for `tokenize` to a file.
  std::vector<std::string> TokenizeArguments(const std::string& project, const std::string& site,
                                             const std::filesystem::path& input,
                                             const std::filesystem::path& plan,
                                             const std::filesystem::path& out,
                                             const std::string& dataset = "d1") const;
  // Runs the agent and expects it to succeed.
  void Upload(const std::string& project, const std::string& site,
              const std::filesystem::path& input, const std::string& dataset = "d1");
  // Starts a linkage run, of all sites unless more arguments say otherwise; expects it to succeed.
  void Link(const std::string& project, std::vector<std::string> more_arguments = {});
  // The newest run's match pairs and its entities of two or more records, as the researcher fetches
  // them, with the sites' own record ids: "north/1 south/A rule" and "north/1=south/A", sorted.
  std::vector<std::string> Pairs(const std::string& project);
  std::vector<std::string> Entities(const std::string& project);
  // The lines of "pairs" or "entities" as the researcher receives them, sorted.
  std::vector<std::string> FetchedLines(const std::string& what, const std::string& project);

  std::filesystem::path Write(const std::string& name, const std::string& content) const;
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  std::filesystem::path data() const { return options_.data_directory; }
  std::filesystem::path IndexKeyFile(const std::string& project) const {
    return data() / "keys" / (project + ".key");
  }
  std::filesystem::path ProjectFolder(const std::string& project) const {
    return data() / "projects" / project;
  }
  std::filesystem::path StateOf(const std::string& site) const {
    return folder_ / ("state-" + site);
  }
  // What the parties on this machine have seen of the resolver's audit log.
  std::filesystem::path Witnesses() const { return folder_ / "state-home/blindlink/witness"; }
  std::filesystem::path token_key() const { return folder_ / "token.key"; }
  TestCerts& certs() { return certs_; }
  const TemporaryFolder& folder() const { return folder_; }

 private:
  // "site/record id" of a pseudonym, from the maps that the sites keep.
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

// Polls until `done()` or `limit`; returns whether it was done. Does not pause, for moments that
// pass quickly.
template <typename Done>
bool WaitUntil(Done done, std::chrono::seconds limit = std::chrono::seconds(120)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
  }
  return true;
}

}  // namespace blindlink
