#include "tests/population/name_lists.h"

namespace blindlink::population {

absl::string_view NicknameLines() {
  return R"(Robert Bob Bobby Rob Robbie
William Bill Will Billy Willie Liam
James Jim Jimmy Jamie
John Jack Johnny
Michael Mike Mick Mikey
Richard Rick Dick Rich Ricky
Joseph Joe Joey
Thomas Tom Tommy
Charles Charlie Chuck Chas
Christopher Chris Kit
Daniel Dan Danny
Matthew Matt
Anthony Tony
Donald Don Donnie
Steven Steve
Stephen Steve
Andrew Andy Drew
Joshua Josh
Kenneth Ken Kenny
Edward Ed Ted Eddie Ned
Ronald Ron Ronnie
Timothy Tim
Jeffrey Jeff
Nicholas Nick
Jonathan Jon
Lawrence Larry
Benjamin Ben
Samuel Sam
Gregory Greg
Alexander Alex
Raymond Ray
Patrick Pat
Gerald Jerry
Douglas Doug
Peter Pete
Walter Walt
Henry Hank Harry
Frederick Fred Freddie
Theodore Ted Theo
Eugene Gene
Zachary Zach
Nathaniel Nate Nathan
Leonard Len Lenny
Phillip Phil
Philip Phil
Bradley Brad
Randall Randy
Russell Russ
Vincent Vince
Albert Al Bert
Alfred Al Fred
Arthur Art
Clifford Cliff
Francis Frank
Franklin Frank
Gilbert Gil
Harold Hal Harry
Herbert Herb
Leroy Roy
Stanley Stan
Terrance Terry
Wesley Wes
Jacob Jake
Jackson Jack
Gabriel Gabe
Dominic Dom
Elijah Eli
Isaac Ike
Mitchell Mitch
Maurice Moe
Elizabeth Liz Beth Betty Eliza Lizzie
Patricia Pat Patty Trish
Jennifer Jen Jenny
Barbara Barb Barbie
Susan Sue Susie
Jessica Jess Jessie
Margaret Peggy Maggie Meg Marge
Kimberly Kim
Deborah Deb Debbie
Debra Deb Debbie
Rebecca Becky Becca
Cynthia Cindy
Kathleen Kathy Kate
Katherine Kate Kathy Katie
Kathryn Kathy Kate Katie
Catherine Cathy Kate
Christine Chris Chrissy
Christina Tina Chris
Pamela Pam
Samantha Sam
Victoria Vicky Tori
Jacqueline Jackie
Theresa Terry Tess
Teresa Terry Tess
Dorothy Dot Dottie
Virginia Ginny
Judith Judy
Amanda Mandy
Abigail Abby
Sandra Sandy
Angela Angie
Stephanie Steph
Melissa Missy
Michelle Shelly
Nicole Nicky
Madison Maddie
Isabella Bella Izzy
Gabriella Gabby
Alexandra Alex Lexi Sandra
Allison Allie
Charlotte Charlie Lottie
Eleanor Ellie Nell
Florence Flo
Frances Fran
Geraldine Gerry
Gertrude Gert Trudy
Josephine Jo Josie
Lillian Lily
Lucille Lucy
Mildred Millie
Natalie Nat
Rosemary Rose
Valerie Val
Veronica Ronnie
Suzanne Sue
Natasha Tasha
Cassandra Cassie
Constance Connie
Gwendolyn Gwen
Penelope Penny
José Pepe Joe
Francisco Paco Frank Pancho
Jesús Chuy
Guadalupe Lupe
Manuel Manny
Roberto Beto Bob
Eduardo Eddie Lalo
Enrique Kike
Ignacio Nacho
Rafael Rafa
Dolores Lola
Rosario Charo
Graciela Chela
Isabel Isa Chabela
María Mary)";
}

}  // namespace blindlink::population
