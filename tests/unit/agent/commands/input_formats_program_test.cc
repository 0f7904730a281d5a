// The same people in every format give the same tokens; from a database through a pipe. With the
// test data beside the project also three hospitals in their own shapes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "agent/tokenfile/token_file_reader.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/subprocess.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Person {
  std::string id, first, middle, last, maiden, birth, sex, street, line2, city, state, zip, phone,
      ssn;
};

const std::vector<Person>& People() {
  static const auto* const kPeople = new std::vector<Person>{
      {"M1", "Ann", "May", "Lee", "Roe", "1970-01-02", "F", "12 Main St", "Apt 4", "Boston", "MA",
       "02115", "617-555-0199", "987-65-4321"},
      {"M2", "Jos\u00e9", "", "N\u00fa\u00f1ez", "", "1981-12-31", "M", "9 Elm Ave", "", "Quincy",
       "MA", "02169", "", "219-09-9998"},
      {"M3", "Mary", "E", "O'Brien", "", "1955-07-04", "F", "77 Oak & Pine Rd", "", "Salem", "MA",
       "01970", "978-555-0142", ""},
      {"M4", "Ted", "", "Fox", "", "1999-10-11", "M", "", "", "", "", "", "", ""},
      {"M5", "Bob", "Lee", "van Beek", "", "1988-02-29", "M", "3 A^B Ct", "Unit 2", "Lynn", "MA",
       "01901", "781-555-0100", "457-55-5462"}};
  return *kPeople;
}

std::string ForEach(const std::function<std::string(const Person&)>& line) {
  std::string text;
  for (const Person& person : People()) text += line(person);
  return text;
}

std::string Csv(const std::vector<std::string>& cells) {
  return absl::StrCat(absl::StrJoin(cells, ","), "\n");
}

std::string AsCsv() {
  return "record_id,first_name,middle_name,last_name,maiden_name,date_of_birth,sex,street_address,"
         "address_line2,city,state,zip,phone,ssn\n" +
         ForEach([](const Person& p) {
           return Csv({p.id, p.first, p.middle, p.last, p.maiden, p.birth, p.sex, p.street, p.line2,
                       p.city, p.state, p.zip, p.phone, p.ssn});
         });
}

std::string Hl7(const std::string& value) {
  return absl::StrReplaceAll(value, {{"\\", "\\E\\"}, {"&", "\\T\\"}, {"^", "\\S\\"}});
}

std::string AsHl7() {
  return ForEach([](const Person& p) {
    std::string names = absl::StrCat(p.last, "^", p.first, "^", p.middle, "^^^^L");
    if (!p.maiden.empty()) absl::StrAppend(&names, "~", p.maiden, "^^^^^^M");
    return absl::StrCat("MSH|^~\\&|ADT|H|||20240102||ADT^A08|1|P|2.5||||||UNICODE UTF-8\rPID|1||",
                        p.id, "^^^H^MR||", names, "||", absl::StrReplaceAll(p.birth, {{"-", ""}}),
                        "|", p.sex, "|||", Hl7(p.street), "^", p.line2, "^", p.city, "^", p.state,
                        "^", p.zip, "^^H||", p.phone, "^PRN^PH||||||", p.ssn, "\rPV1|1|O\r");
  });
}

std::string AsPatient(const Person& p) {
  std::string identifiers = absl::StrFormat(
      R"({"type":{"coding":[{"code":"MR"}]},"system":"http://h.example","value":"%s"})", p.id);
  if (!p.ssn.empty()) {
    absl::StrAppendFormat(&identifiers,
                          R"(,{"system":"http://hl7.org/fhir/sid/us-ssn","value":"%s"})", p.ssn);
  }
  std::string given = absl::StrCat("\"", p.first, "\"");
  if (!p.middle.empty()) absl::StrAppend(&given, ",\"", p.middle, "\"");
  std::string names =
      absl::StrFormat(R"({"use":"official","family":"%s","given":[%s]})", p.last, given);
  if (!p.maiden.empty()) {
    absl::StrAppendFormat(&names, R"(,{"use":"maiden","family":"%s"})", p.maiden);
  }
  std::string patient = absl::StrFormat(
      R"({"resourceType":"Patient","id":"x","identifier":[%s],"name":[%s],"gender":"%s","birthDate":"%s")",
      identifiers, names, p.sex == "F" ? "female" : "male", p.birth);
  if (!p.street.empty()) {
    absl::StrAppendFormat(
        &patient,
        R"(,"address":[{"use":"home","line":["%s"%s],"city":"%s","state":"%s","postalCode":"%s"}])",
        p.street, p.line2.empty() ? "" : absl::StrCat(",\"", p.line2, "\""), p.city, p.state,
        p.zip);
  }
  if (!p.phone.empty()) {
    absl::StrAppendFormat(&patient, R"(,"telecom":[{"system":"phone","value":"%s"}])", p.phone);
  }
  return patient + "}";
}

std::string AsBundle() {
  std::vector<std::string> entries;
  for (const Person& person : People()) {
    entries.push_back(absl::StrCat("{\n \"resource\": ", AsPatient(person), "\n}"));
  }
  return absl::StrCat("{\n\"resourceType\": \"Bundle\",\n\"entry\": [\n",
                      absl::StrJoin(entries, ",\n"), "]\n}\n");
}

constexpr char kLayout[] =
    "positions=characters\ncolumn,first,length\nrecord_id,1,4\nfirst_name,5,10\nmiddle_name,15,10\n"
    "last_name,25,12\nmaiden_name,37,12\ndate_of_birth,49,10\nsex,59,1\nstreet_address,60,20\n"
    "address_line2,80,10\ncity,90,10\nstate,100,2\nzip,102,5\nphone,107,12\nssn,119,11\n";

// `text` and blanks, `width` characters in all.
std::string Padded(std::string text, size_t width) {
  size_t characters = 0;
  for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xc0) == 0x80 ? 0 : 1;
  return text.append(width - characters, ' ');
}

std::string AsFixedWidth() {
  return ForEach([](const Person& p) {
    return absl::StrCat(Padded(p.id, 4), Padded(p.first, 10), Padded(p.middle, 10),
                        Padded(p.last, 12), Padded(p.maiden, 12), Padded(p.birth, 10),
                        Padded(p.sex, 1), Padded(p.street, 20), Padded(p.line2, 10),
                        Padded(p.city, 10), Padded(p.state, 2), Padded(p.zip, 5),
                        Padded(p.phone, 12), Padded(p.ssn, 11), "\n");
  });
}

class InputFormatsProgramTest : public testing::Test {
 protected:
  InputFormatsProgramTest() {
    EXPECT_EQ(blindlink::Run({Agent(), "keygen", "--out", Path("key")}).code, kExitOk);
  }

  static std::string Agent() { return ProgramPath("blindlink-agent").string(); }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  std::string Write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    EXPECT_TRUE(WriteFileAtomically(Path(name), text).ok());
    return Path(name);
  }

  // The arguments that tokenize `input`, all into datasets of the same name.
  std::vector<std::string> Arguments(const std::string& input) const {
    return {Agent(),       "tokenize",
            "--plan",      absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto"),
            "--project",   "flu",
            "--site",      "general",
            "--dataset",   "d1",
            "--token-key", Path("key"),
            "--state",     Path("state"),
            "--threads",   "1",
            "--out",       Path("t.bltok"),
            "--input",     input};
  }

  Finished Tokenize(const std::string& input, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = Arguments(input);
    arguments.insert(arguments.end(), more.begin(), more.end());
    return blindlink::Run(arguments);
  }

  // The blocks of the token file that was made last.
  std::string Tokens() const {
    auto reader = TokenFileReader::Open(Path("t.bltok"));
    EXPECT_TRUE(reader.ok()) << reader.status();
    std::string blocks;
    v1::TokenBlock block;
    while (reader.ok()) {
      const auto more = (*reader)->Next(&block);
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok() || !*more) break;
      blocks += block.SerializeAsString();
    }
    return blocks;
  }

  std::string TokensOf(const std::string& input, const std::vector<std::string>& more = {}) const {
    const Finished run = Tokenize(input, more);
    EXPECT_EQ(run.code, kExitOk) << input << run.err << run.out;
    return run.code == kExitOk ? Tokens() : "";
  }

  Finished TokenizePipe(const std::string& producer) const {
    const std::string consumer = absl::StrCat("'", absl::StrJoin(Arguments("-"), "' '"), "'");
    return blindlink::Run(
        {"sh", "-c", absl::StrCat("cd ", Path(""), "; ", producer, " | ", consumer)});
  }

  std::string TokensOfPipe(const std::string& producer) const {
    const Finished run = TokenizePipe(producer);
    EXPECT_EQ(run.code, kExitOk) << run.err;
    return run.code == kExitOk ? Tokens() : "";
  }

  TemporaryFolder folder_;
};

TEST_F(InputFormatsProgramTest, TheSamePeopleInEachFormatOfOneFileGiveTheSameTokens) {
  const std::string tokens = TokensOf(Write("p.csv", AsCsv()));
  ASSERT_GT(tokens.size(), 1000u);
  EXPECT_EQ(TokensOf(Write("p.hl7", AsHl7())), tokens) << "HL7";
  EXPECT_EQ(
      TokensOf(Write("p.ndjson", ForEach([](const Person& p) { return AsPatient(p) + "\n"; }))),
      tokens)
      << "FHIR NDJSON";
  EXPECT_EQ(TokensOf(Write("bundle.json", AsBundle())), tokens) << "FHIR Bundle";
  Write("p.layout", kLayout);
  EXPECT_EQ(TokensOf(Write("p.txt", AsFixedWidth()), {"--layout", Path("p.layout")}), tokens)
      << "fixed width";
  // Another person, other tokens.
  EXPECT_NE(TokensOf(Write("q.csv", absl::StrReplaceAll(AsCsv(), {{"Fox", "Cox"}}))), tokens);
}

TEST_F(InputFormatsProgramTest, TheSamePeopleInPcornetTablesGiveTheSameTokens) {
  Write("cdm/PRIVATE_DEMOGRAPHIC.csv",
        "PATID,PAT_FIRSTNAME,PAT_MIDDLENAME,PAT_LASTNAME,PAT_MAIDENNAME,BIRTH_DATE,PAT_SSN,"
        "PRIMARY_PHONE\n" +
            ForEach([](const Person& p) {
              return Csv({p.id, p.first, p.middle, p.last, p.maiden, p.birth, p.ssn, p.phone});
            }));
  Write("cdm/DEMOGRAPHIC.csv", "PATID,BIRTH_DATE,SEX,RACE\n" + ForEach([](const Person& p) {
                                 return Csv({p.id, p.birth, p.sex, "05"});
                               }));
  Write("cdm/PRIVATE_ADDRESS_HISTORY.csv",
        "ADDRESSID,PATID,ADDRESS_USE,ADDRESS_TYPE,ADDRESS_PREFERRED,ADDRESS_STREET,ADDRESS_DETAIL,"
        "ADDRESS_CITY,ADDRESS_STATE,ADDRESS_ZIP5,ADDRESS_ZIP9,ADDRESS_PERIOD_START,"
        "ADDRESS_PERIOD_END\n" +
            ForEach([](const Person& p) {
              return Csv({"o" + p.id, p.id, "HO", "BO", "Y", "1 Old Rd", "", "Troy", "NY", "12180",
                          "", "1990-01-01", "2001-01-01"}) +
                     Csv({"n" + p.id, p.id, "HO", "BO", "Y", p.street, p.line2, p.city, p.state,
                          p.zip, "", "2001-01-02", ""});
            }));
  EXPECT_EQ(TokensOf(Path("cdm")), TokensOf(Write("p.csv", AsCsv())));
}

TEST_F(InputFormatsProgramTest, TheSamePeopleInOmopTablesGiveTheSameTokens) {
  size_t number = 100;
  const auto numbered = [&](const std::function<std::string(const Person&)>& line) {
    number = 100;
    return ForEach([&](const Person& p) {
      const size_t own = ++number;
      return absl::StrCat(own, ",", line(p));
    });
  };
  Write("cdm/person.csv",
        "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,location_id,"
        "person_source_value\n" +
            numbered([&](const Person& p) {
              return Csv({p.sex == "F" ? "8532" : "8507", p.birth.substr(0, 4),
                          p.birth.substr(5, 2), p.birth.substr(8), absl::StrCat(number), p.id});
            }));
  Write("cdm/names.csv",
        "person_id,first,middle,last,maiden,ssn,phone\n" + numbered([](const Person& p) {
          return Csv({p.first, p.middle, p.last, p.maiden, p.ssn, p.phone});
        }));
  Write("cdm/location.csv",
        "location_id,address_1,address_2,city,state,zip\n" + numbered([](const Person& p) {
          return Csv({p.street, p.line2, p.city, p.state, p.zip});
        }));
  EXPECT_EQ(TokensOf(Path("cdm")), TokensOf(Write("p.csv", AsCsv())));
}

TEST_F(InputFormatsProgramTest, EveryCommandReadsThroughTheSameDoor) {
  const std::string plan = absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto");
  const std::string hl7 = Write("p.hl7", AsHl7());
  const Finished profile = blindlink::Run({Agent(), "profile", "--input", hl7, "--plan", plan});
  EXPECT_EQ(profile.code, kExitOk) << profile.err;
  EXPECT_THAT(profile.err, HasSubstr("HL7"));
  EXPECT_THAT(profile.out + profile.err, Not(HasSubstr("Beek")));
  Write("p.layout", kLayout);
  const Finished gold =
      blindlink::Run({Agent(), "goldstandard", "--plan", plan, "--site", "a=" + hl7, "--site",
                      "b=" + Write("p.txt", AsFixedWidth()), "--layout", "b=" + Path("p.layout"),
                      "--out", Path("pairs.csv"), "--min-score", "0.9", "--threads", "1"});
  EXPECT_EQ(gold.code, kExitOk) << gold.err;
  EXPECT_THAT(*ReadFile(Path("pairs.csv")), AllOf(HasSubstr("M1"), HasSubstr("M5")));
}

TEST_F(InputFormatsProgramTest, ADatabaseIsReadThroughAPipe) {
  if (blindlink::Run({"sh", "-c", "command -v sqlite3"}).code != 0) {
    GTEST_SKIP() << "sqlite3 is not installed";
  }
  const std::string tokens = TokensOf(Write("p.csv", AsCsv()));
  EXPECT_EQ(blindlink::Run({"sqlite3", Path("p.db"), ".mode csv",
                            absl::StrCat(".import ", Path("p.csv"), " people")})
                .code,
            0);
  EXPECT_EQ(TokensOfPipe("sqlite3 -header -csv p.db 'SELECT * FROM people'"), tokens);
}

std::string SupportFile(const std::string& name) {
  return absl::StrCat(BLINDLINK_SOURCE_DIR "/tests/support/parquet/", name);
}

// Files of four writers, with the codecs and encodings that they choose.
TEST_F(InputFormatsProgramTest, TheSamePeopleInParquetGiveTheSameTokens) {
  const std::string tokens = TokensOf(Write("p.csv", AsCsv()));
  EXPECT_EQ(TokensOf(SupportFile("people.csv")), tokens);
  for (const char* writer : {"snappy", "gzip", "zstd_pages_v2", "lz4", "uncompressed", "delta",
                             "duckdb", "polars", "fastparquet", "int96"}) {
    EXPECT_EQ(TokensOf(SupportFile(absl::StrCat("people_", writer, ".parquet"))), tokens) << writer;
  }
}

TEST_F(InputFormatsProgramTest, TheSamePeopleInPcornetTablesOfParquetGiveTheSameTokens) {
  EXPECT_EQ(TokensOf(SupportFile("pcornet")), TokensOf(Write("p.csv", AsCsv())));
}

// Rows 4 and 8 of 40 have a name with NUL, and one that is no text in any encoding.
TEST_F(InputFormatsProgramTest, RowsOfParquetWithBadTextsAreRejectedAndTheOthersAreRead) {
  const Finished run = Tokenize(SupportFile("bad_texts.parquet"));
  EXPECT_EQ(run.code, kExitOk) << run.err;
  EXPECT_THAT(run.out + run.err, AllOf(HasSubstr("nul-byte"), Not(HasSubstr("Canary"))));
  const std::string rejects = *ReadPrivateFile(Path("state/flu.general.d1.rejects.csv"));
  EXPECT_THAT(rejects,
              AllOf(HasSubstr("4,,nul-byte"), HasSubstr("8,,not-utf8"), Not(HasSubstr("Canary"))));
}

TEST_F(InputFormatsProgramTest, ParquetThatCannotBeReadSaysWhereAndWhatToDo) {
  const Finished pipe = TokenizePipe(absl::StrCat("cat ", SupportFile("people_duckdb.parquet")));
  EXPECT_EQ(pipe.code, kExitBadInput);
  EXPECT_THAT(pipe.err, HasSubstr("name the file, not a pipe"));
  const Finished codec = Tokenize(SupportFile("people_brotli.parquet"));
  EXPECT_EQ(codec.code, kExitBadInput);
  EXPECT_THAT(codec.err,
              AllOf(HasSubstr("column 'record_id' in row group 1"), HasSubstr("Brotli")));
  const std::string whole = *ReadFile(SupportFile("people_duckdb.parquet"));
  const Finished cut = Tokenize(Write("cut.parquet", whole.substr(0, whole.size() / 2)));
  EXPECT_EQ(cut.code, kExitBadInput);
  EXPECT_THAT(cut.err, AllOf(HasSubstr("cut.parquet: "), HasSubstr("damaged or cut off")));
}

TEST_F(InputFormatsProgramTest, ABrokenFileIsDescribedWithoutAValueAndTheRestIsUsed) {
  // Most rows are good, so that the plan's limit on rejected rows is not reached.
  std::string text;
  for (int i = 0; i < 40; ++i) text += AsHl7();
  text += "MSH|^~\\&|ADT|H|||20240102||ADT^A08|1|P|2.5\rPID|1||X^^^^MR||Canary^Canary||1970";
  const Finished run = Tokenize(Write("p.hl7", text));
  EXPECT_EQ(run.code, kExitOk) << run.err;
  EXPECT_THAT(run.out + run.err, AllOf(HasSubstr("truncated-message"), Not(HasSubstr("Canary"))));
  EXPECT_THAT(*ReadPrivateFile(Path("state/flu.general.d1.rejects.csv")),
              HasSubstr("602,PID,truncated-message"));
  EXPECT_EQ(Tokens(), TokensOf(Write("p.csv", AsCsv())));
}

// The test data beside the project: three hospitals as CSV and in the shapes of others.
class ShapesProgramTest : public InputFormatsProgramTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(Data() + "sites3_shapes")) {
      GTEST_SKIP() << "the test data are not there: " << Data();
    }
  }
  static std::string Data() {
    const char* const stated = std::getenv("BLINDLINK_DATA");
    return (stated != nullptr ? stated : std::string(BLINDLINK_SOURCE_DIR) + "/../shared/data") +
           "/clinical/";
  }
  // Without suffixes, for which the other shapes have no column.
  std::string TokensOfCsv(const std::string& site) const {
    return TokensOf(absl::StrCat(Data(), "sites3/", site, "/persons.csv"),
                    {"--columns", "record_id=local_id,suffix="});
  }
};

TEST_F(ShapesProgramTest, AHospitalInPcornetTablesGivesTheTokensOfItsCsv) {
  EXPECT_EQ(TokensOf(Data() + "sites3_shapes/pcornet_a"), TokensOfCsv("site_a"));
}

TEST_F(ShapesProgramTest, AHospitalInOmopTablesGivesTheTokensOfItsCsv) {
  EXPECT_EQ(TokensOf(Data() + "sites3_shapes/omop_b"), TokensOfCsv("site_b"));
}

TEST_F(ShapesProgramTest, AHospitalInFhirGivesTheTokensOfItsCsv) {
  EXPECT_EQ(TokensOf(Data() + "sites3_shapes/fhir_c/Patient.ndjson.gz"), TokensOfCsv("site_c"));
}

}  // namespace
}  // namespace blindlink::agent
