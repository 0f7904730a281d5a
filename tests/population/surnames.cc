#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/population/name_lists.h"

namespace blindlink::population {
namespace {

constexpr absl::string_view kCommon =
    R"(Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Thomas Taylor Moore Jackson
Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill
Green Adams Baker Nelson Hall Campbell Mitchell Carter Roberts Phillips Evans Turner Parker Collins
Edwards Stewart Morris Murphy Cook Rogers Morgan Peterson Cooper Reed Bailey Bell Kelly Howard Ward
Cox Richardson Wood Watson Brooks Bennett Gray James Hughes Price Myers Long Foster Sanders Ross
Powell Sullivan Russell Perry Butler Barnes Fisher Henderson Coleman Simmons Patterson Jordan
Reynolds Hamilton Graham Kim Wallace Cole West Hayes Bryant Ellis Stevens Murray Ford Marshall
Owens McDonald Harrison Kennedy Wells Woods Henry Gibson Hunter Mason Hicks Dixon Hunt Rice
Robertson Black Warren Mills Grant Stone Knight Ferguson Rose Hawkins Dunn Perkins Hudson Spencer
Gardner Stephens Payne Pierce Berry Matthews Arnold Wagner Willis Ray Watkins Olson Carroll Duncan
Snyder Hart Cunningham Bradley Lane Andrews Harper Fox Riley Armstrong Carpenter Weaver Greene
Lawrence Elliott Sims Austin Peters Kelley Franklin Lawson Fields Ryan Schmidt Carr Wheeler Chapman
Oliver Montgomery Richards Williamson Johnston Banks Meyer Bishop McCoy Howell Morrison Hansen
Harvey Little Burton Stanley George Jacobs Reid Fuller Lynch Dean Gilbert Garrett Welch Larson
Frazier Burke Hanson Day Moreno Fowler Brewer Hoffman Carlson Silva Pearson Holland Douglas Fleming
Jensen Byrd Davidson Hopkins May Terry Wade Walters Curtis Neal Caldwell Lowe Jennings Barnett
Graves Jimenez Horton Shelton Barrett Obrien Castro Sutton Gregory McKinney Lucas Miles Craig
Chambers Holt Lambert Fletcher Watts Bates Hale Rhodes Pena Beck Newman Haynes McDaniel Bush Vaughn
Parks Dawson Norris Hardy Love Steele Curry Powers Schultz Barker Page Ball Keller Chandler Weber
Leonard Walsh Lyons Ramsey Wolfe Schneider Mullins Benson Sharp Bowen Daniel Barber Cummings Hines
Baldwin Griffith Hubbard Reeves Stevenson Burgess Warner Cohen Levine Goldberg Friedman Katz Novak
Kowalski Nowak Petrov Ivanov Rossi Romano Esposito Ricci Russo Greco Larsen Olsen Nilsson Lindgren
Muller Fischer Becker Schwartz Krueger Zimmerman Vandyke Visser DeJong Dubois Leblanc Boudreaux
Fontenot Hebert Landry Thibodeaux Guidry Washington Jefferson Booker Freeman Gaines Tolliver)";

constexpr absl::string_view kStems[] = {
    "Ash",  "Barn", "Black", "Brad",  "Brook", "Burn", "Cald", "Carl", "Clay", "Crom",  "Dal",
    "East", "El",   "Fair",  "Far",   "Glad",  "Hal",  "Hart", "Hay",  "Hol",  "Kings", "Lang",
    "Law",  "Mar",  "Mid",   "New",   "Nor",   "Oak",  "Os",   "Pem",  "Ray",  "Red",   "Rock",
    "Ship", "Stan", "Stock", "Thorn", "Wal",   "Wes",  "Whit", "Win",  "Wood", "Al",    "Bur",
    "Can",  "Den",  "Ever",  "Gar",   "Ham",   "Ken",  "Lin",  "Mans", "Pres", "Ruther"};
constexpr absl::string_view kEnds[] = {
    "bridge", "brook", "burn", "bury", "by",   "den",  "field", "ford",  "ham",   "land", "ley",
    "man",    "more",  "shaw", "ton",  "wall", "well", "wick",  "worth", "combe", "stead"};
constexpr absl::string_view kGaelic[] = {"Brien",  "Connor", "Neill", "Carthy",   "Donnell",
                                         "Grath",  "Guire",  "Kenna", "Laughlin", "Malley",
                                         "Rourke", "Shea",   "Toole", "Hara",     "Keefe",
                                         "Leary",  "Mahon",  "Manus", "Farland",  "Cormick"};
constexpr absl::string_view kSlavic[] = {"Kamin",  "Lewan",  "Wisniew", "Dombrow",
                                         "Zielin", "Jablon", "Malin",   "Kozlow",
                                         "Stras",  "Walew",  "Piotrow", "Olszew"};
constexpr absl::string_view kGerman[] = {"Hoff",   "Bau",    "Leh",  "Neu",   "Kauf",
                                         "Zimmer", "Her",    "Wein", "Stein", "Rosen",
                                         "Gold",   "Silber", "Gross"};
constexpr absl::string_view kGermanEnds[] = {"mann", "meier", "berg", "stein", "bach",
                                             "baum", "feld",  "thal", "heim",  "hauser"};
constexpr absl::string_view kNordic[] = {"Ander", "Carl", "Erik", "Gustaf", "Han", "Jakob", "Knut",
                                         "Lar",   "Mag",  "Niel", "Ol",     "Pet", "Sven",  "Tor"};

template <typename Starts, typename Ends>
void Compose(const Starts& starts, const Ends& ends, std::vector<std::string>& names) {
  for (const absl::string_view end : ends) {
    for (const absl::string_view start : starts) names.push_back(absl::StrCat(start, end));
  }
}

}  // namespace

absl::string_view HispanicSurnames() {
  return R"(García Rodríguez Martínez Hernández López González Pérez Sánchez Ramírez Torres Flores
Rivera Gómez Díaz Cruz Reyes Morales Gutiérrez Ortiz Ramos Chávez Mendoza Ruiz Álvarez Castillo
Jiménez Vásquez Romero Herrera Medina Aguilar Vargas Castro Guzmán Méndez Fernández Muñoz Salazar
Garza Soto Vega Peña Ríos Espinoza Delgado Contreras Guerrero Maldonado Estrada Ortega Núñez Juárez
Valdez Domínguez Carrillo Santiago Velásquez Cervantes Figueroa Luna Montoya Acosta Padilla Ayala
Cortez Molina Rosales Serrano Cabrera Mejía Navarro Salinas Solís Trujillo Fuentes Rojas Lara
Avila Orozco Santos Camacho Robles Zamora Ochoa Pacheco Miranda Cárdenas Sandoval Marquez Escobar
Barrera Villarreal Cisneros Bautista Rosario Colón Nieves Quintero Arellano Tapia Valencia Galván)";
}
absl::string_view ParticleSurnames() {
  return "De La Cruz|De León|De La Rosa|Del Valle|De La Torre|De La Garza|Del Río|De Jesús|De Los "
         "Santos|De La Fuente|Del Toro|De Anda|De La Paz|Del Rosario|Ponce De León";
}
absl::string_view ChineseSurnames() {
  return R"(Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Lin Guo He Gao Liang
Zheng Luo Song Xie Tang Chan Wong Chang Cheng Kim Lee Park Choi Jung Kang Cho Yoon Lim Han Shin)";
}
absl::string_view VietnameseSurnames() {
  return "Nguyen Tran Le Pham Hoang Huynh Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dinh Mai Trinh "
         "Cao";
}
absl::string_view JapaneseSurnames() {
  return R"(Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada
Sasaki Yamaguchi Matsumoto Inoue Kimura Hayashi Shimizu Saito Ono Okada Fujita Ogawa Goto Hasegawa
Ishii Endo Aoki Sakamoto Fukuda Nishimura Ota Miura Fujii Kaneko Nakagawa Harada Ohara)";
}
absl::string_view IndianSurnames() {
  return R"(Patel Singh Kumar Sharma Shah Khan Gupta Reddy Rao Desai Mehta Joshi Nair Iyer Verma Jain
Agarwal Chopra Kapoor Malhotra Bhatt Das Banerjee Mukherjee Pillai Menon Kaur Gill Ahmed Ali Hussain
Malik Sheikh Siddiqui Rahman Chowdhury Mishra Pandey Trivedi Naidu)";
}

std::vector<std::string> GeneralSurnames() {
  std::vector<std::string> names = Words(kCommon);
  constexpr absl::string_view kIrish[] = {"O'", "Mc", "Mac"};
  for (const absl::string_view stem : kGaelic) {
    for (const absl::string_view start : kIrish) names.push_back(absl::StrCat(start, stem));
  }
  for (const absl::string_view start : {"St. ", "Van ", "Van Der ", "Le"}) {
    for (const absl::string_view stem : {"Pierre", "Berg", "Clair", "Hoeven", "Marchand", "Meer"}) {
      names.push_back(absl::StrCat(start, stem));
    }
  }
  constexpr absl::string_view kSki[] = {"ski", "sky", "icz"};
  constexpr absl::string_view kSons[] = {"son", "sen", "strom", "quist", "dahl", "lund"};
  Compose(kNordic, kSons, names);
  Compose(kSlavic, kSki, names);
  Compose(kGerman, kGermanEnds, names);
  Compose(kStems, kEnds, names);
  // The long tail: one American in six has a rare surname.
  for (const absl::string_view middle : {"ing", "er", "en", "s", "el"}) {
    std::vector<std::string> longer;
    for (const absl::string_view stem : kStems) longer.push_back(absl::StrCat(stem, middle));
    Compose(longer, kEnds, names);
  }
  return names;
}

std::vector<std::string> Words(absl::string_view list) {
  return absl::StrSplit(list, absl::ByAnyChar(" \n"), absl::SkipEmpty());
}

}  // namespace blindlink::population
