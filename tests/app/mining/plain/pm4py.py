"""Stands in for pm4py where it is not installed: the two readers compare.py asks for, by Python's own XML and JSON.

It shows that the logs can be read by another language's parsers and that compare.py finds differences; not what the real one makes of
them.
"""
import json
import xml.etree.ElementTree
from collections import defaultdict
from datetime import datetime
from types import SimpleNamespace


def stamp(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def read_xes(path):
    out = defaultdict(list)
    for trace in xml.etree.ElementTree.parse(path).getroot().iter("trace"):
        case = trace.find("string[@key='concept:name']").get("value")
        for event in trace.iter("event"):
            said = {one.get("key"): one.get("value") for one in event}
            out["case:concept:name"].append(case)
            out["concept:name"].append(said["concept:name"])
            out["time:timestamp"].append(stamp(said["time:timestamp"]))
            out["anjuan:seq"].append(int(said["anjuan:seq"]))
    return out


def read_ocel2_json(path):
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
    kinds = {one["id"]: one["type"] for one in log["objects"]}
    events, relations = defaultdict(list), defaultdict(list)
    for event in sorted(log["events"], key=lambda one: one["time"]):
        events["ocel:eid"].append(event["id"])
        events["ocel:activity"].append(event["type"])
        events["ocel:timestamp"].append(stamp(event["time"]))
        events["seq"].append({one["name"]: one["value"] for one in event["attributes"]}["seq"])
        for link in event["relationships"]:
            relations["ocel:eid"].append(event["id"])
            relations["ocel:oid"].append(link["objectId"])
            relations["ocel:type"].append(kinds[link["objectId"]])
    return SimpleNamespace(events=events, relations=relations)
