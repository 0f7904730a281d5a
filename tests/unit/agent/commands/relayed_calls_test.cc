#include "agent/commands/relayed_calls.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>

#include "agent/isolation/readable_files.h"
#include "blindlink/v1/key_exchange_service.grpc.pb.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

constexpr RelayedCall<v1::GetKeyExchangeRequest, v1::KeyExchangeState> kGet{1};
constexpr RelayedCall<v1::GetKeyExchangeRequest, v1::ReceiveKeyEnvelopesResponse> kReceive{2};

class RelayedCalls : public testing::Test {
 protected:
  RelayedCalls() {
    setenv("XDG_STATE_HOME", (folder_ / "state").c_str(), 1);
    EXPECT_TRUE(WriteNewFile(input_, "patients", 0600).ok());
  }
  AllowedCalls Allowed() const {
    AllowedCalls calls(flags_);
    return calls.Allow(kGet, &v1::KeyExchange::Stub::GetKeyExchange);
  }
  // What `work` returns, in a child of its own, since a half stays limited.
  static int InChild(const std::function<int()>& work) {
    const pid_t child = fork();
    if (child == 0) _exit(work());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  TemporaryFolder folder_;
  const std::string input_ = folder_ / "patients.csv";
  const ConnectionFlags flags_ = {"localhost:1", folder_ / "a.pem", folder_ / "a.key",
                                  folder_ / "ca.pem"};
};

TEST_F(RelayedCalls, AreForAHalfThatReadsAndMakesNoSocket) {
  EXPECT_EQ(InChild([&] {
              const absl::Status read = RunInTwoHalves(Allowed(), true, [&](CallRelay&) {
                if (socket(AF_INET, SOCK_STREAM, 0) >= 0) return absl::InternalError("a socket");
                return ReadFile(input_).status();
              });
              return read.ok() ? 0 : 1;
            }),
            0);
}

TEST_F(RelayedCalls, AreMadeByAHalfThatMakesSocketsAndCannotOpenWhatTheOtherReads) {
  const int ended = InChild([&] {
    if (!RunInTwoHalves(Allowed(), true, [](CallRelay&) { return absl::OkStatus(); }).ok())
      return 1;
    if (socket(AF_INET, SOCK_STREAM, 0) < 0) return 2;
    return open(input_.c_str(), O_RDONLY) >= 0 ? 3 : errno == EACCES ? 0 : 4;
  });
  if (ended == 3 && InChild([] { return *ReadNothingBut({}, {}) ? 0 : 1; }) == 1) {
    GTEST_SKIP() << "the kernel has no Landlock";
  }
  EXPECT_EQ(ended, 0);
}

TEST_F(RelayedCalls, ThatTheCommandDoesNotMakeAreRefused) {
  EXPECT_EQ(InChild([&] {
              const absl::Status refused = RunInTwoHalves(Allowed(), true, [](CallRelay& resolver) {
                return resolver.Call(kReceive, v1::GetKeyExchangeRequest()).status();
              });
              return absl::IsUnimplemented(refused) ? 0 : 1;
            }),
            0);
}

TEST_F(RelayedCalls, HaveTheErrorsOfTheConnectionWordForWord) {
  EXPECT_EQ(InChild([&] {
              const absl::Status refused = RunInTwoHalves(Allowed(), true, [](CallRelay& resolver) {
                return resolver.Call(kGet, v1::GetKeyExchangeRequest()).status();
              });
              return absl::IsNotFound(refused) && refused == Connect(flags_).status() ? 0 : 1;
            }),
            0);
}

TEST_F(RelayedCalls, EndWithTheErrorOfTheHalfThatReads) {
  EXPECT_EQ(InChild([&] {
              const absl::Status ended = RunInTwoHalves(
                  Allowed(), true, [](CallRelay&) { return absl::DataLossError("no map"); });
              return ended == absl::DataLossError("no map") ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace blindlink::agent
