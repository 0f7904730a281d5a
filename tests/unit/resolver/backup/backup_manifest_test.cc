#include "resolver/backup/backup_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"

namespace blindlink::resolver {
namespace {

BackupManifest Example() {
  BackupManifest manifest;
  manifest.made = "2026-11-30T15:00:00Z by blindlink-resolver 0.1.0";
  manifest.left_out = {"the keys"};
  manifest.files = {{"audit/head", std::string(64, 'a')},
                    {"projects/p/a  b.pb", std::string(64, '0')}};
  return manifest;
}

TEST(BackupManifestTest, IsReadAsItWasWritten) {
  const auto read = ParseBackupManifest(Example().Text(), "backup.sha256");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->made, Example().made);
  EXPECT_EQ(read->left_out, Example().left_out);
  EXPECT_EQ(read->files, Example().files);
}

TEST(BackupManifestTest, HasTheLinesOfSha256sum) {
  EXPECT_THAT(Example().Text(), testing::HasSubstr("\n" + std::string(64, 'a') + "  audit/head\n"));
}

TEST(BackupManifestTest, CutAnywhereIsDamaged) {
  const std::string text = Example().Text();
  for (size_t size = 0; size < text.size(); ++size) {
    const auto read = ParseBackupManifest(text.substr(0, size), "backup.sha256");
    EXPECT_TRUE(absl::IsDataLoss(read.status())) << size;
  }
}

TEST(BackupManifestTest, WithAnyByteChangedIsDamaged) {
  const std::string text = Example().Text();
  for (size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] ^= 1;
    EXPECT_TRUE(absl::IsDataLoss(ParseBackupManifest(changed, "backup.sha256").status())) << at;
  }
}

}  // namespace
}  // namespace blindlink::resolver
