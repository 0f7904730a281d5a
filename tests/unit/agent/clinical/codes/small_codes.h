#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/official_files.h"
#include "common/base/files.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {

// A folder of small invented files, and the code book made from it.
class SmallCodes {
 public:
  void Write(const std::string& name, const std::string& content) {
    ASSERT_TRUE(MakePrivateFolder((folder_.path() / "files" / name).parent_path()).ok());
    ASSERT_TRUE(WriteFileAtomically(folder_.path() / "files" / name, content).ok());
  }

  absl::StatusOr<std::string> Build() {
    CodeBookBuilder builder;
    const auto files = AddCodeFiles(Path("files"), &builder);
    if (!files.ok()) return files.status();
    std::vector<CodeBookBuilder::SystemCount> counts;
    return builder.Finish(&counts);
  }

  CodeBook Book() {
    const absl::StatusOr<std::string> text = Build();
    EXPECT_TRUE(text.ok()) << text.status();
    EXPECT_TRUE(WriteFileAtomically(Path("book.csv"), *text).ok());
    absl::StatusOr<CodeBook> book = CodeBook::Open(Path("book.csv"));
    EXPECT_TRUE(book.ok()) << book.status();
    return *std::move(book);
  }

  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }

  // Codes of two chapters, in editions of two years.
  void WriteIcd10() {
    Write("chapters.csv", "chapter_num,code_start,code_end\n1,A00,B99\n4,E00,E89\n");
    Write("icd10cm_blocks_2021.csv",
          "Code,SectionID\nA00,A00-A09\nE10,E08-E13\nE11,E08-E13\nE66,E65-E68\n");
    Write("icd10cm-order-2021.txt",
          "00001 A00     0 Heading                              Heading\n"
          "00002 A000    1 First                                First\n"
          "00003 E11     0 Heading                              Heading\n"
          "00004 E110    1 Only then                            Only then\n"
          "00005 E119    1 Always                               Always\n");
    Write("icd10cm_2025_order.csv",
          "code,billable,title\nA00,0,Heading\nA00.0,1,First\nE10,0,x\nE10.1,1,x\nE11,0,x\n"
          "E11.2,0,x\nE11.21,1,x\nE11.22,1,x\nE11.9,1,x\nE66,0,x\nE66.9,1,x\nE66.1XXA,1,x\n");
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace blindlink::agent
