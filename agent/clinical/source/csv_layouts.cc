// The headers of a site's own tables.
#include "agent/clinical/source/layout.h"

namespace blindlink::agent {
namespace {

using R = ClinicalRole;

const std::vector<absl::string_view>& PersonHeaders() {
  static const auto* const kHeaders = new std::vector<absl::string_view>{
      "localid", "personid", "patientid", "recordid",   "patid",
      "mrn",     "memberid", "subjectid", "enrolleeid", "beneid",
      "patient", "person",   "pseudonym", "pid",        "desynpufid"};
  return *kHeaders;
}

const std::vector<absl::string_view>& VisitHeaders() {
  static const auto* const kHeaders = new std::vector<absl::string_view>{
      "claimid", "visitid",     "encounterid", "encounter", "visit",
      "stayid",  "hadmid",      "caseid",      "receiptid", "clmid",
      "csn",     "admissionid", "claimnumber", "episodeid"};
  return *kHeaders;
}

std::vector<absl::string_view> With(std::vector<absl::string_view> headers,
                                    absl::string_view more) {
  headers.push_back(more);
  return headers;
}

const std::vector<absl::string_view> kStartHeaders = {
    "start",       "startdate", "fromdate", "servicefrom", "admitdate", "admissiondate",
    "servicedate", "visitdate", "date",     "clmfromdt",   "admittime", "dateofservice"};
const std::vector<absl::string_view> kEndHeaders = {
    "end",  "enddate",  "thrudate",    "throughdate", "todate",   "dischargedate",
    "stop", "stopdate", "servicethru", "clmthrudt",   "dischtime"};

std::vector<RoleHeaders> EventColumns(std::vector<absl::string_view> codes,
                                      std::vector<absl::string_view> names) {
  return {
      {R::kVisit, VisitHeaders()},
      {R::kPerson, PersonHeaders()},
      {R::kSeq, {"seq", "seqnum", "sequence", "position", "rank", "linenumber", "line", "dxseq"}},
      {R::kDate,
       {"date", "diagnosisdate", "dxdate", "proceduredate", "pxdate", "servicedate", "chartdate",
        "dispensedate", "filldate", "prescriptiondate", "start", "startdate"}},
      {R::kCode, std::move(codes)},
      {R::kCodeSystem,
       {"codesystem", "system", "vocabulary", "codetype", "codingsystem", "dxtype", "pxtype",
        "icdversion", "vocabularyid"}},
      {R::kName, std::move(names)}};
}

Layout Persons() {
  return {ClinicalShape::kCsv,
          "persons",
          ClinicalPart::kPersons,
          {},
          {{R::kPerson, With(PersonHeaders(), "id")},
           {R::kSex, {"sex", "gender", "sexcode"}},
           {R::kBirth, {"birthdate", "dateofbirth", "dob", "birthday", "birthdt"}},
           {R::kBirthYear, {"birthyear", "yearofbirth", "yob"}},
           {R::kBirthMonth, {"birthmonth", "monthofbirth"}},
           {R::kBirthDay, {"dayofbirth"}},
           {R::kDeath, {"deathdate", "dateofdeath", "dod", "deceaseddate", "deathdt"}},
           {R::kZip, {"zip", "zipcode", "postalcode", "zip5", "postcode", "zip3"}}},
          {{"race", {"race"}},
           {"ethnicity", {"ethnicity", "hispanic"}},
           {"marital", {"marital", "maritalstatus"}},
           {"state", {"state", "statecode"}},
           {"county", {"county"}},
           {"city", {"city"}},
           {"language", {"language"}}}};
}

Layout Visits() {
  return {
      ClinicalShape::kCsv,
      "visits",
      ClinicalPart::kVisits,
      {},
      {{R::kVisit, With(VisitHeaders(), "id")},
       {R::kPerson, PersonHeaders()},
       {R::kControlNumber,
        {"controlnumber", "claimcontrolnumber", "internalcontrolnumber", "receiptnumber", "icn",
         "pcn", "ccn"}},
       {R::kSetting,
        {"setting", "caresetting", "encounterclass", "encountertype", "visittype", "claimtype",
         "class", "type"}},
       {R::kStart, kStartHeaders},
       {R::kEnd, kEndHeaders},
       {R::kProvider, {"provider", "providerid", "facility", "facilityid", "organization", "npi"}},
       {R::kPayer, {"payer", "payerid", "insurer", "insurerid", "payername"}},
       {R::kAmount,
        {"totalcharge", "amount", "totalcost", "totalclaimcost", "charge", "charges", "cost",
         "paidamount"}}}};
}

Layout Drugs() {
  std::vector<RoleHeaders> columns = EventColumns(
      {"code", "drugcode", "rxnorm", "rxnormcode", "rxcui", "rxnormcui", "ndc", "ndccode", "atc",
       "atccode", "medicationcode"},
      {"text", "name", "drugname", "drug", "medication", "medicationname", "description"});
  columns.push_back({R::kAmount, {"cost", "amount", "totalcost", "charge", "price"}});
  return {ClinicalShape::kCsv, "drugs", ClinicalPart::kDrugs, {}, std::move(columns)};
}

Layout Diagnoses() {
  std::vector<RoleHeaders> columns = EventColumns(
      {"code", "dx", "dxcode", "icd", "icdcode", "icd10", "icd10code", "icd10cm", "icd10cmcode",
       "icd9", "icd9code", "icd9cm", "diagnosiscode", "diagcode", "conditioncode"},
      {"name", "diagnosis", "diagnosisname", "diseasename", "disease", "description", "text",
       "dxname", "diagnosistext", "condition"});
  columns.push_back({R::kCertainty, {"certainty", "verificationstatus"}});
  return {ClinicalShape::kCsv, "diagnoses", ClinicalPart::kDiagnoses, {}, std::move(columns)};
}

Layout Procedures() {
  return {ClinicalShape::kCsv,
          "procedures",
          ClinicalPart::kProcedures,
          {},
          EventColumns({"code", "px", "pxcode", "procedurecode", "hcpcs", "hcpcscode", "cpt",
                        "cptcode", "icd10pcs", "icdcode", "icd9pcs"},
                       {"text", "name", "procedurename", "procedure", "description"})};
}

Layout Enrolment() {
  return {
      ClinicalShape::kCsv,
      "enrolment",
      ClinicalPart::kEnrolment,
      {},
      {{R::kPerson, PersonHeaders()},
       {R::kStart, kStartHeaders},
       {R::kEnd, kEndHeaders},
       {R::kPayer, {"payer", "payerid", "insurer", "insurerid", "plan", "planid", "payername"}}}};
}

}  // namespace

const std::vector<Layout>& CsvLayouts() {
  static const auto* const kLayouts =
      new std::vector<Layout>{Persons(), Visits(), Diagnoses(), Procedures(), Drugs(), Enrolment()};
  return *kLayouts;
}

}  // namespace blindlink::agent
