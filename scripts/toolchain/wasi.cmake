# A clang that makes WebAssembly with WASI's libc, from one of two places:
#   1. a wasi-sdk, when the variable WASI_SDK_PATH (CMake's or the environment's) names its folder;
#   2. a distribution's packages: the newest clang-N that has its own libc++ and compiler-rt for
#      wasm32. Their files lie in several folders and under an older name of the target, so a
#      sysroot of symbolic links is made in the build folder.
# Both compile for wasm32-wasip1 with an explicit sysroot: no header of the build machine is seen.
set(CMAKE_SYSTEM_NAME Generic)  # CMake knows WASI from 3.31 on only, and nothing is needed from it.
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(FLUXGATE_WASI TRUE)
set(target wasm32-wasip1)

# CMake reads this file again for each compiler check; these variables spare it the search.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES FLUXGATE_WASI_CLANG FLUXGATE_WASI_SYSROOT)

if(NOT WASI_SDK_PATH)
  set(WASI_SDK_PATH $ENV{WASI_SDK_PATH})
endif()

if(NOT FLUXGATE_WASI_CLANG AND WASI_SDK_PATH)
  set(FLUXGATE_WASI_CLANG ${WASI_SDK_PATH}/bin/clang++)
  set(FLUXGATE_WASI_SYSROOT ${WASI_SDK_PATH}/share/wasi-sysroot)
  if(NOT EXISTS ${FLUXGATE_WASI_CLANG} OR NOT EXISTS ${FLUXGATE_WASI_SYSROOT}/lib/${target})
    message(FATAL_ERROR "WASI_SDK_PATH=${WASI_SDK_PATH} holds no wasi-sdk, 20 or newer")
  endif()
endif()

if(NOT FLUXGATE_WASI_CLANG)
  foreach(version RANGE 40 16 -1)
    set(llvm /usr/lib/llvm-${version})
    find_program(FLUXGATE_CLANG_${version} clang++-${version})
    file(GLOB builtins ${llvm}/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a
                       ${llvm}/lib/clang/*/lib/wasm32-*wasi*/libclang_rt.builtins.a)
    file(GLOB libcxx ${llvm}/lib/wasm32-wasi*/libc++.a)
    file(GLOB libc /usr/include/wasm32-wasi*/stdlib.h)
    if(FLUXGATE_CLANG_${version} AND EXISTS ${llvm}/bin/wasm-ld AND builtins AND libcxx AND libc)
      set(FLUXGATE_WASI_CLANG ${FLUXGATE_CLANG_${version}})
      break()
    endif()
  endforeach()
  if(NOT FLUXGATE_WASI_CLANG)
    message(FATAL_ERROR
      "No compiler for WASI found. Set WASI_SDK_PATH, or on Debian: apt-get install clang-22 "
      "lld-22 wasi-libc libc++-22-dev-wasm32 libc++abi-22-dev-wasm32 libclang-rt-22-dev-wasm32")
  endif()

  # libc is WASI's own; libc++ is this clang's, never that of another version beside it.
  set(FLUXGATE_WASI_SYSROOT ${CMAKE_BINARY_DIR}/sysroot)
  file(REMOVE_RECURSE ${FLUXGATE_WASI_SYSROOT})
  foreach(folder include lib)
    set(links ${FLUXGATE_WASI_SYSROOT}/${folder}/${target})
    file(MAKE_DIRECTORY ${links})
    file(GLOB libc_files /usr/${folder}/wasm32-wasi*/*)
    list(FILTER libc_files EXCLUDE REGEX "/(libc)?[+][+][^/]*$|/c[+][+]$")
    file(GLOB libcxx_files ${llvm}/${folder}/wasm32-wasi*/*)
    foreach(file IN LISTS libc_files libcxx_files)
      get_filename_component(name ${file} NAME)
      file(CREATE_LINK ${file} ${links}/${name} SYMBOLIC)
    endforeach()
  endforeach()
endif()

set(CMAKE_CXX_COMPILER ${FLUXGATE_WASI_CLANG})
set(CMAKE_CXX_COMPILER_TARGET ${target})
set(CMAKE_SYSROOT ${FLUXGATE_WASI_SYSROOT})
set(CMAKE_CXX_FLAGS_INIT "-stdlib=libc++ -fno-exceptions")
set(CMAKE_EXE_LINKER_FLAGS_INIT -mexec-model=reactor)
set(CMAKE_EXECUTABLE_SUFFIX .wasm)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
