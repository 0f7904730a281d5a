#include "absl/strings/str_cat.h"
#include "tests/population/name_lists.h"

namespace blindlink::population {

absl::string_view MenOfEra(Era era) {
  switch (era) {
    case Era::kBefore1950:
      return R"(Robert James John William Charles Richard Donald George Thomas Joseph David Edward
Ronald Paul Kenneth Raymond Gerald Frank Harold Larry Walter Jack Albert Carl Jerry Arthur Henry
Eugene Roger Ralph Willie Billy Lawrence Louis Harry Roy Howard Norman Joe Fred Earl Wayne Donnie
Ernest Clarence Stanley Leonard Leroy Samuel Francis Alfred Herbert Bernard Melvin Marvin Lloyd
Theodore Frederick Clifford Russell Gordon Floyd Leo Glenn Vernon Ray Clyde Leon Lester Dale Gene
Warren Vincent Edwin Elmer Milton Chester Wallace Arnold Cecil Oscar Lewis Everett Claude Homer
Herman Alvin Virgil Hubert Wilbur Luther Rudolph Otis Roland Marion Edgar Sidney Max Sherman Emil
Irving Morris Percy Clinton Wilson Dewey Orville Roscoe Ellis Rufus Alton Merle Archie Benny Grover
Ervin Delbert Willis Felix Dominic August Hugh Nathaniel Cornelius Julius Amos Elbert Ira Horace)";
    case Era::kBefore1975:
      return R"(Michael James David John Robert William Mark Richard Thomas Jeffrey Steven Joseph
Timothy Kevin Scott Brian Charles Paul Daniel Christopher Kenneth Anthony Gregory Ronald Donald Gary
Stephen Eric Edward Douglas Todd Patrick George Keith Larry Matthew Terry Andrew Dennis Randy Jerry
Peter Frank Craig Raymond Jeffery Bruce Rodney Mike Roger Tony Ricky Steve Jeff Troy Alan Carl Danny
Russell Bryan Chris Phillip Bradley Tracy Randall Glenn Dale Darren Barry Wayne Joel Allen Marc
Vincent Martin Curtis Darrell Jay Lance Kirk Dean Brent Kurt Stuart Roy Mitchell Lonnie Derek Shawn
Bobby Micheal Jon Wesley Marcus Duane Eddie Brad Karl Guy Clifton Neil Perry Gilbert Stanley Kelly
Darryl Dwayne Reginald Tyrone Clayton Jerome Byron Willard Rex Garry Kent Lyle Monte Denny Brett
Rick Doug Greg Ken Dwight Maurice Leslie Gene Johnny Jimmy Franklin Lynn Ross Cary Von Grant Toby
Roderick Cedric Rusty Bart Chuck Ward Quentin Roland Daryl Marty Robin Laurence Geoffrey Conrad)";
    case Era::kBefore1995:
      return R"(Michael Christopher Matthew Joshua David James Daniel Robert John Joseph Jason
Justin Andrew Ryan William Brian Brandon Jonathan Nicholas Anthony Eric Adam Kevin Thomas Steven
Timothy Kyle Richard Jeremy Benjamin Jeffrey Mark Aaron Charles Jacob Stephen Patrick Sean Zachary
Nathan Tyler Dustin Paul Travis Gregory Kenneth Bryan Alexander Cody Jesse Bradley Samuel Derek
Chad Shawn Edward Jared Jordan Marcus Peter Corey Keith Joel Ian Casey Evan Austin Phillip Antonio
Shane Brett Donald Ronald George Erik Cory Nathaniel Lucas Seth Trevor Derrick Wesley Gabriel Erick
Raymond Blake Garrett Micah Brent Vincent Frank Adrian Alex Douglas Mitchell Spencer Dylan Caleb
Devin Taylor Curtis Philip Gary Clinton Logan Colin Cameron Drew Ross Marc Dominique Darius Terrell
Andre Jamal Darnell Tyrone Lamar Malik Deandre Terrance Desmond Rashad Jermaine Kareem Demetrius
Clayton Brady Tanner Preston Bryant Grant Troy Neil Randall Geoffrey Max Dane Heath Kurtis Levi)";
    case Era::kSince:
      return R"(Jacob Michael Ethan Joshua Matthew Alexander Daniel Noah William Jayden Anthony
Christopher Andrew Liam Joseph Mason David Aiden Logan James Ryan Benjamin Elijah Nathan Jackson
Tyler Samuel Gabriel Nicholas John Dylan Brandon Caleb Christian Jonathan Lucas Evan Isaac Luke
Gavin Owen Austin Zachary Jack Justin Connor Landon Isaiah Cameron Jordan Hunter Wyatt Carter Aaron
Robert Thomas Adrian Charles Kevin Julian Henry Sebastian Chase Eli Levi Brayden Ian Cole Xavier
Dominic Parker Colton Cooper Blake Brody Jaden Carson Max Sean Hayden Oliver Tristan Miles Grayson
Lincoln Asher Nolan Bentley Jace Easton Ryder Micah Jaxon Declan Theodore Silas Kai Ezra Maverick
Hudson Camden Kaden Malachi Jayce Braxton Giovanni Emmett Sawyer Weston Axel Bryson Finn Beckett
Damian Zane Kingston Griffin Myles Elias Tucker Trenton Conner Peyton Riley Ashton Bryce Drake
Dalton Garrett Corbin Keegan Quinn Rowan Tate Zion Jude August Graham Holden Reid Pierce Quincy)";
  }
  return "";
}

absl::string_view HispanicMen() {
  return R"(José Juan Luis Carlos Miguel Jesús Jorge Manuel Francisco Antonio Pedro Alejandro Roberto
Ángel Ricardo Fernando Eduardo Javier Rafael Daniel David Raúl Sergio Mario Víctor Alberto Ramón
Héctor Enrique Oscar Rubén Arturo Andrés Jaime Gerardo Armando César Guillermo Gustavo Salvador
Julio Alfredo Felipe Marco Hugo Ernesto Pablo Ignacio Diego Gabriel Adrián Iván Martín Rodrigo Omar
Alfonso Santiago Mateo Emilio Joaquín Esteban Tomás Leonardo Saúl Noé Gilberto Rogelio Efraín
Humberto Agustín Israel Lorenzo Moisés Abel Octavio Rigoberto Adolfo Benito Cristian Fabián)";
}
absl::string_view ChineseMen() {
  return R"(Wei Jun Ming Jian Lei Hao Feng Yi Bin Qiang Tao Yong Peng Hui Kai Xin Zhi Hong Dong Cheng
Liang Bo Gang Chao Henry Kevin Jason Eric David Andrew Min-Jun Sung-Ho Jin Ji-Hoon Young-Ho)";
}
absl::string_view VietnameseMen() {
  return R"(Minh Anh Hung Dung Tuan Hai Duc Long Thanh Quang Nam Hoang Son Khanh Binh Phuc Tam Vinh
Cuong Hieu Trung Loc Thang Khoa Bao Dat Huy Phong Tien Viet Van-Hai Quoc Toan Kevin Andy)";
}
absl::string_view JapaneseMen() {
  return R"(Hiroshi Takashi Kenji Akira Kazuo Makoto Satoshi Yuki Daisuke Kenta Ryo Takeshi Shigeru
Masao Yoshio Hideki Ichiro Koji Noboru Tetsuo Shinji Haruto Sota Ren Jun Osamu Isamu Minoru)";
}
absl::string_view IndianMen() {
  return R"(Rajesh Amit Sanjay Vijay Anil Suresh Ravi Rahul Arjun Ramesh Ashok Vikram Sunil Deepak
Manoj Arun Prakash Nikhil Rohan Karthik Anand Harish Mohan Krishna Ajay Gaurav Vivek Kiran Dev
Mohammed Ahmed Ali Hassan Omar Imran Tariq Bilal Yusuf Khalid)";
}

std::vector<std::string> RareMen() {
  constexpr absl::string_view kStarts[] = {"Ja",  "De", "Ke",  "Ty", "Da", "Mar", "La", "Bra", "Ka",
                                           "Tre", "Je", "Jay", "Ra", "Zy", "Cor", "Al", "Ker"};
  constexpr absl::string_view kEnds[] = {
      "marcus", "von", "shawn", "quan", "rell", "vion", "mari", "den", "lon",  "tavious",
      "mond",   "ron", "vante", "coby", "kwon", "rick", "sean", "lin", "bert", "win"};
  std::vector<std::string> names;
  for (const absl::string_view end : kEnds) {
    for (const absl::string_view start : kStarts) {
      names.push_back(absl::StrCat(start, end));
    }
  }
  return names;
}

}  // namespace blindlink::population
