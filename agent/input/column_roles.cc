#include "agent/input/column_roles.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"

namespace blindlink::agent {
namespace {

// The headers come from FEBRL, pseudopeople, easylink, CDC, US claims (member and beneficiary
// files), PCORnet and FHIR-like files.

// simulant_id, household_id and similar headers are missing on purpose: they state the truth or
// denote several people. __index_level_0__ is the row number that pandas writes.
constexpr absl::string_view kRecordIdHeaders[] = {"recordid",
                                                  "recid",
                                                  "rowid",
                                                  "patid",
                                                  "patientid",
                                                  "sourcepersonid",
                                                  "enterpriseid",
                                                  "empi",
                                                  "partyid",
                                                  "memberid",
                                                  "mbrid",
                                                  "beneid",
                                                  "personid",
                                                  "subjectid",
                                                  "studyid",
                                                  "mrn",
                                                  "medicalrecordnumber",
                                                  "uniqueid",
                                                  "id",
                                                  "indexlevel0"};
constexpr absl::string_view kFirstNameHeaders[] = {
    "firstname",       "first",         "firstnm",      "fname",        "forename",
    "givenname",       "given",         "namegiven",    "patfirstname", "patientfirstname",
    "memberfirstname", "memberfirstnm", "mbrfirstname", "mbrfirstnm",   "benefirstname",
    "benefirstnm",     "bene1stname",   "benegvnname",  "namefirst",    "名"};
constexpr absl::string_view kMiddleNameHeaders[] = {"middlename",
                                                    "middle",
                                                    "middlenm",
                                                    "mname",
                                                    "middleinitial",
                                                    "middleinit",
                                                    "namemiddle",
                                                    "mi",
                                                    "patmiddlename",
                                                    "patientmiddlename",
                                                    "membermiddlename",
                                                    "mbrmiddlename",
                                                    "mbrmiddlenm",
                                                    "mbrmidnm",
                                                    "mbrmi",
                                                    "benemiddlename",
                                                    "benemidlname",
                                                    "benemidlinitlname"};
constexpr absl::string_view kLastNameHeaders[] = {
    "lastname",       "last",         "lastnm",      "lname",       "surname",
    "familyname",     "family",       "namefamily",  "patlastname", "patientlastname",
    "memberlastname", "memberlastnm", "mbrlastname", "mbrlastnm",   "benelastname",
    "benelastnm",     "benesrnmname", "namelast",    "姓"};
constexpr absl::string_view kMaidenNameHeaders[] = {
    "maidenname",        "maiden",         "maidennm",         "birthname", "patmaidenname",
    "patientmaidenname", "formerlastname", "previouslastname", "namemaiden"};
constexpr absl::string_view kSuffixHeaders[] = {"suffix",    "namesuffix", "suffixname",
                                                "sfx",       "generation", "patsuffix",
                                                "mbrsuffix", "benesuffix"};
constexpr absl::string_view kFullNameHeaders[] = {
    "fullname", "patientname", "membername", "personname", "mbrname", "nametext", "name", "氏名"};
constexpr absl::string_view kDateOfBirthHeaders[] = {
    "dateofbirth", "birthdate",       "dob",          "birthdt",       "birthday",
    "bdate",       "datebirth",       "patbirthdate", "patientdob",    "patientbirthdate",
    "memberdob",   "memberbirthdate", "mbrdob",       "mbrbirthdt",    "mbrbirthdate",
    "benebirthdt", "benebirthdate",   "benedob",      "birthdatetime", "生年月日"};
constexpr absl::string_view kBirthYearHeaders[] = {
    "birthyear",        "yearofbirth",     "dobyear",      "yob",
    "birthyr",          "dateofbirthyear", "bdateyear",    "patbirthyear",
    "patientbirthyear", "memberbirthyear", "mbrbirthyear", "benebirthyear"};
constexpr absl::string_view kBirthMonthHeaders[] = {
    "birthmonth",        "monthofbirth",     "dobmonth",         "mob",           "birthmo",
    "birthmth",          "birthmon",         "dateofbirthmonth", "bdatemonth",    "patbirthmonth",
    "patientbirthmonth", "memberbirthmonth", "mbrbirthmonth",    "benebirthmonth"};
// "birthday" is a date, unless it is written birth_day (RecognizableHeader).
constexpr absl::string_view kBirthDayHeaders[] = {
    "dayofbirth",     "dobday",      "birthdy",     "birthdayofmonth",
    "dateofbirthday", "bdateday",    "patbirthday", "patientbirthday",
    "memberbirthday", "mbrbirthday", "benebirthday"};
constexpr absl::string_view kSexHeaders[] = {"sex",
                                             "gender",
                                             "sexcd",
                                             "gendercd",
                                             "administrativesex",
                                             "administrativegender",
                                             "patsex",
                                             "patientsex",
                                             "patientgender",
                                             "membersex",
                                             "membergender",
                                             "mbrsex",
                                             "mbrsexcd",
                                             "mbrgender",
                                             "mbrgendercd",
                                             "benesex",
                                             "benesexcd",
                                             "benesexidentcd",
                                             "benegender",
                                             "genderconceptid",
                                             "gendersourcevalue",
                                             "birthsex",
                                             "sexatbirth",
                                             "性別"};
constexpr absl::string_view kStreetAddressHeaders[] = {"streetaddress",
                                                       "address",
                                                       "address1",
                                                       "addressline1",
                                                       "addr1",
                                                       "addrline1",
                                                       "streetaddress1",
                                                       "street",
                                                       "addr",
                                                       "addressline",
                                                       "addressstreet",
                                                       "addressstreet1",
                                                       "addressstreetline1",
                                                       "addresstext",
                                                       "mailingaddress",
                                                       "residentialaddress",
                                                       "residenceaddress",
                                                       "homeaddress",
                                                       "pataddress",
                                                       "patientaddress",
                                                       "memberaddress",
                                                       "mbraddress",
                                                       "mbraddr1",
                                                       "mbraddrline1",
                                                       "mbrstreetaddr",
                                                       "beneaddr1",
                                                       "住所"};
constexpr absl::string_view kHouseNumberHeaders[] = {"housenumber",
                                                     "houseno",
                                                     "streetnumber",
                                                     "streetno",
                                                     "civicnumber",
                                                     "addressnumber",
                                                     "mailingaddressstreetnumber",
                                                     "physicaladdressstreetnumber"};
constexpr absl::string_view kStreetNameHeaders[] = {
    "streetname", "streetnm", "mailingaddressstreetname", "physicaladdressstreetname"};
constexpr absl::string_view kUnitHeaders[] = {"unitnumber",
                                              "unit",
                                              "unitno",
                                              "apartment",
                                              "apartmentnumber",
                                              "apt",
                                              "aptnumber",
                                              "aptno",
                                              "suite",
                                              "mailingaddressunitnumber",
                                              "physicaladdressunitnumber"};
constexpr absl::string_view kPoBoxHeaders[] = {"pobox", "poboxnumber", "postofficebox",
                                               "mailingaddresspobox", "physicaladdresspobox"};
constexpr absl::string_view kAddressLine2Headers[] = {
    "addressline2",   "address2",           "addr2",         "addrline2", "streetaddress2",
    "addressstreet2", "addressstreetline2", "addressdetail", "mbraddr2",  "mbraddrline2",
    "beneaddr2"};
constexpr absl::string_view kCityHeaders[] = {"city",
                                              "cityname",
                                              "citynm",
                                              "town",
                                              "suburb",
                                              "municipality",
                                              "addresscity",
                                              "mailingaddresscity",
                                              "physicaladdresscity",
                                              "patcity",
                                              "patientcity",
                                              "membercity",
                                              "mbrcity",
                                              "mbrcitynm",
                                              "benecity",
                                              "addrcity"};
constexpr absl::string_view kStateHeaders[] = {"state",
                                               "statecode",
                                               "statecd",
                                               "stateabbreviation",
                                               "addressstate",
                                               "mailingaddressstate",
                                               "physicaladdressstate",
                                               "patstate",
                                               "patientstate",
                                               "memberstate",
                                               "mbrstate",
                                               "mbrstatecd",
                                               "benestate",
                                               "benestatecd",
                                               "addrstate",
                                               "province"};
constexpr absl::string_view kZipHeaders[] = {"zip",
                                             "zipcode",
                                             "zipcd",
                                             "zip5",
                                             "postalcode",
                                             "postcode",
                                             "addresszip9",
                                             "addresszip5",
                                             "addresszip",
                                             "addrpostalcode",
                                             "addresspostalcode",
                                             "mailingaddresszipcode",
                                             "physicaladdresszipcode",
                                             "patzip",
                                             "patientzip",
                                             "memberzip",
                                             "mbrzip",
                                             "mbrzipcd",
                                             "mbrzip5",
                                             "benezip",
                                             "benezipcd",
                                             "zip9",
                                             "郵便番号"};
constexpr absl::string_view kPhoneHeaders[] = {
    "phone",       "phonenumber",  "phoneno",      "telephone",    "telephonenumber",
    "telephoneno", "tel",          "primaryphone", "homephone",    "homephonenumber",
    "mobilephone", "mobile",       "cellphone",    "cell",         "telecomphone",
    "telecom",     "telecomvalue", "patphone",     "patientphone", "memberphone",
    "mbrphone",    "電話番号"};
constexpr absl::string_view kEmailHeaders[] = {"email",        "emailaddress", "emailaddr",
                                               "primaryemail", "telecomemail", "patemail",
                                               "patientemail", "memberemail",  "mbremail"};
// The last one is FHIR's US social security number (identifier.system).
constexpr absl::string_view kSsnHeaders[] = {"ssn",
                                             "socialsecuritynumber",
                                             "socialsecurityno",
                                             "socialsecurity",
                                             "socsecid",
                                             "socsecnumber",
                                             "socsecno",
                                             "ssnnumber",
                                             "ssnno",
                                             "patssn",
                                             "patientssn",
                                             "memberssn",
                                             "mbrssn",
                                             "benessn",
                                             "identifierhttphl7orgfhirsidusssn"};
constexpr absl::string_view kSsnLast4Headers[] = {
    "ssnlast4",      "ssn4",           "last4ssn",         "ssnl4",
    "l4ssn",         "ssnlastfour",    "lastfourssn",      "last4ofssn",
    "lastfourofssn", "ssnlast4digits", "last4digitsofssn", "ssnlastfourdigits",
    "last4",         "patssn4",        "mbrssn4"};
constexpr absl::string_view kInsuranceNumberHeaders[] = {"insurancenumber",
                                                         "insuranceno",
                                                         "insuranceid",
                                                         "insuredid",
                                                         "insuredno",
                                                         "policynumber",
                                                         "policyno",
                                                         "subscriberid",
                                                         "subscribernumber",
                                                         "healthinsurancenumber",
                                                         "medicarenumber",
                                                         "mbi",
                                                         "hicn",
                                                         "hic",
                                                         "benehicnum",
                                                         "nhsnumber",
                                                         "nhsno",
                                                         "被保険者番号"};
constexpr absl::string_view kPassportHeaders[] = {
    "passport",   "passportnumber",  "passportno",      "passportnr",
    "passportid", "patpassport",     "patientpassport", "passeport",
    "pasaporte",  "reisepassnummer", "旅券番号"};
constexpr absl::string_view kNationalNumberHeaders[] = {"nationalnumber",
                                                        "nationalid",
                                                        "nationalidnumber",
                                                        "nationalidentitynumber",
                                                        "nationalno",
                                                        "nationalinsurancenumber",
                                                        "nino",
                                                        "identitynumber",
                                                        "identitycard",
                                                        "identitycardnumber",
                                                        "idcardnumber",
                                                        "taxid",
                                                        "taxidnumber",
                                                        "dni",
                                                        "nie",
                                                        "codicefiscale",
                                                        "curp",
                                                        "cpf",
                                                        "hkid",
                                                        "nric",
                                                        "aadhaar",
                                                        "personnummer",
                                                        "personalidentitynumber",
                                                        "citizenid",
                                                        "ppsn",
                                                        "burgerservicenummer",
                                                        "bsn",
                                                        "個人番号"};
constexpr absl::string_view kRelationshipHeaders[] = {"relationship",
                                                      "relation",
                                                      "relationshipcd",
                                                      "relationshipcode",
                                                      "relationcd",
                                                      "relationshiptosubscriber",
                                                      "relationshiptoinsured",
                                                      "relationshiptoreferenceperson",
                                                      "mbrrelationship",
                                                      "rel",
                                                      "続柄"};

constexpr ColumnRole kRoles[] = {
    {"record_id", kRecordIdHeaders},
    {"first_name", kFirstNameHeaders},
    {"middle_name", kMiddleNameHeaders},
    {"last_name", kLastNameHeaders},
    {"maiden_name", kMaidenNameHeaders},
    {"suffix", kSuffixHeaders},
    {"full_name", kFullNameHeaders},
    {"date_of_birth", kDateOfBirthHeaders},
    {"birth_year", kBirthYearHeaders},
    {"birth_month", kBirthMonthHeaders},
    {"birth_day", kBirthDayHeaders},
    {"sex", kSexHeaders},
    {"street_address", kStreetAddressHeaders},
    {"house_number", kHouseNumberHeaders},
    {"street_name", kStreetNameHeaders},
    {"unit", kUnitHeaders},
    {"po_box", kPoBoxHeaders},
    {"address_line2", kAddressLine2Headers},
    {"city", kCityHeaders},
    {"state", kStateHeaders},
    {"zip", kZipHeaders},
    {"phone", kPhoneHeaders},
    {"email", kEmailHeaders},
    {"ssn", kSsnHeaders},
    {"ssn_last4", kSsnLast4Headers},
    {"insurance_number", kInsuranceNumberHeaders},
    {"passport_number", kPassportHeaders},
    {"national_number", kNationalNumberHeaders},
    {"relationship", kRelationshipHeaders},
};

}  // namespace

absl::Span<const ColumnRole> BuiltInRoles() { return kRoles; }

const ColumnRole* FindRole(absl::string_view name) {
  for (const ColumnRole& role : kRoles) {
    if (role.name == name) return &role;
  }
  return nullptr;
}

std::string NormalizeHeader(absl::string_view header) {
  std::string out;
  for (const char c : header) {
    if (absl::ascii_isalnum(c) || !absl::ascii_isascii(c)) out.push_back(absl::ascii_tolower(c));
  }
  return out;
}

std::vector<std::string> RecognizableHeaders(absl::Span<const std::string> headers) {
  std::vector<std::string> names;
  for (const std::string& header : headers) names.push_back(NormalizeHeader(header));
  const bool in_parts = std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return std::find(std::begin(kBirthYearHeaders), std::end(kBirthYearHeaders), name) !=
           std::end(kBirthYearHeaders);
  });
  for (size_t i = 0; i < names.size(); ++i) {
    const bool separated = headers[i].find_first_of("_-.") != std::string::npos;
    if (names[i] == "birthday" && (in_parts || separated)) names[i] = "dayofbirth";
  }
  return names;
}

}  // namespace blindlink::agent
