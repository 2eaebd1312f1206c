// What the checker knows about types: which fit, which compare, what operators give.
//
// Any stands for "not known": it fits everything and is decided at run time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/syntax.h"
#include "engine/value/type.h"
#include "engine/value/value.h"

namespace anjuan::feel {

bool IsKnown(const Type& type);  // neither Any nor null

// May a value of `actual` stand where `wanted` is asked for? Contexts may lack fields.
bool Fits(const Type& actual, const Type& wanted);
// May `=` compare them? And `<`?
bool Comparable(const Type& a, const Type& b);
bool IsOrdered(const Type& type);

// The type of both branches together; Any where they differ.
Type Join(const Type& a, const Type& b);

// nullopt: the operator does not take these.
std::optional<Type> ArithmeticType(Operator op, const Type& a, const Type& b);

// Properties of temporals and ranges; nullopt: no such property.
std::optional<Type> PropertyType(const Type& type, std::string_view name);
std::vector<std::string> PropertyNames(const Type& type);

// The type of a string literal: an enum of one value, so that a misspelt value of an enum shows.
// Never leaves the module: WithoutLiterals makes it a plain string.
Type LiteralType(std::string text);
Type WithoutLiterals(const Type& type);

// As the element of a list or range.
std::shared_ptr<const Type> AsElement(const Type& type);

Type TypeOf(const Value& value);
Type::Base BaseOf(Kind kind);
// For messages: "a number", "list<string>".
std::string Describe(const Type& type);

}  // namespace anjuan::feel
