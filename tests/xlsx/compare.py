"""Reads every sheet of a folder with openpyxl, and what LibreOffice made of it, and prints what differs.

compare.py WRITTEN CONVERTED    both folders hold NAME.xlsx
A formula counts by its saved value in the first and by LibreOffice's own computation in the second.
"""
import os
import sys

import openpyxl


def plain(value):
    return None if value == "" else value


def merges(sheet):
    return sorted(str(one) for one in sheet.merged_cells.ranges)


def compare(name, written, converted):
    values = openpyxl.load_workbook(os.path.join(written, name), data_only=True)
    formulas = openpyxl.load_workbook(os.path.join(written, name))
    other = openpyxl.load_workbook(os.path.join(converted, name), data_only=True)
    sheet, raw, seen = values.worksheets[0], formulas.worksheets[0], other.worksheets[0]
    cells = 0
    for row in sheet.iter_rows():
        for cell in row:
            there = plain(seen[cell.coordinate].value)
            if plain(cell.value) != there:
                print(f"{name} {cell.coordinate}: {cell.value!r}, LibreOffice {there!r}")
            cells += cell.value is not None
            formula = raw[cell.coordinate]
            if formula.data_type == "f" and not str(formula.value).startswith(("=SUM(", "=SUBTOTAL(")):
                print(f"{name} {cell.coordinate}: a formula: {formula.value!r}")
    if cells == 0:
        print(f"{name}: nothing in it")
    if merges(sheet) != merges(seen):
        print(f"{name}: merged cells differ")
    if bool(sheet.protection.sheet) != bool(seen.protection.sheet):
        print(f"{name}: protection differs")
    if not sheet.print_area or not sheet.print_title_rows:
        print(f"{name}: no print area or no repeated heads")
    rules = {str(one.sqref): one.type for one in sheet.data_validations.dataValidation}
    kept = {str(one.sqref): one.type for one in seen.data_validations.dataValidation}
    if rules.keys() != kept.keys():
        print(f"{name}: checks of cells differ: {rules} {kept}")
    return cells


def main():
    written, converted = sys.argv[1:3]
    cells = 0
    names = sorted(name for name in os.listdir(written) if name.endswith(".xlsx"))
    for name in names:
        if not os.path.exists(os.path.join(converted, name)):
            print(f"{name}: LibreOffice made nothing of it")
            continue
        cells += compare(name, written, converted)
    print(f"{len(names)} files, {cells} cells", file=sys.stderr)


main()
