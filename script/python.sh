# Finds or makes a Python that Home Assistant 2026.10 runs on. Sourced by script/setup after common.sh.
# Order: one that exists, one that uv can fetch, one built from the distribution's source archive.

readonly python_wanted='>=3.14.2'

# Patch releases to try, newest first, each with the SHA-256 its signed Debian source description states.
# An index may list a newer one that the pool no longer (or not yet) holds, so the pool is asked itself.
readonly python_sources='
3.14.7 3b48dac8fb59f62eaa67ac83c1eb12bda1b7a08406dd286e252c11a66be27f81
3.14.6 143b1dddefaec3bd2e21e3b839b34a2b7fb9842272883c576420d605e9f30c63
3.14.5 7e32597b99e5d9a39abed35de4693fa169df3e5850d4c334337ffd6a19a36db6
'

# Prints the path of a suitable interpreter; needs $uv and $cache.
find_python() {
  local found
  for found in "$cache"/python/*/bin/python3.14; do
    [[ -x $found ]] && { echo "$found"; return; }
  done
  if found=$("$uv" python find --no-project "$python_wanted" 2>/dev/null); then echo "$found"; return; fi
  say "no Python $python_wanted here: asking uv for one"
  if UV_PYTHON_INSTALL_DIR=$cache/uv-python "$uv" python install --quiet 3.14 2>/dev/null &&
    found=$(UV_PYTHON_INSTALL_DIR=$cache/uv-python "$uv" python find --no-project "$python_wanted" 2>/dev/null); then
    echo "$found"
    return
  fi
  build_python
}

build_python() {
  local work mirror version sha archive
  command -v cc >/dev/null || die "no C compiler: install one, or a Python $python_wanted, and run this again"
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m1 '/debian/$') ||
    die "no package mirror is configured to build Python from: install a Python $python_wanted and run this again"
  say "uv may not download here: building Python from the distribution's source archive (about 3 minutes, once)"
  apt_wants libssl-dev libffi-dev zlib1g-dev libsqlite3-dev libbz2-dev liblzma-dev xz-utils make
  mkdir -p "$cache/python"
  work=$(mktemp -d "$cache/build.XXXXXX")
  while read -r version sha; do
    [[ $version ]] || continue
    archive=${mirror}pool/main/p/python3.14/python3.14_$version.orig.tar.xz
    python3 -c 'import sys, urllib.request as r; r.urlretrieve(sys.argv[1], sys.argv[2])' "$archive" "$work/src.tar.xz" 2>/dev/null || {
      say "the mirror does not hold Python $version: trying an older one"
      continue
    }
    echo "$sha  $work/src.tar.xz" | sha256sum --check --quiet >&2 || die "the archive of Python $version is not the one expected: refusing to build it"
    compile_python "$work" "$version" && { rm -rf "$work"; echo "$cache/python/$version/bin/python3.14"; return; }
    die "Python $version did not build: see $work/build.log"
  done <<<"$python_sources"
  rm -rf "$work"
  die "the mirror holds no source of Python 3.14: install a Python $python_wanted and run this again"
}

# Installs beside the final place and moves it there whole, so that a broken build is never found later.
compile_python() {
  local work=$1 version=$2 prefix=$cache/python/$2
  say "compiling Python $version"
  {
    tar -xf "$work/src.tar.xz" -C "$work" &&
      cd "$work"/[Pp]ython*/ &&
      ./configure --prefix="$prefix" --without-ensurepip --disable-test-modules &&
      make -j"$(nproc)" &&
      make altinstall DESTDIR="$work/stage" &&
      mv "$work/stage$prefix" "$prefix"
  } >"$work/build.log" 2>&1 || return 1
  "$prefix/bin/python3.14" -c 'import ssl, sqlite3, ctypes, zlib, bz2, lzma' >>"$work/build.log" 2>&1 || {
    rm -rf "$prefix"
    say "the new Python lacks a part that Home Assistant needs"
    return 1
  }
}
