#include "absl/strings/str_cat.h"
#include "tests/population/name_lists.h"

namespace blindlink::population {

absl::string_view WomenOfEra(Era era) {
  switch (era) {
    case Era::kBefore1950:
      return R"(Mary Betty Barbara Dorothy Patricia Shirley Helen Margaret Carol Ruth Nancy Joan
Virginia Joyce Doris Judith Elizabeth Jean Frances Martha Beverly Marilyn Evelyn Mildred Alice Donna
Norma Lois Anna Gloria Janet Phyllis Dolores Lillian Marie Jane Sandra Annie Carolyn Ann Catherine
Marjorie Irene Rose Eleanor Florence Peggy Louise Rosemary June Audrey Ruby Josephine Sally Wanda
Edna Thelma Lucille Elaine Bonnie Geraldine Gladys Theresa Sarah Juanita Rita Grace Jacqueline
Marion Ethel Edith Katherine Hazel Clara Kathleen Bernice Delores Pauline Anne Emma Esther Gertrude
Ida Elsie Bessie Pearl Agnes Charlotte Vivian Sylvia Loretta Eileen Vera Myrtle Minnie Billie
Willie Maxine Jeanne Jessie Lorraine Nellie Georgia Arlene Mabel Lucy Velma Ella Darlene Naomi
Roberta Bertha Mattie Leona Stella Viola Erma Opal Faye Winifred Harriet Estelle Verna Genevieve
Cora Fannie Lena Blanche Henrietta Beulah Inez Alma Eunice Flora Lula Sadie Ora Nora Eva Della)";
    case Era::kBefore1975:
      return R"(Lisa Mary Susan Karen Kimberly Patricia Linda Donna Michelle Cynthia Sandra Deborah
Tammy Pamela Lori Laura Elizabeth Julie Brenda Jennifer Barbara Angela Sharon Debra Teresa Nancy
Christine Cheryl Denise Kelly Tina Kathleen Melissa Robin Amy Diane Dawn Carol Tracy Kathy Rebecca
Theresa Kim Rhonda Stephanie Cindy Janet Wendy Maria Michele Jacqueline Debbie Margaret Paula Sherry
Catherine Carolyn Laurie Sheila Ann Jill Connie Diana Terri Suzanne Beth Andrea Janice Valerie Renee
Leslie Christina Gina Annette Lynn Carrie Sarah Kristin Heather Stacy April Monica Heidi Shelly
Bonnie Regina Vicki Dana Katherine Anne Gail Joyce Yolanda Darlene Marie Judy Anita Rose Sheri
Yvonne Melanie Toni Colleen Joanne Sally Kristine Rita Carla Becky Maureen Charlene Ruth Sonya Jean
Peggy Loretta Alicia Victoria Beverly Felicia Vanessa Kristen Jodi Belinda Traci Wanda Rachel
Katrina Samantha Holly Penny Glenda Roxanne Marcia Ellen Bridget Gwendolyn Constance Lorraine)";
    case Era::kBefore1995:
      return R"(Jessica Jennifer Amanda Ashley Sarah Stephanie Melissa Nicole Elizabeth Heather
Tiffany Michelle Amber Megan Amy Rachel Kimberly Christina Lauren Crystal Brittany Rebecca Laura
Danielle Emily Samantha Angela Erin Kelly Sara Lisa Katherine Andrea Jamie Mary Erica Courtney
Kristen Shannon April Katie Lindsey Kristin Lindsay Christine Alicia Vanessa Maria Kathryn Allison
Julie Anna Tara Kayla Natalie Victoria Monica Jacqueline Holly Kristina Patricia Cassandra Brandy
Whitney Chelsea Brandi Catherine Cynthia Kathleen Veronica Leslie Natasha Krystal Stacy Diana Erika
Dana Jenna Meghan Carrie Leah Melanie Brooke Karen Alexandra Valerie Caitlin Julia Alyssa Jasmine
Hannah Stacey Brittney Susan Margaret Sandra Candice Latoya Bethany Misty Morgan Casey Ebony Keisha
Latasha Tamika Shanika Kendra Tasha Tabitha Destiny Alisha Candace Molly Gina Renee Krista Felicia
Adrienne Teresa Desiree Rosa Nina Sabrina Kelsey Mallory Paige Haley Bianca Raven Dominique)";
    case Era::kSince:
      return R"(Emily Emma Madison Olivia Isabella Hannah Abigail Ashley Sophia Samantha Elizabeth
Alexis Sarah Ava Grace Alyssa Lauren Mia Kayla Natalie Brianna Chloe Anna Taylor Ella Hailey Lily
Victoria Jasmine Addison Julia Sydney Megan Rachel Morgan Destiny Savannah Brooke Kaitlyn Jessica
Zoe Sofia Nicole Haley Makayla Trinity Maya Faith Katherine Allison Amelia Evelyn Charlotte Avery
Rebecca Gabriella Mackenzie Riley Leah Stephanie Layla Jordan Aaliyah Lillian Harper Paige Audrey
Kylie Claire Bailey Arianna Molly Lucy Aubrey Scarlett Nora Bella Piper Ruby Alexandra Mariah
Autumn Caroline Jocelyn Peyton Genesis Naomi Serenity Violet Skylar Nevaeh Kennedy Hazel Aria
Penelope Stella Eleanor Luna Brooklyn Ellie Paisley Annabelle Caitlyn Gianna Reagan Jada Kimora
Delaney Reese Camille Hadley Quinn Isla Ivy Willow Adeline Eliza Josephine Margaret Delilah Iris
Sienna Teagan London Emery Juliana Ariana Valentina Ximena Cecilia Harmony Eden Rylee Tessa Sage)";
  }
  return "";
}

absl::string_view HispanicWomen() {
  return R"(María Guadalupe Ana Rosa Carmen Juana Margarita Leticia Gloria Patricia Martha Elena
Silvia Teresa Adriana Alejandra Gabriela Verónica Claudia Norma Sandra Laura Alicia Irma Isabel
Yolanda Blanca Esperanza Francisca Josefina Luz Esmeralda Beatriz Araceli Maribel Graciela Rocío
Lorena Mónica Karina Daniela Mariana Diana Yesenia Marisol Elvira Socorro Consuelo Catalina
Dolores Rebeca Angélica Fernanda Valeria Camila Ximena Natalia Lucía Paola Liliana Cristina Sofía
Estela Amparo Ofelia Raquel Susana Julia Dulce Perla Noemí Magdalena Aurora Eva Inés Fabiola)";
}
absl::string_view ChineseWomen() {
  return R"(Mei Li Xiu Ying Fang Jing Yan Hui Na Min Xia Hong Ling Qing Yun Lan Juan Ping Rong Xiao
Jie Hua Lin Yu-Ting Amy Grace Tiffany Vivian Connie Ji-Young Soo-Jin Hye-Jin Eun-Ji Mi-Kyung)";
}
absl::string_view VietnameseWomen() {
  return R"(Lan Huong Mai Linh Thuy Hoa Trang Nga Phuong Thu Hanh Loan Ngoc Hien Dung Yen Anh Tuyet
Nhung Ha Oanh Xuan Thao Van Bich Kim-Anh My Hong Quynh Chi Diep Tram Uyen Vy Hang)";
}
absl::string_view JapaneseWomen() {
  return R"(Yuki Keiko Yoko Michiko Akiko Naomi Sachiko Emi Kyoko Tomoko Haruka Sakura Yumi Mariko
Kazuko Hanako Aiko Fumiko Reiko Noriko Chieko Masako Setsuko Rina Aoi Hina Mika Kaori)";
}
absl::string_view IndianWomen() {
  return R"(Priya Anjali Sunita Anita Kavita Pooja Neha Divya Lakshmi Meena Rekha Deepa Asha Shanti
Radha Swati Nisha Sneha Usha Geeta Aarti Rani Padma Leela Anusha Shreya Ananya Fatima Aisha Zainab
Maryam Khadija Amina Noor Yasmin Sana)";
}

std::vector<std::string> RareWomen() {
  constexpr absl::string_view kStarts[] = {"La", "Sha", "Ta", "Ke", "Ja", "Mar", "Bri", "De", "Ka",
                                           "Ky", "Jo",  "Ro", "Ma", "Ai", "El",  "Car", "Li"};
  constexpr absl::string_view kEnds[] = {
      "nisha", "lynn", "quita",  "keisha", "tasha", "niqua", "leigh", "lena",  "rissa", "nelle",
      "delle", "mara", "sandra", "bella",  "vonne", "netta", "rina",  "lisha", "sey",   "lyssa"};
  std::vector<std::string> names;
  for (const absl::string_view end : kEnds) {
    for (const absl::string_view start : kStarts) {
      names.push_back(absl::StrCat(start, end));
    }
  }
  return names;
}

}  // namespace blindlink::population
