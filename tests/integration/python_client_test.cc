// A client in another language needs only the .proto files.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "tests/support/generated_people.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

TEST(PythonClient, FetchesThePairsThatTheResearchersProgramFetches) {
  TestNetwork network;
  network.CreateProject("flu", ShippedPlan("us-default"));
  network.Upload("flu", "north", network.Write("north.csv", GeneratedPeople(1, 3000)));
  network.Upload("flu", "south", network.Write("south.csv", GeneratedPeople(501, 3000, true)));
  network.Link("flu");
  const std::filesystem::path file = network / "pairs.csv";
  ASSERT_EQ(network.Researcher({"pairs", "--project", "flu", "--out", file}).code, 0);
  const std::string expected = ReadFile(file).value();
  ASSERT_GT(std::count(expected.begin(), expected.end(), '\n'), 2000);

  const std::filesystem::path source = BLINDLINK_SOURCE_DIR;
  std::vector<std::string> argv = {
      "/usr/bin/python3", source / "tests" / "integration" / "python_client" / "fetch_pairs.py",
      "--proto",          source / "proto",
      "--project",        "flu"};
  for (const std::string& flag : network.ConnectionFlags("researcher/study")) argv.push_back(flag);
  const Finished python = blindlink::Run(argv);
  ASSERT_EQ(python.code, 0) << python.err;
  EXPECT_EQ(python.out == expected, true) << "the researcher's program:\n"
                                          << expected.substr(0, 600) << "the Python client:\n"
                                          << python.out.substr(0, 600);
}

}  // namespace
}  // namespace blindlink
