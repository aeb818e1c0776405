# Script: writes the source of pfq::codegen::build_id().
string(REPLACE "," ";" files "${INPUTS}")
set(digests "llvm ${VERSION}")
foreach(file ${files})
  file(SHA256 ${file} digest)
  string(APPEND digests " ${digest}")
endforeach()
string(SHA256 id "${digests}")
file(WRITE ${OUT} "#include \"codegen/build.hpp\"\nstd::string pfq::codegen::build_id() {\n    return \"${id}\";\n}\n")
