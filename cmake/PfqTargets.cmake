# Helpers shared by all folders: one place for warnings, sanitizers and embedding of files.

# An error in the presets of the checks only: at -O3, GCC 12 warns of the standard library's own strings.
option(PFQ_WERROR "treat warnings as errors" OFF)
set(PFQ_WARNINGS -Wall -Wextra -Wpedantic $<$<BOOL:${PFQ_WERROR}>:-Werror> -Wshadow -Wnon-virtual-dtor -Wunused-result)

# pfq_library(NAME sources...): a static library of this project with its warnings and include path.
function(pfq_library name)
  add_library(${name} STATIC ${ARGN})
  pfq_settings(${name})
endfunction()

option(PFQ_PRECOMPILE "precompile the standard headers that most sources include" ON)

function(pfq_settings target)
  if(PFQ_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp>")
  endif()
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${PFQ_WARNINGS}>")
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # GCC 12 warns of std::string's own memcpy (GCC bugs 105329 and 105651).
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict$<SEMICOLON>-Wno-array-bounds$<SEMICOLON>-Wno-stringop-overflow>)
  endif()
  if(PFQ_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${PFQ_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${PFQ_SANITIZE})
  endif()
  if(PFQ_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# pfq_embed(TARGET NAMESPACE file...): makes every file available to TARGET as
#   std::string_view pfq::embedded::NAMESPACE(std::string_view file_name)   (empty when there is no such file)
# declared in "embed/NAMESPACE.hpp".
function(pfq_embed target namespace)
  set(out ${CMAKE_BINARY_DIR}/generated/embed/${namespace})
  set(inputs)
  foreach(file ${ARGN})
    get_filename_component(path ${file} ABSOLUTE)
    list(APPEND inputs ${path})
  endforeach()
  string(REPLACE ";" "," joined "${inputs}")
  add_custom_command(
    OUTPUT ${out}.cpp ${out}.hpp
    COMMAND ${CMAKE_COMMAND} -DNAMESPACE=${namespace} -DOUT=${out} -DINPUTS=${joined} -P ${CMAKE_SOURCE_DIR}/cmake/Embed.cmake
    DEPENDS ${inputs} ${CMAKE_SOURCE_DIR}/cmake/Embed.cmake
    COMMENT "embedding ${namespace}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out}.cpp ${out}.hpp)
endfunction()

# pfq_test(NAME sources...): a GoogleTest executable, registered with CTest.
function(pfq_test name)
  add_executable(${name} ${ARGN})
  pfq_settings(${name})
  target_link_libraries(${name} PRIVATE GTest::gtest_main GTest::gmock)
  if(PFQ_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:<gtest/gtest.h$<ANGLE-R>>")
  endif()
  add_test(NAME ${name} COMMAND ${name})
endfunction()
