#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>

#include "common/base/files.h"
#include "resolver/project/project.h"

namespace blindlink::resolver {

// Whether `done()` holds within 20 seconds.
template <typename Done>
bool Eventually(Done done) {
  for (int i = 0; i < 4000 && !done(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return done();
}

// The bytes of a new run's records, pairs and entities, for a project in `folder`.
inline std::string ResultOfRun(Project& project, const std::filesystem::path& folder, int64_t now) {
  const auto run = project.runs().Start({}, now);
  EXPECT_TRUE(run.ok()) << run.status();
  if (!run.ok()) return "";
  EXPECT_TRUE(Eventually([&] { return project.runs().Get(run->run())->state() != v1::RUNNING; }));
  EXPECT_EQ(project.runs().Get(run->run())->state(), v1::FINISHED)
      << project.runs().Get(run->run())->failure();
  std::string bytes;
  for (const char* file : {"records.rows", "pairs.rows", "entities.rows"}) {
    const auto content = ReadFile(folder / "runs" / run->run() / file);
    EXPECT_TRUE(content.ok()) << content.status();
    bytes += content.value_or("");
  }
  return bytes;
}

}  // namespace blindlink::resolver
