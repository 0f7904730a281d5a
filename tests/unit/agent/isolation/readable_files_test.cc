#include "agent/isolation/readable_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

class ReadableFiles : public testing::Test {
 protected:
  ReadableFiles() {
    std::filesystem::create_directory(folder_ / "witness");
    for (const char* name : {"general.pem", "patients.csv", "witness/center.json"}) {
      std::ofstream(folder_ / name) << "text";
    }
  }
  // The error of `call`, in a child that may read general.pem and the folder witness.
  int ErrorOf(const std::function<int()>& call) const {
    const pid_t child = fork();
    if (child == 0) {
      const auto limited =
          ReadNothingBut({folder_ / "general.pem", folder_ / "none.pem"}, {folder_ / "witness"});
      if (!limited.ok()) _exit(254);
      if (!*limited) _exit(255);
      _exit(call() < 0 ? errno : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  }
  int ErrorOfOpening(const std::string& name, int flags) const {
    return ErrorOf([&] { return open((folder_ / name).c_str(), flags, 0600); });
  }
  void SetUp() override {
    if (ErrorOf([] { return 0; }) == 255) GTEST_SKIP() << "the kernel has no Landlock";
  }

  TemporaryFolder folder_;
};

TEST_F(ReadableFiles, WhatIsNotNamedCannotBeOpenedForReading) {
  EXPECT_EQ(ErrorOfOpening("patients.csv", O_RDONLY), EACCES);
  EXPECT_EQ(ErrorOfOpening("patients.csv", O_RDWR), EACCES);
  EXPECT_EQ(ErrorOfOpening(".", O_RDONLY | O_DIRECTORY), EACCES);
}

TEST_F(ReadableFiles, WhatIsNamedAndTheSystemsFilesCan) {
  EXPECT_EQ(ErrorOfOpening("general.pem", O_RDONLY), 0);
  EXPECT_EQ(ErrorOfOpening("witness/center.json", O_RDONLY), 0);
  EXPECT_EQ(ErrorOf([] { return open("/etc/passwd", O_RDONLY); }), 0);
}

TEST_F(ReadableFiles, WritingIsAsBefore) {
  EXPECT_EQ(ErrorOfOpening("new.json", O_WRONLY | O_CREAT), 0);
}

TEST_F(ReadableFiles, ThreadsThatStartLaterAreLimitedToo) {
  EXPECT_EQ(ErrorOf([&] {
              int error = 0;
              std::thread later([&] {
                error = open((folder_ / "patients.csv").c_str(), O_RDONLY) < 0 ? errno : 0;
              });
              later.join();
              errno = error;
              return error == 0 ? 0 : -1;
            }),
            EACCES);
}

TEST_F(ReadableFiles, TheMemoryOfAProcessWithoutTheLimitCannotBeReadEvenByTheSameUser) {
  EXPECT_EQ(
      ErrorOf([] { return open(absl::StrCat("/proc/", getppid(), "/mem").c_str(), O_RDONLY); }),
      EACCES);
}

}  // namespace
}  // namespace blindlink::agent
