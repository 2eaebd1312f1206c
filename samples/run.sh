#!/usr/bin/env bash
# Plays the sample into an office of its own under build/demo/: a spring campaign of collective bargaining (春季要约行动)
# with 28 fictional enterprises of Hunan, and what follows to November 2025: refusals, disputes, supervision, change,
# end and renewal of contracts, regional and industry contracts, two enterprises of Henan.
#   samples/run.sh [--fresh]
#     --fresh   throw build/demo/ away and start over; otherwise what was done is kept and only the rest is done
# Installs missing Debian packages (tests/setup.sh) and builds build/anjuan first. The last line is "verify: ok".
# Exit status: 0 done and verified, 1 the sample or its verification failed, 2 it could not be built or run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
demo=$root/build/demo
sample=$root/samples/spring-offer
log=$root/build/demo.log

usage() { sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

fresh=
for argument in "$@"; do
  case $argument in
    --fresh) fresh=1 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "error: unknown argument: $argument" >&2; usage >&2; exit 2 ;;
  esac
done

"$root/tests/setup.sh" --build || exit 2
mkdir -p "$root/build"
if [ ! -e "$root/build/build.ninja" ]; then
  cmake -S "$root" -B "$root/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DANJUAN_TESTS=OFF \
    >"$root/build/configure.log" 2>&1 || { cat "$root/build/configure.log" >&2; exit 2; }
fi
echo "build: build/anjuan"
ninja -C "$root/build" --quiet anjuan || exit 2

office() { "$root/build/anjuan" --library "$root" -C "$demo" "$@"; }

# One step of the job: its results go to the log, its summary to the screen.
step() {
  local title=$1
  shift
  printf '== %s\n' "$title"
  printf '== %s\n' "$title" >>"$log"
  if ! office "$@" >>"$log"; then
    tail -n 20 "$log" >&2
    echo "error: \"$title\" failed; run this script again to go on, or with --fresh to start over" >&2
    exit 1
  fi
}

if [ -n "$fresh" ] && [ -e "$demo" ]; then
  if [ ! -e "$demo/office.db" ]; then
    echo "error: build/demo holds no office; remove it yourself if nothing in it is needed" >&2
    exit 2
  fi
  rm -rf "$demo"
fi
: >"$log"
if [ ! -e "$demo/office.db" ]; then
  step "办公库：岳阳市，时钟由示例推进" init "$demo" --area 430600 --clock manual --at "2023-03-01 08:00"
fi
step "导入28家企业" import enterprises "$sample/enterprises.csv"
step "导入河南2家，区域、行业协商的组织和覆盖企业12家" import enterprises "$sample/more-enterprises.csv"
step "导入人员账号" import accounts "$sample/accounts.csv"
step "导入增加单位的人员账号" import accounts "$sample/more-accounts.csv"
step "批量立案" open collective-consultation --for-each "$sample/enterprises.csv" --data "$sample/defaults.json"
step "批量制作要约书" fire prepare_offer --batch letters \
  --cases process=collective-consultation,state=drafting,campaign_id=2023年春季要约行动
step "2023年3月—7月：送达、应约、协商、签订、审查、公布" play "$sample/story.case"
step "2023年7月—10月：拒绝协商处理，争议协调处理" play "$sample/story-2-refusals.case"
step "2023年10月—2024年1月：履约监督，变更、解除" play "$sample/story-3-performance.case"
step "2024年2月—9月：续订，期满" play "$sample/story-4-renewals.case"
step "2024年9月—2025年11月：区域、行业、其他类型，河南" play "$sample/story-5-groups.case"

# Yueyang reports what lies in Yueyang; the four enterprises of other cities are theirs to report.
region=(--region 430600)
window=(--from 2023-03-01 --to 2023-06-30 "${region[@]}")
step "统计表、台账" sheet F01 "${window[@]}" -o "$demo/F01-春季要约行动情况统计表.xlsx"
office sheet F01A "${window[@]}" -o "$demo/F01A-拒绝协商情况说明.xlsx" >>"$log"
office sheet L02 "${region[@]}" -o "$demo/L02-要约台账.xlsx" >>"$log"
office sheet L11 "${region[@]}" -o "$demo/L11-审查备案台账.xlsx" >>"$log"

# The number of the one case that a query finds.
case_of() { office cases "$1" --json | sed -n 's/.*"case":"\([^"]*\)".*/\1/p'; }
campaign=process=collective-consultation,campaign_id=2023年春季要约行动

echo
echo "== 案卷（按流程和状态）"
office cases | sed '1,/^$/d'
echo
echo "== 文书（按种类）"
office docs
echo
office sheet F01 "${window[@]}"
echo
echo "== 有无人接收来文的案卷（履约监督的结果到达时，集体合同案卷已终结）"
office cases dead_letter=1 | sed '/^$/,$d'
cat <<EOF

== 文件（build/demo/）
documents/<案卷号>/   文书 PDF，$(find "$demo/documents" -name '*.pdf' | wc -l) 件，$(find "$demo/documents" -name '*.pdf' -printf '%f\n' | cut -d- -f1 | sort -u | wc -l) 种
$(cd "$demo" && printf '%s\n' ./*.xlsx | sed 's|^\./||')
office.db keys.json   办公库及其密钥：整个文件夹可以复制到别处使用
build/demo.log        每一步、每一件的办理结果

== 接着可以做
cd $root
build/anjuan -C build/demo cases process=performance-supervision,state=planned
build/anjuan -C build/demo show $(case_of "subject=E020,process=refusal-handling")
build/anjuan -C build/demo history $(case_of "subject=E012,$campaign")
build/anjuan -C build/demo tick --until 2026-01-01
build/anjuan -C build/demo replay

EOF
office verify || exit 1
