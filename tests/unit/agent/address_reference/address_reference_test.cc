#include "agent/address_reference/address_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class AddressReferenceTest : public testing::Test {
 protected:
  absl::StatusOr<AddressReference> Read(const std::string& content) {
    const std::string path = (folder_ / absl::StrCat("reference", ++files_, ".csv")).string();
    EXPECT_TRUE(WriteNewFile(path, content, 0600).ok());
    notes_.clear();
    return AddressReference::Read(path, &notes_);
  }

  static std::vector<std::string> Streets(const AddressReference& reference,
                                          absl::Span<const AddressReference::Entry> entries) {
    std::vector<std::string> streets;
    for (const AddressReference::Entry& entry : entries) {
      const AddressReference::Street& street = reference.street(entry.street);
      streets.push_back(absl::StrCat(street.name, " ", street.suffix));
    }
    return streets;
  }

  TemporaryFolder folder_;
  std::vector<std::string> notes_;
  int files_ = 0;
};

TEST_F(AddressReferenceTest, AddressesBecomeTheStreetsOfZipAndCity) {
  const auto reference = Read(
      "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH\n"
      "-71.1,42.3,12,Elm Street,,Boston,,MA,02139,,a\n"
      "-71.1,42.3,14,ELM ST,,Boston,,MA,02139,,b\n"
      "-71.1,42.3,7,N Bushy Tail Rd,4,BOSTON,,Massachusetts,02139-4307,,c\n"
      "-71.1,42.3,7,Ninth Ave,,Salem,,MA,1970,,d\n");
  ASSERT_TRUE(reference.ok()) << reference.status();
  EXPECT_EQ(reference->rows(), 4u);
  EXPECT_EQ(reference->street_count(), 3u);
  EXPECT_THAT(Streets(*reference, reference->OfZip(2139)), ElementsAre("BUSHYTAIL RD", "ELM ST"));
  EXPECT_THAT(Streets(*reference, reference->OfCity("MA", "BOSTON")),
              ElementsAre("BUSHYTAIL RD", "ELM ST"));
  EXPECT_THAT(Streets(*reference, reference->OfZip(1970)), ElementsAre("9TH AVE"));
  EXPECT_THAT(reference->OfZip(99999), IsEmpty());
  EXPECT_THAT(reference->OfCity("MA", "NOWHERE"), IsEmpty());
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(AddressReferenceTest, OtherHeadersAndWholeAddressesWillDo) {
  const auto reference = Read("zip;address\n02139;12 Elm Street\n02139;14 Elm St Apt 4\n");
  ASSERT_TRUE(reference.ok()) << reference.status();
  EXPECT_THAT(Streets(*reference, reference->OfZip(2139)), ElementsAre("ELM ST"));
}

TEST_F(AddressReferenceTest, BrokenRowsAreCountedByReasonAndRowAndNeverShown) {
  const auto reference = Read(
      "STREET,CITY,REGION,POSTCODE\n"
      "Elm St,Boston,MA,02139\n"
      "Secret St,Boston\n"
      ",Boston,MA,02139\n"
      "Secret Rd,,,\n"
      "Secret\xff Rd,Boston,MA,02139\n"
      "\"Secret,Boston,MA,02139\n"
      "Oak Ln,Boston,MA,\n");
  ASSERT_TRUE(reference.ok()) << reference.status();
  EXPECT_EQ(reference->rows(), 2u);
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_THAT(notes_[0], HasSubstr("5 of 7 rows are not used"));
  EXPECT_THAT(notes_[0], HasSubstr("1 x column-count (first in row 2)"));
  EXPECT_THAT(notes_[0], HasSubstr("1 x no-street (first in row 3)"));
  EXPECT_THAT(notes_[0], HasSubstr("1 x no-place (first in row 4)"));
  EXPECT_THAT(notes_[0], Not(HasSubstr("Secret")));
}

TEST_F(AddressReferenceTest, AFileThatIsNoReferenceIsRefusedInWords) {
  for (const char* content : {"NUMBER,CITY\n1,Boston\n", "STREET,CITY\nElm St,Boston\n"}) {
    const auto reference = Read(content);
    EXPECT_EQ(reference.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(reference.status().message()), HasSubstr("needs a column STREET"));
  }
  const auto unusable = Read("STREET,POSTCODE\n,02139\n");
  EXPECT_EQ(unusable.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(unusable.status().message()), HasSubstr("none of 1 rows is usable"));
  EXPECT_EQ(Read("").status().code(), absl::StatusCode::kInvalidArgument);
  std::vector<std::string> notes;
  EXPECT_EQ(AddressReference::Read("/nowhere/reference.csv", &notes).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace blindlink::agent
