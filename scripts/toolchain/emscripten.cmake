# Emscripten, wherever it is installed; its own toolchain file does the work. Looked for in this
# order: EMSDK (an emsdk's folder, in the environment), what em-config says, beside emcc on PATH.
set(toolchain_file cmake/Modules/Platform/Emscripten.cmake)
if(NOT EXISTS ${FLUXGATE_EMSCRIPTEN_ROOT}/${toolchain_file})
  find_program(FLUXGATE_EM_CONFIG em-config)
  if(FLUXGATE_EM_CONFIG)
    execute_process(COMMAND ${FLUXGATE_EM_CONFIG} EMSCRIPTEN_ROOT OUTPUT_VARIABLE configured_root
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  find_program(FLUXGATE_EMCC emcc)
  get_filename_component(emcc_folder ${FLUXGATE_EMCC} REALPATH)
  get_filename_component(emcc_folder ${emcc_folder} DIRECTORY)

  foreach(root $ENV{EMSDK}/upstream/emscripten ${configured_root} ${emcc_folder})
    if(EXISTS ${root}/${toolchain_file})
      set(FLUXGATE_EMSCRIPTEN_ROOT ${root} CACHE PATH "Folder of emcc.py")
      break()
    endif()
  endforeach()
  if(NOT FLUXGATE_EMSCRIPTEN_ROOT)
    message(FATAL_ERROR
      "No Emscripten found. Put emcc on PATH or set EMSDK; on Debian: apt-get install emscripten")
  endif()
endif()
include(${FLUXGATE_EMSCRIPTEN_ROOT}/${toolchain_file})
