#!/usr/bin/env bash
# Installs what this project needs from Debian 12, and names it. Quick, and touches no network, when nothing is missing.
#   tests/setup.sh [--build] [--test] [--ci]      default: --build --test
#     --build   compilers, libraries, and the fonts that documents are set in: enough to build and use the program (graphviz draws charts)
#     --test    GoogleTest, Go (the second verifier of proofs) and the tools that look at the PDF and XLSX files the tests make
#     --ci      clang-format and clang-tidy
# Exit status: 0 all is there, 1 something could not be installed, 2 wrong usage or not a Debian system.
set -euo pipefail

build=(g++ cmake ninja-build ccache pkg-config
  libpoco-dev libssl-dev libsqlite3-dev zlib1g-dev libpcre2-dev libutf8proc-dev libexpat1-dev libzip-dev libpng-dev
  libhpdf-dev libqpdf-dev libdeflate-dev icc-profiles-free libqrencode-dev libzstd-dev libxlsxwriter-dev libcli11-dev nlohmann-json3-dev libintelrdfpmath-dev
  texlive-lang-chinese fonts-lxgw-wenkai graphviz)
test=(golang-go golang-golang-x-mod-dev libgtest-dev qpdf poppler-utils unzip zbar-tools libxml2-utils python3-jsonschema
  mupdf-tools ghostscript libreoffice-calc python3-openpyxl unicode-data bzip2
  default-jre-headless libpdfbox2-java libactivation-java libjaxb-api-java libcommons-logging-java)
ci=(git clang-format clang-tidy)

usage() { sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

wanted=()
for argument in "$@"; do
  case $argument in
    --build) wanted+=("${build[@]}") ;;
    --test) wanted+=("${test[@]}") ;;
    --ci) wanted+=("${ci[@]}") ;;
    -h | --help) usage; exit 0 ;;
    *) echo "error: unknown argument: $argument" >&2; usage >&2; exit 2 ;;
  esac
done
if [ $# = 0 ]; then wanted=("${build[@]}" "${test[@]}"); fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "error: this is not a Debian system; install the equivalents of: ${wanted[*]}" >&2
  exit 2
fi

missing_packages() {
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) \
    <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null |
      sed -n 's/ installed$//p' | sort -u)
}

mapfile -t missing < <(missing_packages)
if [ ${#missing[@]} = 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "error: missing packages, and neither root nor sudo to install them. As root, run:" >&2
    echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "installing from Debian: ${missing[*]}"
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -y "$@" </dev/null; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt update && apt install --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 15 "$log" >&2
  echo "error: installation failed; the lines above are apt-get's" >&2
  exit 1
fi
