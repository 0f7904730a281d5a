// The tables of PCORnet, OMOP, Synthea and Medicare as their specifications name the columns:
// PCORnet CDM v6.1 (pcornet.org/data), OMOP CDM v5.4 (ohdsi.github.io/CommonDataModel), Synthea's
// wiki (CSV File Data Dictionary), CMS RIF (resdac.org).
#include "agent/clinical/source/layout.h"

namespace blindlink::agent {
namespace {

using P = ClinicalPart;
using R = ClinicalRole;

void AddPcornetPersons(std::vector<Layout>* out) {
  constexpr auto kShape = ClinicalShape::kPcornet;
  out->push_back({kShape,
                  "DEMOGRAPHIC",
                  P::kPersons,
                  {"patid", "birthdate", "hispanic"},
                  {{R::kPerson, {"patid"}},
                   {R::kBirth, {"birthdate"}},
                   {R::kSex, {"sex"}},
                   {R::kOtherSex, {"rawsex"}}},
                  {{"race", {"rawrace", "race"}}, {"ethnicity", {"rawhispanic", "hispanic"}}}});
  out->push_back(
      {kShape,
       "ENROLLMENT",
       P::kEnrolment,
       {"patid", "enrstartdate"},
       {{R::kPerson, {"patid"}}, {R::kStart, {"enrstartdate"}}, {R::kEnd, {"enrenddate"}}}});
  out->push_back({kShape,
                  "DEATH",
                  P::kDeaths,
                  {"patid", "deathdate"},
                  {{R::kPerson, {"patid"}}, {R::kDeath, {"deathdate"}}}});
  out->push_back(
      {kShape,
       "ADDRESS_HISTORY",
       P::kAddresses,
       {"addressid", "patid", "addresszip5"},
       {{R::kPerson, {"patid"}},
        {R::kZip, {"addresszip5"}},
        {R::kStart, {"addressperiodstart"}},
        {R::kPreferred, {"addresspreferred"}}},
       {{"state", {"addressstate"}}, {"county", {"addresscounty"}}, {"city", {"addresscity"}}}});
}

void AddPcornetVisits(std::vector<Layout>* out) {
  constexpr auto kShape = ClinicalShape::kPcornet;
  out->push_back({kShape,
                  "ENCOUNTER",
                  P::kVisits,
                  {"encounterid", "patid", "admitdate", "dischargedate"},
                  {{R::kVisit, {"encounterid"}},
                   {R::kPerson, {"patid"}},
                   {R::kStart, {"admitdate"}},
                   {R::kEnd, {"dischargedate"}},
                   {R::kSetting, {"enctype"}},
                   {R::kOtherSetting, {"rawenctype"}},
                   {R::kProvider, {"providerid"}},
                   {R::kPayer, {"rawpayeridprimary", "rawpayernameprimary"}}}});
  out->push_back({kShape,
                  "DIAGNOSIS",
                  P::kDiagnoses,
                  {"patid", "dx", "dxtype"},
                  {{R::kVisit, {"encounterid"}},
                   {R::kPerson, {"patid"}},
                   {R::kDate, {"dxdate", "admitdate"}},
                   {R::kCode, {"dx"}},
                   {R::kCodeSystem, {"dxtype"}},
                   {R::kOtherSystem, {"rawdxtype"}},
                   {R::kName, {"rawdx"}}}});
  out->push_back({kShape,
                  "PROCEDURES",
                  P::kProcedures,
                  {"patid", "px", "pxtype"},
                  {{R::kVisit, {"encounterid"}},
                   {R::kPerson, {"patid"}},
                   {R::kDate, {"pxdate", "admitdate"}},
                   {R::kCode, {"px"}},
                   {R::kCodeSystem, {"pxtype"}},
                   {R::kOtherSystem, {"rawpxtype"}},
                   {R::kName, {"rawpxname"}}}});
}

void AddPcornetDrugs(std::vector<Layout>* out) {
  constexpr auto kShape = ClinicalShape::kPcornet;
  out->push_back({kShape,
                  "PRESCRIBING",
                  P::kDrugs,
                  {"patid", "prescribingid", "rxorderdate"},
                  {{R::kVisit, {"encounterid"}},
                   {R::kPerson, {"patid"}},
                   {R::kDate, {"rxorderdate", "rxstartdate"}},
                   {R::kCode, {"rxnormcui"}},
                   {R::kName, {"rawrxmedname"}}}});
  out->push_back({kShape,
                  "DISPENSING",
                  P::kDrugs,
                  {"patid", "dispensedate", "ndc"},
                  {{R::kPerson, {"patid"}},
                   {R::kDate, {"dispensedate"}},
                   {R::kCode, {"ndc"}},
                   {R::kName, {"rawdispensemedname"}}}});
}

void AddPcornet(std::vector<Layout>* out) {
  AddPcornetPersons(out);
  AddPcornetVisits(out);
  AddPcornetDrugs(out);
  // Identities, vital signs, laboratory results and so on.
  out->push_back({ClinicalShape::kPcornet, "another table", P::kNothing, {"patid"}, {}});
}

void AddOmopPersons(std::vector<Layout>* out) {
  constexpr auto kShape = ClinicalShape::kOmop;
  out->push_back({kShape,
                  "person",
                  P::kPersons,
                  {"personid", "yearofbirth", "genderconceptid"},
                  {{R::kPersonKey, {"personid"}},
                   {R::kPerson, {"personsourcevalue"}},
                   {R::kBirthYear, {"yearofbirth"}},
                   {R::kBirthMonth, {"monthofbirth"}},
                   {R::kBirthDay, {"dayofbirth"}},
                   {R::kSex, {"genderconceptid"}},
                   {R::kOtherSex, {"gendersourcevalue"}},
                   {R::kPlace, {"locationid"}}},
                  {{"race", {"racesourcevalue"}}, {"ethnicity", {"ethnicitysourcevalue"}}}});
  out->push_back({kShape,
                  "payer_plan_period",
                  P::kEnrolment,
                  {"payerplanperiodid", "personid", "payerplanperiodstartdate"},
                  {{R::kPersonKey, {"personid"}},
                   {R::kStart, {"payerplanperiodstartdate"}},
                   {R::kEnd, {"payerplanperiodenddate"}},
                   {R::kPayer, {"payersourcevalue", "plansourcevalue"}}}});
  out->push_back({kShape,
                  "observation_period",
                  P::kEnrolment,
                  {"observationperiodid", "personid", "observationperiodstartdate"},
                  {{R::kPersonKey, {"personid"}},
                   {R::kStart, {"observationperiodstartdate"}},
                   {R::kEnd, {"observationperiodenddate"}}}});
  out->push_back({kShape,
                  "death",
                  P::kDeaths,
                  {"personid", "deathdate", "deathtypeconceptid"},
                  {{R::kPersonKey, {"personid"}}, {R::kDeath, {"deathdate"}}}});
  out->push_back({kShape,
                  "location",
                  P::kPlaces,
                  {"locationid", "zip", "state"},
                  {{R::kPlace, {"locationid"}}, {R::kZip, {"zip"}}},
                  {{"state", {"state"}}, {"county", {"county"}}, {"city", {"city"}}}});
}

void AddOmopVisits(std::vector<Layout>* out) {
  constexpr auto kShape = ClinicalShape::kOmop;
  out->push_back({kShape,
                  "visit_occurrence",
                  P::kVisits,
                  {"visitoccurrenceid", "personid", "visitstartdate"},
                  {{R::kVisitKey, {"visitoccurrenceid"}},
                   {R::kVisitWords, {"visitsourcevalue"}},
                   {R::kPersonKey, {"personid"}},
                   {R::kStart, {"visitstartdate"}},
                   {R::kEnd, {"visitenddate"}},
                   {R::kSetting, {"visitconceptid"}},
                   {R::kProvider, {"providerid"}}}});
  out->push_back({kShape,
                  "condition_occurrence",
                  P::kDiagnoses,
                  {"conditionoccurrenceid", "personid", "conditionstartdate"},
                  {{R::kVisitKey, {"visitoccurrenceid"}},
                   {R::kPersonKey, {"personid"}},
                   {R::kDate, {"conditionstartdate"}},
                   {R::kCodeOrName, {"conditionsourcevalue"}},
                   {R::kCertainty, {"conditionstatussourcevalue"}}}});
  out->push_back({kShape,
                  "procedure_occurrence",
                  P::kProcedures,
                  {"procedureoccurrenceid", "personid", "proceduredate"},
                  {{R::kVisitKey, {"visitoccurrenceid"}},
                   {R::kPersonKey, {"personid"}},
                   {R::kDate, {"proceduredate"}},
                   {R::kCodeOrName, {"proceduresourcevalue"}}}});
  out->push_back({kShape,
                  "drug_exposure",
                  P::kDrugs,
                  {"drugexposureid", "personid", "drugexposurestartdate"},
                  {{R::kVisitKey, {"visitoccurrenceid"}},
                   {R::kPersonKey, {"personid"}},
                   {R::kDate, {"drugexposurestartdate"}},
                   {R::kCodeOrName, {"drugsourcevalue"}}}});
}

void AddOmop(std::vector<Layout>* out) {
  AddOmopPersons(out);
  AddOmopVisits(out);
  for (const absl::string_view key :
       {"conditioneraid", "drugeraid", "measurementid", "observationid", "deviceexposureid",
        "noteid", "costid", "cdmsourcename"}) {
    out->push_back({ClinicalShape::kOmop, "another table", P::kNothing, {key}, {}});
  }
}

void AddSynthea(std::vector<Layout>* out) {
  constexpr auto kShape = ClinicalShape::kSynthea;
  out->push_back({kShape,
                  "patients",
                  P::kPersons,
                  {"id", "birthdate", "deathdate", "passport"},
                  {{R::kPerson, {"id"}},
                   {R::kBirth, {"birthdate"}},
                   {R::kDeath, {"deathdate"}},
                   {R::kSex, {"gender"}},
                   {R::kZip, {"zip"}}},
                  {{"race", {"race"}},
                   {"ethnicity", {"ethnicity"}},
                   {"marital", {"marital"}},
                   {"state", {"state"}},
                   {"county", {"county"}},
                   {"city", {"city"}},
                   {"income", {"income"}}}});
  out->push_back({kShape,
                  "encounters",
                  P::kVisits,
                  {"id", "start", "patient", "encounterclass"},
                  {{R::kVisit, {"id"}},
                   {R::kPerson, {"patient"}},
                   {R::kStart, {"start"}},
                   {R::kEnd, {"stop"}},
                   {R::kSetting, {"encounterclass"}},
                   {R::kProvider, {"organization", "provider"}},
                   {R::kPayer, {"payer"}},
                   {R::kAmount, {"totalclaimcost"}}}});
  const std::vector<RoleHeaders> event = {
      {R::kVisit, {"encounter"}}, {R::kPerson, {"patient"}},    {R::kDate, {"start", "date"}},
      {R::kCode, {"code"}},       {R::kCodeSystem, {"system"}}, {R::kName, {"description"}}};
  std::vector<RoleHeaders> drug = event;
  drug.push_back({R::kAmount, {"totalcost"}});
  out->push_back({kShape,
                  "medications",
                  P::kDrugs,
                  {"start", "patient", "encounter", "code", "dispenses"},
                  drug});
  for (const absl::string_view key : {"udi", "seriesuid", "utilization", "qolsavg", "allergy",
                                      "reaction1", "quantity", "value"}) {
    out->push_back({kShape, "another table", P::kNothing, {key, "patient"}, {}});
  }
  out->push_back({kShape,
                  "procedures",
                  P::kProcedures,
                  {"start", "patient", "encounter", "code", "basecost"},
                  event});
  out->push_back({kShape,
                  "payer_transitions",
                  P::kEnrolment,
                  {"patient", "startdate", "payer", "planownership"},
                  {{R::kPerson, {"patient"}},
                   {R::kStart, {"startdate"}},
                   {R::kEnd, {"enddate"}},
                   {R::kPayer, {"payer"}}}});
  out->push_back({kShape, "claims", P::kNothing, {"id", "patientid", "appointmentid"}, {}});
  out->push_back(
      {kShape, "careplans", P::kNothing, {"id", "patient", "encounter", "reasoncode"}, {}});
  out->push_back({kShape,
                  "conditions",
                  P::kDiagnoses,
                  {"start", "stop", "patient", "encounter", "code"},
                  event});
  out->push_back({kShape, "claims_transactions", P::kNothing, {"chargeid", "patientid"}, {}});
}

// Medicare's files are read by RifReader, which knows the columns that repeat; listed here is what
// the table of understanding shows.
void AddRif(std::vector<Layout>* out) {
  constexpr auto kShape = ClinicalShape::kRif;
  out->push_back({kShape,
                  "beneficiary",
                  P::kPersons,
                  {"beneid", "benebirthdt"},
                  {{R::kPerson, {"beneid"}},
                   {R::kBirth, {"benebirthdt"}},
                   {R::kDeath, {"deathdt", "benedeathdt"}},
                   {R::kSex, {"benesexidentcd", "sexidentcd"}},
                   {R::kZip, {"benezipcd", "zipcd"}}},
                  {{"race", {"beneracecd", "rtiracecd"}},
                   {"state", {"statecode"}},
                   {"county", {"benecountycd"}}}});
  out->push_back({kShape,
                  "claims",
                  P::kClaims,
                  {"beneid", "clmid", "clmfromdt"},
                  {{R::kVisit, {"clmid"}},
                   {R::kPerson, {"beneid"}},
                   {R::kStart, {"clmfromdt"}},
                   {R::kEnd, {"clmthrudt"}},
                   {R::kControlNumber, {"fidocclmcntlnum", "carrclmcntlnum"}},
                   {R::kSetting, {"nchclmtypecd"}},
                   {R::kProvider, {"prvdrnum", "orgnpinum", "carrnum"}},
                   {R::kAmount, {"clmtotchrgamt", "nchcarrclmsbmtdchrgamt", "clmpmtamt"}},
                   {R::kDate, {"revcntrdt", "line1stexpnsdt"}},
                   {R::kCode, {"hcpcscd"}}}});
  out->push_back({kShape,
                  "pde",
                  P::kClaims,
                  {"pdeid", "beneid", "srvcdt"},
                  {{R::kVisit, {"pdeid"}},
                   {R::kPerson, {"beneid"}},
                   {R::kStart, {"srvcdt"}},
                   {R::kEnd, {"srvcdt"}},
                   {R::kProvider, {"srvcprvdrid"}},
                   {R::kAmount, {"totrxcstamt"}},
                   {R::kCode, {"prodsrvcid", "ndc"}}}});
  out->push_back({kShape, "another table", P::kNothing, {"beneid"}, {}});
}

}  // namespace

const std::vector<Layout>& SignedLayouts() {
  static const std::vector<Layout>* const kLayouts = [] {
    auto* made = new std::vector<Layout>;
    AddPcornet(made);
    AddOmop(made);
    AddSynthea(made);
    AddRif(made);
    return made;
  }();
  return *kLayouts;
}

}  // namespace blindlink::agent
