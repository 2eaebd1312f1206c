"""Reads our event logs with pm4py and prints where they say something else than the histories.

compare.py LOG.xes LOG.json EXPECTED.json    LOG.json: OCEL 2.0
EXPECTED.json: {case: [{"activity": …, "time": UTC with Z, "seq": place in the case}, …]}
Exit status 0: the same events, in the same order, at the same moments.
"""
import json
import sys
from datetime import datetime, timezone

import pm4py


def moment(stamp):
    """A DataFrame's or Python's timestamp; one that lost its zone is taken for UTC."""
    if hasattr(stamp, "to_pydatetime"):
        stamp = stamp.to_pydatetime()
    if stamp.tzinfo is None:
        stamp = stamp.replace(tzinfo=timezone.utc)
    return stamp.astimezone(timezone.utc).isoformat(timespec="milliseconds")


def by_case(rows):
    out = {}
    for case, activity, stamp, seq in rows:
        out.setdefault(str(case), []).append((int(seq), str(activity), moment(stamp)))
    return out


def of_xes(path):
    log = pm4py.read_xes(path)
    return by_case(zip(log["case:concept:name"], log["concept:name"], log["time:timestamp"], log["anjuan:seq"]))


def of_ocel(path):
    log = pm4py.read_ocel2_json(path)
    links = log.relations
    cases = {event: case.removeprefix("case:") for event, case, kind in
             zip(links["ocel:eid"], links["ocel:oid"], links["ocel:type"]) if kind == "案卷"}
    events = log.events
    rows = zip(events["ocel:eid"], events["ocel:activity"], events["ocel:timestamp"], events["seq"])
    # The file's order is of no account there: its readers sort by time, and many events share one.
    return {case: sorted(told) for case, told in
            by_case((cases[eid], activity, stamp, seq) for eid, activity, stamp, seq in rows).items()}


def differences(name, found, wanted):
    if len(found) != len(wanted):
        yield f"{name}: {len(found)} cases, not {len(wanted)}"
    events = [sum(map(len, log.values())) for log in (found, wanted)]
    if events[0] != events[1]:
        yield f"{name}: {events[0]} events, not {events[1]}"
    for case in wanted:
        if found.get(case) != wanted[case]:
            yield f"{name}: {case}: {found.get(case)}\n  not {wanted[case]}"


def main():
    xes, ocel, expected = sys.argv[1:]
    with open(expected, encoding="utf-8") as file:
        histories = json.load(file)
    wanted = by_case((case, row["activity"], datetime.fromisoformat(row["time"].replace("Z", "+00:00")), row["seq"])
                     for case, rows in histories.items() for row in rows)
    wrong = [*differences("xes", of_xes(xes), wanted), *differences("ocel", of_ocel(ocel), wanted)]
    print("\n".join(wrong))
    print(f"{len(wanted)} cases, {sum(map(len, wanted.values()))} events")
    return 1 if wrong else 0


sys.exit(main())
