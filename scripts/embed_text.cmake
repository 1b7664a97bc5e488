# Makes C++ constants of text files.
#
#   fluxgate_embed_text(<target> <src/room/folder/stem.ext> [<variable>] FORM json|compact)
#
# For src/prompt/templates/reasoning.txt, the target's files may then say
#
#   #include "prompt/reasoning.gen.h"   // inline constexpr std::string_view fluxgate::kReasoning
#
# The variable is `k` and the stem in TitleCase unless one is given. FORM json: the inside of
# a JSON string (RFC 8259 section 7) that means the file without its last line end; bytes above 0x7F
# stay as they are. FORM compact, for HTML, CSS and JavaScript: the file without indentation and
# without the lines that are a whole comment, `/* ... */` or `// ...`; nothing in it may need them.
# CSS and JavaScript are minified by esbuild, where npm has installed it; names that a script has at
# its top stay, for another one may use them.
# The same file is the tool that the build then runs: cmake -DSOURCE= -DOUTPUT= -DVARIABLE= -DFORM=
# -DESBUILD= -P embed_text.cmake

if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(FLUXGATE_EMBED_TEXT_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
  find_program(FLUXGATE_ESBUILD esbuild PATHS ${PROJECT_SOURCE_DIR}/node_modules/.bin
    NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)

  function(fluxgate_embed_text target source)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "FORM" "")
    if(NOT arg_FORM MATCHES "^(json|compact)$")
      message(FATAL_ERROR "fluxgate_embed_text: FORM is json or compact, not '${arg_FORM}'")
    endif()
    get_filename_component(source ${source} ABSOLUTE)
    get_filename_component(stem ${source} NAME_WE)
    get_filename_component(room_dir ${source}/../.. ABSOLUTE)
    get_filename_component(room ${room_dir} NAME)

    set(variable ${arg_UNPARSED_ARGUMENTS})
    if(NOT variable)
      set(variable k)
      string(REGEX MATCHALL "[A-Za-z0-9]+" words ${stem})
      foreach(word IN LISTS words)
        string(SUBSTRING ${word} 0 1 initial)
        string(SUBSTRING ${word} 1 -1 rest)
        string(TOUPPER ${initial} initial)
        string(APPEND variable ${initial}${rest})
      endforeach()
    endif()

    set(header ${PROJECT_BINARY_DIR}/generated/${room}/${stem}.gen.h)
    add_custom_command(
      OUTPUT ${header}
      COMMAND ${CMAKE_COMMAND} -DSOURCE=${source} -DOUTPUT=${header} -DVARIABLE=${variable}
              -DFORM=${arg_FORM} -DESBUILD=${FLUXGATE_ESBUILD} -P ${FLUXGATE_EMBED_TEXT_SCRIPT}
      DEPENDS ${source} ${FLUXGATE_EMBED_TEXT_SCRIPT}
      COMMENT "Embedding ${room}/${stem}"
      VERBATIM)
    target_sources(${target} PRIVATE ${header})
  endfunction()
  return()
endif()

# Worked on as hexadecimal digits, so that no byte can mean anything to CMake or to the compiler.
# `\x` stands before each pair: a replacement never takes halves of two bytes for one.
set(text_file ${SOURCE})
if(FORM STREQUAL "compact" AND ESBUILD AND SOURCE MATCHES "\\.(css|js)$")
  set(text_file ${OUTPUT}.min)
  execute_process(
    COMMAND ${ESBUILD} ${SOURCE} --minify --charset=utf8 --target=es2022 --outfile=${text_file}
      --log-level=warning
    RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "esbuild cannot minify ${SOURCE}")
  endif()
endif()
file(READ ${text_file} text HEX)
if(FORM STREQUAL "json")
  string(REGEX REPLACE "(0d)?0a$" "" text "${text}")
endif()
string(REGEX REPLACE "(..)" "\\\\x\\1" text "${text}")
if(FORM STREQUAL "compact")
  set(start "(^|\\\\x0a)")
  string(REGEX REPLACE "${start}(\\\\x20)+" "\\1" text "${text}")
  string(REGEX REPLACE "${start}\\\\x2f\\\\x2[af](\\\\x0[^a]|\\\\x[^0].)*" "" text "${text}")
endif()
if(FORM STREQUAL "json")
  string(REPLACE "\\x5c" "\\x5c\\x5c" text "${text}")
  string(REPLACE "\\x22" "\\x5c\\x22" text "${text}")
  foreach(pair 08:62 09:74 0a:6e 0c:66 0d:72)  # \b \t \n \f \r
    string(REGEX MATCH "(..):(..)" _ ${pair})
    string(REPLACE "\\x${CMAKE_MATCH_1}" "\\x5c\\x${CMAKE_MATCH_2}" text "${text}")
  endforeach()
  foreach(high 0 1)
    foreach(low 0 1 2 3 4 5 6 7 8 9 a b c d e f)
      string(HEX ${low} digit)
      string(REPLACE "\\x${high}${low}" "\\x5c\\x75\\x30\\x30\\x3${high}\\x${digit}" text "${text}")
    endforeach()
  endforeach()
endif()
string(LENGTH "${text}" length_bytes)
math(EXPR length_bytes "${length_bytes} / 4")
# One line of the text, one line of the literal.
string(REGEX REPLACE "(\\\\x0a|\\\\x5c\\\\x6e)" "\\1\"\n    \"" text "${text}")

file(WRITE ${OUTPUT} "// Made by scripts/embed_text.cmake.
#pragma once

#include <string_view>

namespace fluxgate {

inline constexpr std::string_view ${VARIABLE}{
    \"${text}\", ${length_bytes}};

}  // namespace fluxgate
")
