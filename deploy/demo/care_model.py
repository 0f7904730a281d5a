"""The demonstration's small model of care: invented rates, real codes.

ICD-10-CM, ICD-10-PCS and HCPCS level II are in the public domain; RxNorm's codes are given as values. The rates are
invented: what the files show says nothing about medicine.
"""

import datetime
from dataclasses import dataclass

# code|official title|course|share (chronic: has it; acute: episodes in 10 years) at ages 0-17,18-44,45-64,65+|
# sex or empty|other names|drugs|procedures|how often it needs a hospital
_CONDITIONS = """
I10|Essential (primary) hypertension|chronic|0,.08,.32,.58||hypertension;high blood pressure;HTN|lisinopril,amlodipine,hydrochlorothiazide||.005
E78.5|Hyperlipidemia, unspecified|chronic|0,.05,.22,.36||hyperlipidemia;raised blood lipids;HLD|simvastatin,atorvastatin||0
E78.00|Pure hypercholesterolemia, unspecified|chronic|0,.02,.08,.1||high cholesterol;hypercholesterolemia|atorvastatin||0
E11.9|Type 2 diabetes mellitus without complications|chronic|0,.03,.11,.18||type 2 diabetes;T2DM;adult-onset diabetes|metformin|strips,training|.01
E11.65|Type 2 diabetes mellitus with hyperglycemia|chronic|0,.006,.03,.04||uncontrolled type 2 diabetes|metformin,insulin|strips|.05
E11.22|Type 2 diabetes mellitus with diabetic chronic kidney disease|chronic|0,.002,.012,.04||diabetic nephropathy type 2|metformin,insulin|strips|.04
E10.9|Type 1 diabetes mellitus without complications|chronic|.004,.005,.004,.003||type 1 diabetes;juvenile diabetes;T1DM|insulin|strips,training|.04
E03.9|Hypothyroidism, unspecified|chronic|.002,.03,.07,.1||underactive thyroid;hypothyroidism|levothyroxine||0
E66.9|Obesity, unspecified|chronic|.05,.12,.16,.1||obesity;adiposity|||0
D64.9|Anemia, unspecified|chronic|.01,.02,.03,.07||anemia;low haemoglobin|iron||.02
J45.909|Unspecified asthma, uncomplicated|chronic|.08,.06,.05,.04||asthma;bronchial asthma|albuterol,fluticasone||.02
J44.9|Chronic obstructive pulmonary disease, unspecified|chronic|0,.004,.05,.11||COPD;chronic obstructive lung disease|albuterol,fluticasone||.08
I25.10|Atherosclerotic heart disease of native coronary artery without angina pectoris|chronic|0,.003,.05,.16||coronary artery disease;CAD;coronary heart disease|aspirin,metoprolol,nitroglycerin|stent,cath|.06
I50.9|Heart failure, unspecified|chronic|0,.001,.015,.08||heart failure;congestive heart failure;CHF|furosemide,metoprolol||.15
I48.91|Unspecified atrial fibrillation|chronic|0,.002,.02,.1||atrial fibrillation;AF;AFib|warfarin,metoprolol||.06
N18.4|Chronic kidney disease, stage 4 (severe)|chronic|0,.001,.006,.02||CKD stage 4;chronic kidney disease stage 4|furosemide|epo|.06
N18.6|End stage renal disease|chronic|0,.0008,.004,.009||ESRD;end-stage renal disease;kidney failure on dialysis||dialysis,epo|.08
C50.911|Malignant neoplasm of unspecified site of right female breast|chronic|0,.002,.012,.022|F|right breast cancer;carcinoma of right breast|paclitaxel|chemo|.08
C50.912|Malignant neoplasm of unspecified site of left female breast|chronic|0,.002,.012,.022|F|left breast cancer;carcinoma of left breast|paclitaxel|chemo|.08
C61|Malignant neoplasm of prostate|chronic|0,0,.014,.06|M|prostate cancer;carcinoma of prostate||psa|.05
C18.9|Malignant neoplasm of colon, unspecified|chronic|0,.001,.004,.014||colon cancer;carcinoma of colon||colonoscopy,chemo|.15
C34.91|Malignant neoplasm of unspecified part of right bronchus or lung|chronic|0,.0002,.003,.01||cancer of right lung;right lung carcinoma|paclitaxel|chemo|.2
F32.9|Major depressive disorder, single episode, unspecified|chronic|.02,.07,.07,.05||depression;depressive disorder;MDD|sertraline,fluoxetine|depscreen|.02
F41.1|Generalized anxiety disorder|chronic|.02,.05,.04,.02||generalized anxiety;GAD|sertraline|depscreen|0
F90.9|Attention-deficit hyperactivity disorder, unspecified type|chronic|.08,.02,.003,0||ADHD;attention deficit disorder|||0
F03.90|Unspecified dementia, unspecified severity, without behavioral disturbance, psychotic disturbance, mood disturbance, and anxiety|chronic|0,0,.002,.05||dementia;senile dementia|memantine||.05
G30.9|Alzheimer's disease, unspecified|chronic|0,0,.001,.04||Alzheimer disease;Alzheimer's|memantine||.05
G40.909|Epilepsy, unspecified, not intractable, without status epilepticus|chronic|.006,.006,.006,.008||epilepsy;seizure disorder|||.06
G43.909|Migraine, unspecified, not intractable, without status migrainosus|chronic|.02,.07,.05,.02||migraine;migraine headache|ibuprofen||0
G47.33|Obstructive sleep apnea (adult) (pediatric)|chronic|.003,.02,.06,.06||obstructive sleep apnea;OSA||cpap|0
K21.9|Gastro-esophageal reflux disease without esophagitis|chronic|.01,.05,.1,.12||acid reflux;GERD;reflux disease|||0
K76.0|Fatty (change of) liver, not elsewhere classified|chronic|.002,.01,.03,.03||fatty liver;hepatic steatosis|||0
L40.0|Psoriasis vulgaris|chronic|.002,.01,.02,.02||plaque psoriasis;psoriasis|||0
L20.9|Atopic dermatitis, unspecified|chronic|.06,.02,.01,.01||eczema;atopic eczema|||0
M17.11|Unilateral primary osteoarthritis, right knee|chronic|0,.004,.04,.1||osteoarthritis of right knee;OA right knee|ibuprofen|kneeright|.03
M17.12|Unilateral primary osteoarthritis, left knee|chronic|0,.004,.04,.1||osteoarthritis of left knee;OA left knee|ibuprofen|kneeleft|.03
M81.0|Age-related osteoporosis without current pathological fracture|chronic|0,0,.02,.12|F|osteoporosis;senile osteoporosis|||0
M06.9|Rheumatoid arthritis, unspecified|chronic|.001,.004,.01,.02||rheumatoid arthritis;RA|||.01
M10.9|Gout, unspecified|chronic|0,.006,.03,.05||gout;gouty arthritis|||0
N40.1|Benign prostatic hyperplasia with lower urinary tract symptoms|chronic|0,.002,.07,.2|M|BPH with LUTS;enlarged prostate with urinary symptoms||psa|.01
H40.9|Unspecified glaucoma|chronic|0,.002,.02,.06||glaucoma|||0
B18.2|Chronic viral hepatitis C|chronic|0,.004,.01,.006||chronic hepatitis C;HCV|||.01
J01.90|Acute sinusitis, unspecified|acute|.8,.9,.6,.4||acute sinusitis;sinus infection|amoxicillin||0
J02.9|Acute pharyngitis, unspecified|acute|1.8,.9,.4,.2||sore throat;acute pharyngitis|penicillin||0
J06.9|Acute upper respiratory infection, unspecified|acute|2.5,1,.7,.6||common cold;URI;upper respiratory tract infection|acetaminophen||0
J20.9|Acute bronchitis, unspecified|acute|.6,.6,.7,.9||acute bronchitis;bronchitis, acute|albuterol||.01
J18.9|Pneumonia, unspecified organism|acute|.2,.1,.2,.6||pneumonia;chest infection with consolidation|amoxicillin|ceftriaxone|.3
J10.1|Influenza due to other identified influenza virus with other respiratory manifestations|acute|.5,.3,.3,.3||influenza;flu|acetaminophen||.04
U07.1|COVID-19|acute|.6,.9,.9,1.1||coronavirus disease 2019;COVID;covid infection|acetaminophen|covidtest|.06
H66.91|Otitis media, unspecified, right ear|acute|1,.06,.03,.02||right otitis media;right middle ear infection|amoxicillin||0
H66.92|Otitis media, unspecified, left ear|acute|1,.06,.03,.02||left otitis media;left middle ear infection|amoxicillin||0
N39.0|Urinary tract infection, site not specified|acute|.2,.5,.5,1.1||urinary tract infection;UTI|amoxicillin||.05
L03.115|Cellulitis of right lower limb|acute|.03,.06,.1,.2||cellulitis of right leg|penicillin|ceftriaxone|.15
L03.116|Cellulitis of left lower limb|acute|.03,.06,.1,.2||cellulitis of left leg|penicillin|ceftriaxone|.15
S93.401A|Sprain of unspecified ligament of right ankle, initial encounter|acute|.3,.25,.12,.08||right ankle sprain;sprained right ankle|ibuprofen|crutches|0
S93.402A|Sprain of unspecified ligament of left ankle, initial encounter|acute|.3,.25,.12,.08||left ankle sprain;sprained left ankle|ibuprofen|crutches|0
S52.501A|Unspecified fracture of the lower end of right radius, initial encounter for closed fracture|acute|.12,.04,.05,.1||fracture of right distal radius;broken right wrist|acetaminophen||.1
S06.0X0A|Concussion without loss of consciousness, initial encounter|acute|.15,.06,.03,.06||concussion|acetaminophen||.03
T78.40XA|Allergy, unspecified, initial encounter|acute|.3,.2,.15,.1||allergic reaction;allergy|||.01
R07.9|Chest pain, unspecified|acute|.05,.3,.6,.6||chest pain||troponin|.1
R10.9|Unspecified abdominal pain|acute|.5,.6,.5,.4||abdominal pain;stomach ache|||.03
R53.83|Other fatigue|acute|.1,.3,.4,.5||fatigue;tiredness|||0
R73.03|Prediabetes|acute|.02,.3,.8,.8||prediabetes;pre-diabetes|||0
K35.80|Unspecified acute appendicitis|acute|.1,.08,.04,.03||acute appendicitis;appendicitis||appendectomy|.95
K80.20|Calculus of gallbladder without cholecystitis without obstruction|acute|.003,.08,.12,.16||gallstones;cholelithiasis||gallbladder|.3
K57.30|Diverticulosis of large intestine without perforation or abscess without bleeding|acute|0,.03,.15,.3||diverticulosis of colon;diverticulosis||colonoscopy|.02
I21.4|Non-ST elevation (NSTEMI) myocardial infarction|acute|0,.004,.05,.16||NSTEMI;non-ST elevation myocardial infarction|aspirin,clopidogrel|stent,cath|1
I63.9|Cerebral infarction, unspecified|acute|0,.004,.03,.14||ischemic stroke;cerebral infarction|clopidogrel||1
A41.9|Sepsis, unspecified organism|acute|.01,.01,.04,.16||sepsis;blood poisoning||ceftriaxone,ventilation|1
O80|Encounter for full-term uncomplicated delivery|acute|0,.45,0,0|F|normal delivery;uncomplicated delivery||delivery|1
E84.9|Cystic fibrosis, unspecified|chronic|.0006,.0003,.0001,0||cystic fibrosis;mucoviscidosis|albuterol||.15
G35|Multiple sclerosis|chronic|0,.002,.003,.002||multiple sclerosis;MS|||.03
G12.21|Amyotrophic lateral sclerosis|chronic|0,.0001,.0008,.0012||ALS;motor neurone disease|||.1
D66|Hereditary factor VIII deficiency|chronic|.0003,.0002,.0002,.0002|M|hemophilia A;factor VIII deficiency|||.05
M32.9|Systemic lupus erythematosus, unspecified|chronic|.0002,.001,.0012,.001|F|lupus;SLE|||.04
D57.1|Sickle-cell disease without crisis|chronic|.001,.0008,.0004,.0002||sickle cell disease;sickle cell anemia|||.1
Z00.00|Encounter for general adult medical examination without abnormal findings|checkup|0,5,6,8||annual physical;routine adult check-up||fluvaccine,wellness|0
Z00.129|Encounter for routine child health examination without abnormal findings|checkup|7,0,0,0||well child visit;routine child check-up||fluvaccine|0
"""

# The categories of the codes above: what an excerpt of the official list needs beside them.
_CATEGORIES = """
A41|Other sepsis
B18|Chronic viral hepatitis
C18|Malignant neoplasm of colon
C34|Malignant neoplasm of bronchus and lung
C50|Malignant neoplasm of breast
D57|Sickle-cell disorders
D64|Other anemias
E03|Other hypothyroidism
E10|Type 1 diabetes mellitus
E11|Type 2 diabetes mellitus
E66|Overweight and obesity
E78|Disorders of lipoprotein metabolism and other lipidemias
E84|Cystic fibrosis
F03|Unspecified dementia
F32|Depressive episode
F41|Other anxiety disorders
F90|Attention-deficit hyperactivity disorders
G12|Spinal muscular atrophy and related syndromes
G30|Alzheimer's disease
G40|Epilepsy and recurrent seizures
G43|Migraine
G47|Sleep disorders
H40|Glaucoma
H66|Suppurative and unspecified otitis media
I21|Acute myocardial infarction
I25|Chronic ischemic heart disease
I48|Atrial fibrillation and flutter
I50|Heart failure
I63|Cerebral infarction
J01|Acute sinusitis
J02|Acute pharyngitis
J06|Acute upper respiratory infections of multiple and unspecified sites
J10|Influenza due to other identified influenza virus
J18|Pneumonia, unspecified organism
J20|Acute bronchitis
J44|Other chronic obstructive pulmonary disease
J45|Asthma
K21|Gastro-esophageal reflux disease
K35|Acute appendicitis
K57|Diverticular disease of intestine
K76|Other diseases of liver
K80|Cholelithiasis
L03|Cellulitis and acute lymphangitis
L20|Atopic dermatitis
L40|Psoriasis
M06|Other rheumatoid arthritis
M10|Gout
M17|Osteoarthritis of knee
M32|Systemic lupus erythematosus (SLE)
M81|Osteoporosis without current pathological fracture
N18|Chronic kidney disease (CKD)
N39|Other disorders of urinary system
N40|Benign prostatic hyperplasia
R07|Pain in throat and chest
R10|Abdominal and pelvic pain
R53|Malaise and fatigue
R73|Elevated blood glucose level
S06|Intracranial injury
S52|Fracture of forearm
S93|Dislocation and sprain of joints and ligaments at ankle, foot and toe level
T78|Adverse effects, not elsewhere classified
U07|Emergency use of U07
Z00|Encounter for general examination without complaint, suspected or reported diagnosis
"""

# key|RxNorm code|text|cost
_DRUGS = """
lisinopril|314076|lisinopril 10 MG Oral Tablet|4
amlodipine|308136|amLODIPine 2.5 MG Oral Tablet|3
hydrochlorothiazide|310798|Hydrochlorothiazide 25 MG Oral Tablet|3
simvastatin|312961|Simvastatin 20 MG Oral Tablet|6
atorvastatin|259255|atorvastatin 80 MG Oral Tablet|9
metformin|860975|24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet|8
insulin|106892|insulin isophane, human 70 UNT/ML / insulin, regular, human 30 UNT/ML Injectable Suspension|140
levothyroxine|966222|levothyroxine sodium 0.075 MG Oral Tablet|7
iron|310325|ferrous sulfate 325 MG Oral Tablet|3
albuterol|745679|200 ACTUAT albuterol 0.09 MG/ACTUAT Metered Dose Inhaler|45
fluticasone|895994|120 ACTUAT fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler|160
aspirin|243670|aspirin 81 MG Oral Tablet|2
metoprolol|866412|24 HR metoprolol succinate 100 MG Extended Release Oral Tablet|11
nitroglycerin|705129|Nitroglycerin 0.4 MG/ACTUAT Mucosal Spray|60
furosemide|313988|Furosemide 40 MG Oral Tablet|3
warfarin|855332|Warfarin Sodium 5 MG Oral Tablet|6
clopidogrel|309362|Clopidogrel 75 MG Oral Tablet|9
paclitaxel|583214|Paclitaxel 100 MG Injection|520
sertraline|312938|Sertraline 100 MG Oral Tablet|8
fluoxetine|310385|FLUoxetine 20 MG Oral Capsule|7
memantine|996740|Memantine hydrochloride 2 MG/ML Oral Solution|95
ibuprofen|310965|Ibuprofen 200 MG Oral Tablet|3
acetaminophen|313782|Acetaminophen 325 MG Oral Tablet|2
amoxicillin|308182|Amoxicillin 250 MG Oral Capsule|9
penicillin|834061|Penicillin V Potassium 250 MG Oral Tablet|9
"""

# key|system|code|text|only in hospital
_PROCEDURES = """
strips|HCPCS|A4253|blood glucose test strips|
training|HCPCS|G0108|diabetes self-management training|
epo|HCPCS|J0885|epoetin injection|
dialysis|HCPCS|G0257|unscheduled dialysis|
chemo|HCPCS|J9267|paclitaxel infusion|
psa|HCPCS|G0103|prostate specific antigen test|
depscreen|HCPCS|G0444|depression screening|
cpap|HCPCS|E0601|CPAP device|
covidtest|HCPCS|U0003|SARS-CoV-2 test|
crutches|HCPCS|E0114|crutches|
troponin|HCPCS|G0378|hospital observation|
fluvaccine|HCPCS|G0008|influenza vaccination|
wellness|HCPCS|G0439|annual wellness visit|
ceftriaxone|HCPCS|J0696|ceftriaxone injection|
colonoscopy|HCPCS|G0121|screening colonoscopy|
stent|ICD-10-PCS|027034Z|coronary stent|yes
cath|ICD-10-PCS|4A023N7|left heart catheterization|yes
kneeright|ICD-10-PCS|0SRC0J9|replacement of right knee|yes
kneeleft|ICD-10-PCS|0SRD0J9|replacement of left knee|yes
appendectomy|ICD-10-PCS|0DTJ4ZZ|laparoscopic appendectomy|yes
gallbladder|ICD-10-PCS|0FT44ZZ|laparoscopic cholecystectomy|yes
ventilation|ICD-10-PCS|5A1935Z|ventilation under 24 hours|yes
delivery|ICD-10-PCS|10E0XZZ|delivery|yes
"""

# What sites write in the place of a diagnosis and is none.
NO_DISEASE = ["Full-time employment", "Received higher education", "Medication review due", "Stress at work",
              "Part-time employment", "Lives alone"]
BRITISH = {"anemia": "anaemia", "hemophilia": "haemophilia", "esophageal": "oesophageal", "tumor": "tumour",
           "hyperlipidemia": "hyperlipidaemia", "hypercholesterolemia": "hypercholesterolaemia",
           "ischemic": "ischaemic", "hemoglobin": "haemoglobin"}
# Codes that did not exist before a day.
SINCE = {"U07.1": datetime.date(2020, 4, 1)}


@dataclass(frozen=True)
class Condition:
    code: str
    title: str
    course: str
    rates: tuple
    sex: str
    synonyms: tuple
    drugs: tuple
    procedures: tuple
    hospital: float

    def rate(self, sex, age):
        """Chronic: the share who have it; otherwise episodes in ten years."""
        if self.sex and self.sex != sex:
            return 0.0
        return self.rates[(age >= 18) + (age >= 45) + (age >= 65)]


def _rows(text):
    return [line.split("|") for line in text.strip().splitlines()]


def _words(text, separator):
    return tuple(word for word in text.split(separator) if word)


CONDITIONS = [Condition(code, title, course, tuple(map(float, rates.split(","))), sex, _words(names, ";"),
                        _words(drugs, ","), _words(procedures, ","), float(hospital))
              for code, title, course, rates, sex, names, drugs, procedures, hospital in _rows(_CONDITIONS)]
CATEGORIES = dict(_rows(_CATEGORIES))
DRUGS = {key: (code, text, float(cost)) for key, code, text, cost in _rows(_DRUGS)}
PROCEDURES = {key: (system, code, text, bool(hospital)) for key, system, code, text, hospital in _rows(_PROCEDURES)}


def official_list():
    """The excerpt of ICD-10-CM that the model uses, in the layout of the official order file."""
    entries = {code: (0, title) for code, title in CATEGORIES.items()}
    entries.update({condition.code: (1, condition.title) for condition in CONDITIONS})
    lines = []
    for number, code in enumerate(sorted(entries, key=lambda code: code.replace(".", "")), 1):
        billable, title = entries[code]
        lines.append(f"{number:05d} {code.replace('.', ''):7} {billable} {title[:60]:60} {title}\n")
    return "".join(lines)


def code_groups():
    """The categories, as `blindlink-agent synthesize` reads groups of codes: prefix;title."""
    names = {condition.code: condition.title for condition in CONDITIONS if len(condition.code) == 3}
    return "".join(f"{code};{title}\n" for code, title in sorted({**names, **CATEGORIES}.items()))
