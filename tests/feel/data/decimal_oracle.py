#!/usr/bin/env python3
"""Writes decimal_oracle.txt: what Python's decimal, another implementation of the same arithmetic, gives.

One line is `operation operand [operand] = result`, or `= none` where decimal128 has no finite answer.
Run by hand when operations are added: tests/feel/data/decimal_oracle.py > tests/feel/data/decimal_oracle.txt
"""
import decimal
import random

context = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
decimal.setcontext(context)
D = decimal.Decimal
rnd = random.Random(20230306)
ROUND = {
    "half_even": decimal.ROUND_HALF_EVEN, "half_up": decimal.ROUND_HALF_UP, "half_down": decimal.ROUND_HALF_DOWN,
    "up": decimal.ROUND_UP, "down": decimal.ROUND_DOWN, "floor": decimal.ROUND_FLOOR, "ceiling": decimal.ROUND_CEILING,
}


def number():
    digits = rnd.choice([1, 2, 4, 8, 17, 33, 34])
    text = str(rnd.randrange(10 ** digits))
    scale = rnd.choice([0, 0, 1, 2, 2, 5, 20, 40])
    exponent = rnd.choice([0, 0, 0, 0, 6000, -6000]) if scale == 0 else 0
    return D(rnd.choice(["", "-"]) + text + "E" + str(exponent - scale))


def show(value):
    if not value.is_finite():
        return "none"
    if value == 0:
        return "0"
    return format(value.normalize(decimal.Context(prec=60, Emin=-9000, Emax=9000)), "E")


print("# made by decimal_oracle.py")
for _ in range(500):
    a, b = number(), number()
    print("add", show(a), show(b), "=", show(a + b))
    print("subtract", show(a), show(b), "=", show(a - b))
    print("multiply", show(a), show(b), "=", show(a * b))
    print("divide", show(a), show(b), "=", show(a / b) if b != 0 else "none")
for _ in range(300):
    a, scale = number(), rnd.randrange(-3, 6)
    for name, mode in ROUND.items():
        try:
            wide = decimal.Context(prec=7000, rounding=mode, Emin=-9000, Emax=9000)
            result = a.quantize(D(1).scaleb(-scale), context=wide)
            fits = len(result.as_tuple().digits) <= 34
        except decimal.InvalidOperation:
            fits = False
        if fits:
            print("round_" + name, show(a), scale, "=", show(result))
for _ in range(200):
    a = abs(number())
    print("sqrt", show(a), "=", show(a.sqrt()))
    if a > 0:
        print("log", show(a), "=", show(a.ln()))
    small = D(rnd.randrange(-10 ** 6, 10 ** 6)).scaleb(-rnd.randrange(3, 8))
    print("exp", show(small), "=", show(small.exp()))
