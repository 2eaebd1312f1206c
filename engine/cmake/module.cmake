# anjuan_module(NAME DEPS other... LINK libraries...): one static library for each module.
# All .cc files of the folder belong to it; headers are found by repository path.
# DEPS are modules of ours (PUBLIC: their headers appear in ours); LINK are third-party
# libraries, PRIVATE because no third-party name appears in a header under engine/.
set(ANJUAN_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum
    -Wnon-virtual-dtor -Wold-style-cast -Werror)
# GCC 12's optimiser warns of things that are not there: overlapping copies in std::string's
# operator+ (bug 105651), uninitialised or overflowing members of optionals, variants and aggregates
# with default members (bugs 80635, 105329). clang's analysis of the same is on in the tidy check.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND ANJUAN_WARNINGS -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow)
endif()

function(anjuan_module name)
  cmake_parse_arguments(ARG "" "" "DEPS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  add_library(anjuan_${name} STATIC ${sources})
  add_library(anjuan::${name} ALIAS anjuan_${name})
  target_include_directories(anjuan_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(anjuan_${name} PRIVATE ${ANJUAN_WARNINGS})
  set(deps ${ARG_DEPS})
  list(TRANSFORM deps PREPEND anjuan_)
  target_link_libraries(anjuan_${name} PUBLIC ${deps} PRIVATE ${ARG_LINK})
endfunction()

# anjuan_test(NAME DEPS module...): one GoogleTest program from all *_test.cc of the folder.
function(anjuan_test name)
  cmake_parse_arguments(ARG "" "" "DEPS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  if(NOT sources)
    message(WARNING "tests/${name} has no tests")
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(${name}_test PRIVATE ${ANJUAN_WARNINGS})
  target_compile_definitions(${name}_test PRIVATE ANJUAN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set(deps ${ARG_DEPS})
  list(TRANSFORM deps PREPEND anjuan_)
  target_link_libraries(${name}_test PRIVATE ${deps} ${ARG_LINK} GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()
