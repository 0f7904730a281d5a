#include "common/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "common/base/files.h"
#include "common/base/partial_file.h"
#include "common/base/run_file.h"
#include "tests/support/temporary_folder.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }

std::array<UniqueFd, 2> MakePipe() {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

TEST(UniqueFd, ClosesWhatItOwnsOnce) {
  int first = -1;
  {
    const auto pipe = MakePipe();
    first = pipe[0].get();
    EXPECT_TRUE(IsOpen(first));
  }
  EXPECT_FALSE(IsOpen(first));
}

TEST(UniqueFd, MovingLeavesTheSourceEmptyAndClosesWhatWasThere) {
  auto pipe = MakePipe();
  const int left = pipe[0].get();
  const int right = pipe[1].get();
  pipe[0] = std::move(pipe[1]);
  EXPECT_FALSE(IsOpen(left));
  EXPECT_FALSE(pipe[1].is_open());
  EXPECT_EQ(pipe[0].get(), right);
  EXPECT_TRUE(IsOpen(right));
}

TEST(Fd, ADuplicateOutlivesAndIsOutlivedByTheOriginal) {
  auto pipe = MakePipe();
  absl::StatusOr<UniqueFd> duplicate = DuplicateFd(pipe[1].get(), "a pipe");
  ASSERT_TRUE(duplicate.ok()) << duplicate.status();
  duplicate->Reset();
  EXPECT_TRUE(WriteAll(pipe[1].get(), "x", "a pipe").ok());
  EXPECT_FALSE(DuplicateFd(-1, "nothing").ok());
}

TEST(Fd, ADescriptorIsNotInheritedByOtherPrograms) {
  const TemporaryFolder folder;
  const absl::StatusOr<UniqueFd> fd = OpenFd(folder / "f", O_WRONLY | O_CREAT);
  ASSERT_TRUE(fd.ok()) << fd.status();
  EXPECT_EQ(fcntl(fd->get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(Fd, ErrorsNameTheFileAndWhatWasTried) {
  const TemporaryFolder folder;
  const absl::Status missing = OpenFd(folder / "nothing-here", O_RDONLY).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr("cannot open "));
  EXPECT_THAT(std::string(missing.message()), HasSubstr("nothing-here"));
  ASSERT_TRUE(WriteNewFile(folder / "f", "", 0600).ok());
  const absl::Status exists = OpenFd(folder / "f", O_WRONLY | O_CREAT | O_EXCL).status();
  EXPECT_EQ(exists.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(exists.message()), HasSubstr("cannot create "));
}

TEST(Fd, AFullDiskIsSaidToBeFull) {
  const absl::StatusOr<UniqueFd> full = OpenFd("/dev/full", O_WRONLY);
  ASSERT_TRUE(full.ok()) << full.status();
  const absl::Status status = WriteAll(full->get(), "x", "standard output");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "cannot write standard output: No space left on device");
  EXPECT_EQ(ErrnoStatus(EDQUOT, "write", "f").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrnoStatus(EFBIG, "write", "f").code(), absl::StatusCode::kResourceExhausted);
}

TEST(Fd, ReadAtFillsTheWholeOrSaysThatTheFileEnded) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteNewFile(folder / "f", "0123456789", 0600).ok());
  const absl::StatusOr<UniqueFd> fd = OpenFd(folder / "f", O_RDONLY);
  ASSERT_TRUE(fd.ok());
  std::string out(4, '\0');
  ASSERT_TRUE(ReadAt(fd->get(), 6, out.data(), out.size(), folder / "f").ok());
  EXPECT_EQ(out, "6789");
  const absl::Status beyond = ReadAt(fd->get(), 7, out.data(), out.size(), folder / "f");
  EXPECT_EQ(beyond.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(*ReadAll(fd->get(), folder / "f"), "0123456789");  // the position had not moved
}

// A timer interrupts every system call that waits; a slow reader keeps the pipe full, so that
// writes are short.
class Interrupted : public testing::Test {
 protected:
  void SetUp() override {
    struct sigaction action {};
    action.sa_handler = [](int) {};  // without SA_RESTART
    ASSERT_EQ(sigaction(SIGALRM, &action, &before_), 0);
    const itimerval often = {{0, 200}, {0, 200}};
    ASSERT_EQ(setitimer(ITIMER_REAL, &often, nullptr), 0);
  }
  void TearDown() override {
    const itimerval never = {};
    setitimer(ITIMER_REAL, &never, nullptr);
    sigaction(SIGALRM, &before_, nullptr);
  }
  struct sigaction before_ {};
};

TEST_F(Interrupted, SignalsAndShortWritesLoseNothing) {
  auto pipe = MakePipe();
  const std::string content(size_t{4} << 20, 'x');
  std::string received;
  std::thread reader([&] {
    std::string piece(10'000, '\0');
    while (true) {
      const auto n = ReadSome(pipe[0].get(), piece.data(), piece.size(), "a pipe");
      ASSERT_TRUE(n.ok()) << n.status();
      if (*n == 0) return;
      received.append(piece, 0, *n);
    }
  });
  EXPECT_TRUE(WriteAll(pipe[1].get(), content, "a pipe").ok());
  pipe[1].Reset();
  reader.join();
  EXPECT_TRUE(received == content);
}

TEST(RunFile, IsReadByPositionAndNamesItsFolderInErrors) {
  const TemporaryFolder folder;
  const auto file = RunFile::Create(folder.path());
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE((*file)->Append("abcdef", 6).ok());
  EXPECT_EQ((*file)->size(), 6u);
  char two[2];
  ASSERT_TRUE((*file)->ReadAt(3, two, 2).ok());
  EXPECT_EQ(std::string(two, 2), "de");
  const absl::Status beyond = (*file)->ReadAt(5, two, 2);
  EXPECT_EQ(beyond.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(beyond.message(), "a temporary file in " + folder.path().string() + " ended too soon");
  EXPECT_EQ(RunFile::Create(folder / "none").status().code(), absl::StatusCode::kNotFound);
}

TEST(PartialFile, HasItsNameOnlyWhenFinished) {
  const TemporaryFolder folder;
  {
    const auto given_up = PartialFile::Create(folder / "f");
    ASSERT_TRUE(given_up.ok()) << given_up.status();
    ASSERT_TRUE((*given_up)->Append(std::string(1 << 20, 'x')).ok());
    EXPECT_TRUE(std::filesystem::exists(folder / "f.partial"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  const auto file = PartialFile::Create(folder / "f");
  ASSERT_TRUE((*file)->Append("content").ok());
  ASSERT_TRUE((*file)->Finish().ok());
  EXPECT_EQ(*ReadFile(folder / "f"), "content");
  EXPECT_FALSE(std::filesystem::exists(folder / "f.partial"));
}

}  // namespace
}  // namespace blindlink
