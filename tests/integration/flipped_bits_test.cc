// One flipped bit in any file that the resolver keeps is found and named, or has no effect; it
// never gives another answer. Each place is tried in a process of its own, so that one that is
// ended is seen.
//
// BLINDLINK_FLIPPED_BITS=500 tries that many places; 60 otherwise.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "resolver/project/project_store.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

constexpr int64_t kNow = 1'700'000'000;
constexpr int kRecords = 300;
constexpr int kTokensOfWest = 60000;  // more than a log: one becomes a segment
constexpr WorkLimits kLimits = {uint64_t{1} << 20, 2};

int Places() {
  int places = 60;
  const char* wanted = getenv("BLINDLINK_FLIPPED_BITS");
  if (wanted != nullptr && !absl::SimpleAtoi(wanted, &places)) abort();
  return places;
}

// Pairs of records share a token across the sites.
std::vector<v1::TokenBlock> BlocksOf(const std::string& site) {
  std::vector<SampleRecord> records;
  for (int i = 0; i < kRecords; ++i) {
    SampleRecord& record = records.emplace_back();
    record.name = absl::StrCat(site, i);
    record.tokens = {{absl::StrCat("t", i)}, {absl::StrCat(site, i), kLastDob}};
  }
  if (site != "west") return {BlockOf(0, 0, records)};
  std::vector<v1::TokenBlock> blocks = {BlockOf(0, 0, records)};
  constexpr int kPerBlock = 2000;
  for (int first = 0; first < kTokensOfWest; first += kPerBlock) {
    std::vector<SampleRecord> more;
    for (int i = first; i < first + kPerBlock; ++i)
      more.push_back({absl::StrCat("w", i), {{absl::StrCat("w", i)}}});
    blocks.push_back(BlockOf(blocks.size(), kRecords + static_cast<uint64_t>(first), more));
  }
  return blocks;
}

// Sends the blocks that the resolver does not have yet.
absl::Status Send(Project& project, const std::string& site) {
  BL_ASSIGN_OR_RETURN(const v1::UploadPosition position,
                      project.uploads().Begin(ManifestFor(TinyPlan(), site, "all")));
  BL_ASSIGN_OR_RETURN(const auto upload, project.uploads().Find(site, "all"));
  const std::vector<v1::TokenBlock> blocks = BlocksOf(site);
  for (size_t i = position.next_sequence(); i < blocks.size(); ++i) {
    BL_RETURN_IF_ERROR(upload->Append(blocks[i]));
  }
  return upload->Sync();
}

absl::Status Commit(Project& project, const std::string& site) {
  BL_RETURN_IF_ERROR(project.uploads().Commit(site, CommitOf("all", BlocksOf(site))).status());
  while (true) {
    BL_ASSIGN_OR_RETURN(const v1::UploadInfo info, project.uploads().Info(site, "all"));
    if (info.state() == v1::COMMITTED) return absl::OkStatus();
    if (info.state() == v1::INGEST_FAILED) return absl::DataLossError(info.failure());
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

absl::StatusOr<std::string> Link(Project& project, const std::vector<std::string>& sites) {
  v1::StartLinkageRequest request;
  for (const std::string& site : sites) {
    v1::DatasetName& name = *request.add_datasets();
    name.set_site(site);
    name.set_dataset("all");
  }
  BL_ASSIGN_OR_RETURN(v1::LinkageRun run, project.runs().Start(request, kNow));
  while (run.state() == v1::RUNNING) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    BL_ASSIGN_OR_RETURN(run, project.runs().Get(run.run()));
  }
  if (run.state() == v1::FINISHED) return run.run();
  return absl::DataLossError(run.failure());
}

// Entities by the order in which they first appear, in place of their ids: those of new entities
// are random.
void NumberEntities(v1::EntityChunk* entities) {
  std::map<std::string, size_t> numbers;
  for (v1::EntityMember& member : *entities->mutable_members()) {
    const size_t number = numbers.try_emplace(member.entity(), numbers.size()).first->second;
    member.set_entity(absl::StrCat(number));
  }
}

// Everything that a researcher can fetch of a run. The ids of a run with new records are not
// compared.
absl::StatusOr<std::string> ResultOf(Project& project, const std::string& run,
                                     bool has_new_records = false) {
  BL_ASSIGN_OR_RETURN(const auto result, project.runs().Result(run));
  v1::MatchPairChunk pairs;
  v1::EntityChunk entities;
  BL_RETURN_IF_ERROR(result->AppendPairs(0, result->pair_count(), &pairs));
  BL_RETURN_IF_ERROR(result->AppendEntities(0, result->entity_row_count(), &entities));
  if (has_new_records) NumberEntities(&entities);
  v1::OverlapResponse overlap = result->Overlap();
  overlap.mutable_info()->clear_run();
  overlap.mutable_info()->clear_note();
  return absl::StrCat(pairs.SerializeAsString(), entities.SerializeAsString(),
                      overlap.SerializeAsString());
}

absl::StatusOr<std::string> NewResult(Project& project, const std::vector<std::string>& sites,
                                      bool has_new_records) {
  BL_ASSIGN_OR_RETURN(const std::string run, Link(project, sites));
  return ResultOf(project, run, has_new_records);
}

// A resolver's disk with a finished run over two sites, and an upload of a third under way.
absl::Status MakeDisk(const std::filesystem::path& data) {
  BL_ASSIGN_OR_RETURN(const auto store, ProjectStore::Open(data, kLimits));
  v1::CreateProjectRequest request;
  request.set_name("tiny");
  request.set_plan_text(TinyPlanText());
  for (const char* site : {"north", "south", "west"}) request.add_sites(site);
  request.add_researchers("study");
  request.set_token_key_id("key-id-1");
  BL_ASSIGN_OR_RETURN(Project * project, store->Create(request, kNow));
  for (const char* site : {"north", "south"}) {
    BL_RETURN_IF_ERROR(Send(*project, site));
    BL_RETURN_IF_ERROR(Commit(*project, site));
  }
  BL_RETURN_IF_ERROR(Link(*project, {"north", "south"}).status());
  BL_RETURN_IF_ERROR(Send(*project, "west"));
  const std::filesystem::path west = data / "projects" / "tiny" / "uploads" / "west" / "all";
  while (!std::filesystem::exists(west / "segment-000000")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return absl::OkStatus();
}

// What the disk answers, question by question; an error ends it.
absl::Status Answers(const std::filesystem::path& data, std::vector<std::string>* answers) {
  BL_ASSIGN_OR_RETURN(const auto store, ProjectStore::Open(data, kLimits));
  BL_ASSIGN_OR_RETURN(Project * project, store->Find("tiny"));
  answers->push_back(project->Info(true).SerializeAsString());
  BL_ASSIGN_OR_RETURN(answers->emplace_back(), ResultOf(*project, ""));
  BL_ASSIGN_OR_RETURN(answers->emplace_back(), NewResult(*project, {"north", "south"}, false));
  BL_RETURN_IF_ERROR(Send(*project, "west"));
  BL_RETURN_IF_ERROR(Commit(*project, "west"));
  BL_ASSIGN_OR_RETURN(answers->emplace_back(),
                      NewResult(*project, {"north", "south", "west"}, true));
  return absl::OkStatus();
}

enum Outcome { kNoEffect = 10, kNamed = 11, kAnotherAnswer = 12, kSilentFailure = 13 };

// Runs `function` in a process of its own and returns its exit code, or minus the signal.
int InAnotherProcess(const std::function<int()>& function) {
  const pid_t child = fork();
  if (child == 0) _exit(function());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

class FlippedBits : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(InAnotherProcess([&] { return MakeDisk(good_).ok() ? 0 : 1; }), 0);
    // The answers come from another process too: threads do not survive a fork.
    ASSERT_EQ(InAnotherProcess([&] {
                std::filesystem::copy(good_, data_, std::filesystem::copy_options::recursive);
                std::vector<std::string> answers;
                const absl::Status status = Answers(data_, &answers);
                if (!status.ok()) fprintf(stderr, "%s\n", status.ToString().c_str());
                for (size_t i = 0; i < answers.size(); ++i) {
                  if (!WriteFileAtomically(folder_ / absl::StrCat("answer-", i), answers[i]).ok())
                    return 1;
                }
                return status.ok() ? 0 : 1;
              }),
              0);
    for (int i = 0; i < kAnswers; ++i)
      expected_.push_back(*ReadFile(folder_ / absl::StrCat("answer-", i)));
    for (const auto& entry : std::filesystem::recursive_directory_iterator(good_)) {
      if (entry.is_regular_file() && entry.file_size() > 0) files_.push_back(entry.path());
    }
    std::sort(files_.begin(), files_.end());
  }

  int Outcome() const {
    std::vector<std::string> answers;
    const absl::Status status = Answers(data_, &answers);
    for (size_t i = 0; i < answers.size(); ++i) {
      // An answer that the error cut short is empty.
      if (answers[i] != expected_[i] && !(answers[i].empty() && !status.ok()))
        return kAnotherAnswer;
    }
    if (status.ok()) return kNoEffect;
    fprintf(stderr, "  %s\n", status.ToString().c_str());
    return status.message().empty() ? kSilentFailure : kNamed;
  }

  static constexpr int kAnswers = 4;
  TemporaryFolder folder_;
  const std::filesystem::path good_ = folder_ / "good";
  const std::filesystem::path data_ = folder_ / "data";
  std::vector<std::string> expected_;
  std::vector<std::filesystem::path> files_;
};

TEST_F(FlippedBits, AreFoundAndNamedOrHaveNoEffect) {
  std::mt19937_64 random(20260314);
  std::map<int, int> outcomes;
  const int places = Places();
  for (int i = 0; i < places; ++i) {
    const std::filesystem::path& file = files_[static_cast<size_t>(i) % files_.size()];
    std::string bytes = *ReadFile(file);
    const size_t byte = random() % bytes.size();
    const auto bit = static_cast<int>(random() % 8);
    bytes[byte] = static_cast<char>(bytes[byte] ^ (1 << bit));
    std::filesystem::remove_all(data_);
    std::filesystem::copy(good_, data_, std::filesystem::copy_options::recursive);
    const std::filesystem::path relative = file.lexically_relative(good_);
    ASSERT_TRUE(WriteFileAtomically(data_ / relative, bytes, 0600).ok());
    const std::string place = absl::StrCat(relative.string(), ", byte ", byte, ", bit ", bit);
    fprintf(stderr, "%s\n", place.c_str());
    const int outcome = InAnotherProcess([&] { return Outcome(); });
    EXPECT_TRUE(outcome == kNoEffect || outcome == kNamed) << place << ": outcome " << outcome;
    ++outcomes[outcome];
  }
  printf("%d places: %d found and named, %d without effect\n", places, outcomes[kNamed],
         outcomes[kNoEffect]);
}

}  // namespace
}  // namespace blindlink::resolver
