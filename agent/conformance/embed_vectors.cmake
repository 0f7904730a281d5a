# Writes OUT: the files VECTORS and PLAN as bytes in C++.
set(content "#include \"agent/conformance/published_vectors.h\"\n\nnamespace blindlink {\n")
foreach(pair IN ITEMS "PublishedVectors;VECTORS" "PublishedPlan;PLAN")
  list(GET pair 0 function)
  list(GET pair 1 file)
  file(READ "${${file}}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(0x[0-9a-f][0-9a-f],0x[0-9a-f][0-9a-f],0x[0-9a-f][0-9a-f],0x[0-9a-f][0-9a-f],0x[0-9a-f][0-9a-f],0x[0-9a-f][0-9a-f],0x[0-9a-f][0-9a-f],0x[0-9a-f][0-9a-f],)" "\\1\n" bytes "${bytes}")
  string(APPEND content "absl::string_view ${function}() {\n  static constexpr unsigned char kBytes[] = {${bytes}};\n"
    "  return {reinterpret_cast<const char*>(kBytes), sizeof(kBytes)};\n}\n")
endforeach()
string(APPEND content "}  // namespace blindlink\n")
file(WRITE "${OUT}" "${content}")
