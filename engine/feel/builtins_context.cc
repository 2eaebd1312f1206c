// Contexts, and the questions about null.
#include <array>

#include "engine/base/text.h"
#include "engine/feel/builtin.h"

namespace anjuan::feel {

namespace {

Answer GetValue(Arguments args, Services&) {
  const Value* found = args[0]->context()->Find(*args[1]->string());
  return found == nullptr ? Value() : *found;
}

Answer GetEntries(Arguments args, Services& services) {
  const Context& context = *args[0]->context();
  constexpr std::int64_t kEntrySize = 4 * sizeof(Value);
  const auto count = static_cast<std::int64_t>(context.size());
  if (!services.Charge(count, count * kEntrySize)) return BudgetSpent();
  List out;
  for (const auto& [name, value] : context.entries()) {
    out.emplace_back(Context({{"key", Value(name)}, {"value", value}}));
  }
  return Value(std::move(out));
}

Answer PutEntry(Arguments args, Services& services) {
  Context out = *args[0]->context();
  const auto count = static_cast<std::int64_t>(out.size() + 1);
  if (!services.Charge(count, count * static_cast<std::int64_t>(2 * sizeof(Value)))) {
    return BudgetSpent();
  }
  out.Set(*args[1]->string(), *args[2]);
  return Value(std::move(out));
}

// context put(c, ["a", "b"], 1) puts into the context at c.a; what is missing on the way is made.
Answer PutAlong(const Context& context, std::span<const Value> keys, const Value& value,
                Services& services) {
  if (keys.front().string() == nullptr) {
    return NoAnswer{"feel.type",
                    StrCat("a key is a string, not a ", KindName(keys.front().kind()))};
  }
  const auto count = static_cast<std::int64_t>(context.size() + 1);
  if (!services.Charge(count, count * static_cast<std::int64_t>(2 * sizeof(Value)))) {
    return BudgetSpent();
  }
  Value inner = value;
  const std::string& key = *keys.front().string();
  if (keys.size() > 1) {
    const Value* found = context.Find(key);
    if (found == nullptr || found->context() == nullptr) {
      return NoAnswer{"feel.type", StrCat("\"", key, "\" is no context to put into")};
    }
    Answer below = PutAlong(*found->context(), keys.subspan(1), value, services);
    if (std::holds_alternative<NoAnswer>(below)) return below;
    inner = std::get<Value>(std::move(below));
  }
  Context out = context;
  out.Set(key, std::move(inner));
  return Value(std::move(out));
}

Answer PutPath(Arguments args, Services& services) {
  const List& keys = *args[1]->list();
  constexpr size_t kLongestPath = 100;
  if (keys.empty() || keys.size() > kLongestPath) {
    return ArgumentError("the keys are one to a hundred");
  }
  return PutAlong(*args[0]->context(), keys, *args[2], services);
}

// context([{key: "a", value: 1}]) = {a: 1}
Answer FromEntries(Arguments args, Services& services) {
  Context out;
  for (const Value& entry : *args[0]->list()) {
    const Context* pair = entry.context();
    const Value* key = pair == nullptr ? nullptr : pair->Find("key");
    const Value* value = pair == nullptr ? nullptr : pair->Find("value");
    if (key == nullptr || value == nullptr || key->string() == nullptr) {
      return ArgumentError("an entry is written {key: \"a\", value: 1}");
    }
    if (out.Find(*key->string()) != nullptr) {
      return ArgumentError(StrCat("two entries with the key \"", *key->string(), "\""));
    }
    const auto count = static_cast<std::int64_t>(out.size() + 1);  // Find looks at them all
    if (!services.Charge(count, 2 * sizeof(Value))) return BudgetSpent();
    out.Set(*key->string(), *value);
  }
  return Value(std::move(out));
}

Answer MergeContexts(Arguments args, Services& services) {
  Context out;
  for (const Value& item : *args[0]->list()) {
    if (item.context() == nullptr) {
      return NoAnswer{"feel.type",
                      StrCat("context merge needs contexts, found ", KindName(item.kind()))};
    }
    const auto count = static_cast<std::int64_t>(item.context()->size());
    if (!services.Charge(count, count * static_cast<std::int64_t>(2 * sizeof(Value)))) {
      return BudgetSpent();
    }
    for (const auto& [name, value] : item.context()->entries()) out.Set(name, value);
  }
  return Value(std::move(out));
}

// Same kind and same value, zone included; never null.
Answer Is(Arguments args, Services& services) {
  if (!services.Charge(args[0]->weight(), 0)) return BudgetSpent();
  return Value(*args[0] == *args[1]);
}

Answer IsDefined(Arguments args, Services&) {
  return Value(!args[0]->is_null());
}

Answer GetOrElse(Arguments args, Services&) {
  return args[0]->is_null() ? *args[1] : *args[0];
}

constexpr std::array kRows = {
    BuiltinRow{"get value", "m: context, key: string", "any", GetValue},
    BuiltinRow{"get entries", "m: context", "list<context{key: string, value: any}>", GetEntries},
    BuiltinRow{"context put", "context: context, key: string, value: any?", "context", PutEntry},
    BuiltinRow{"context put", "context: context, keys: list<string>, value: any?", "context",
               PutPath},
    BuiltinRow{"context", "entries: list<context>", "context", FromEntries},
    BuiltinRow{"context merge", "contexts: list", "context", MergeContexts},
    BuiltinRow{"is", "value1: any?, value2: any?", "boolean", Is},
    BuiltinRow{"is defined", "value: any?", "boolean", IsDefined},
    BuiltinRow{"get or else", "value: any?, default: any?", "either", GetOrElse},
};

}  // namespace

std::span<const BuiltinRow> ContextRows() {
  return kRows;
}

}  // namespace anjuan::feel
