#include "engine/feel/compile.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory_resource>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/evaluate.h"
#include "engine/feel/lexer.h"
#include "engine/feel/parser.h"
#include "engine/feel/types.h"

namespace anjuan::feel {

namespace {

using Base = Type::Base;

bool Mentions(const Syntax& syntax, std::string_view name) {
  return (syntax.kind == Syntax::Kind::kName && syntax.text == name) ||
         std::any_of(syntax.kids.begin(), syntax.kids.end(),
                     [&](const auto& kid) { return Mentions(*kid, name); });
}

const Type& ElementOf(const Type& type) {
  static const Type kAny;
  return type.element == nullptr ? kAny : *type.element;
}

// Which of the declared fields is meant, also of a list's items; -1: none is declared.
int EntryOf(const Type& type, std::string_view field) {
  const Type* item = &type;
  while (item->base == Base::kList && item->element != nullptr) item = item->element.get();
  const Type* found = item->FindField(field);
  if (found == nullptr) return -1;
  const auto is_found = [found](const Type::Field& one) { return &one.second == found; };
  const auto it = std::find_if(item->fields->begin(), item->fields->end(), is_found);
  return static_cast<int>(it - item->fields->begin());
}

// Each once.
template <typename T>
std::vector<T> Sorted(std::vector<T> all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// The syntax of most expressions fits; that of a longer one goes to the heap.
struct SyntaxMemory {
  std::array<std::byte, 8 << 10> first;
  std::pmr::monotonic_buffer_resource resource{first.data(), first.size()};
};

// A part of the syntax becomes one node, or two where it is folded.
size_t MemoryFor(size_t parts) {
  return (parts + 2) * (sizeof(Node) + 2 * sizeof(Node::Pointer));
}

}  // namespace

Result<Expression> Compiler::Compile(std::string_view text, const Scope& scope, const Location& at,
                                     const Type& wanted) {
  Compiler compiler(text, scope, at);
  SyntaxMemory memory;
  Parser parser(text, at, scope, compiler.problems_, &memory.resource);
  const auto syntax = parser.ParseAll();
  if (!syntax) return Unexpected{std::move(compiler.problems_)};
  compiler.program_ = std::make_shared<Program>(MemoryFor(parser.parts()));
  Part root = compiler.Check(*syntax);
  compiler.RequireWanted(root, wanted);
  return compiler.Finish(std::move(root));
}

Result<Expression> Compiler::CompileTests(std::string_view text, const Scope& scope,
                                          const Location& at) {
  Compiler compiler(text, scope, at);
  SyntaxMemory memory;
  Parser parser(text, at, scope, compiler.problems_, &memory.resource);
  const auto syntax = parser.ParseAllTests();
  if (!syntax) return Unexpected{std::move(compiler.problems_)};
  compiler.program_ = std::make_shared<Program>(MemoryFor(parser.parts()));
  return compiler.Finish(compiler.CheckTests(*syntax));
}

Result<Expression> Compiler::Finish(Part&& root) {
  if (!problems_.empty()) return Unexpected{std::move(problems_)};
  program_->text = std::string(text_);
  program_->at = at_;
  program_->frame_size = frame_size_;
  program_->makes_functions = makes_functions_;
  program_->dialect = scope_.dialect();
  program_->zones = scope_.zones();
  program_->root = std::move(root.node);
  program_->type = WithoutLiterals(root.type);
  program_->reads = Sorted(std::move(reads_));
  program_->read_paths = Sorted(std::move(paths_));
  Expression out;
  out.program_ = std::move(program_);
  return out;
}

const std::string& Expression::text() const {
  static const std::string kNone;
  return program_ == nullptr ? kNone : program_->text;
}

const Location& Expression::at() const {
  static const Location kNowhere;
  return program_ == nullptr ? kNowhere : program_->at;
}

const Type& Expression::type() const {
  static const Type kAny;
  return program_ == nullptr ? kAny : program_->type;
}

const std::vector<int>& Expression::reads() const {
  static const std::vector<int> kNone;
  return program_ == nullptr ? kNone : program_->reads;
}

const std::vector<std::string>& Expression::read_paths() const {
  static const std::vector<std::string> kNone;
  return program_ == nullptr ? kNone : program_->read_paths;
}

Result<Expression> Compile(std::string_view text, const Scope& scope, const Location& at,
                           const Type& wanted) {
  return Compiler::Compile(text, scope, at, wanted);
}

Result<Expression> CompileUnaryTests(std::string_view text, const Scope& scope,
                                     const Location& at) {
  return Compiler::CompileTests(text, scope, at);
}

// ---- Common

void Compiler::Report(Span span, std::string code, std::string message, std::string hint) {
  if (standard_) {
    if (!pending_) pending_ = Problem{std::move(code), std::move(message), std::move(hint)};
    return;
  }
  constexpr size_t kMostProblems = 100;  // each carries its line
  if (problems_.size() >= kMostProblems) return;
  problems_.push_back(
      feel::Problem(text_, at_, span, std::move(code), std::move(message), std::move(hint)));
}

// A text full of unknown names is not worth a search for each.
std::string Compiler::Hint(std::string_view name, std::span<const std::string> names) {
  constexpr int kMostHints = 100;
  return ++hints_ > kMostHints ? "" : DidYouMean(name, names);
}

Node::Pointer Compiler::Make(Node::Kind kind, Span span, size_t kids) const {
  auto node = MakePart<Node>(&program_->memory);
  node->kind = kind;
  node->span = span;
  node->kids.reserve(kids);
  return node;
}

Compiler::Part Compiler::Broken(Span span) {
  Part part{Make(Node::Kind::kConstant, span), Type::Any(), ""};
  if (!pending_) return part;
  part.node->kind = Node::Kind::kProblem;
  part.node->name = std::move(pending_->code);
  part.node->MakeDetail().names = {std::move(pending_->message), std::move(pending_->hint)};
  pending_.reset();
  return part;
}

Compiler::Part Compiler::Computed(Node::Pointer node, Type type) {
  Part part{std::move(node), std::move(type), ""};
  Fold(part);
  return part;
}

void Compiler::Fold(Part& part) {
  Node& node = *part.node;
  const bool pure = node.kind == Node::Kind::kNegate || node.kind == Node::Kind::kArithmetic ||
                    node.kind == Node::Kind::kCompare || node.kind == Node::Kind::kList ||
                    node.kind == Node::Kind::kRange || node.kind == Node::Kind::kTestRange ||
                    node.kind == Node::Kind::kCallBuiltin;
  const bool constant = std::all_of(node.kids.begin(), node.kids.end(), [](const auto& kid) {
    return kid->kind == Node::Kind::kConstant;
  });
  // A part that is already broken stands as a null of type Any: computing with it would only
  // report its mistake again.
  if (!pure || !constant || !problems_.empty()) return;
  const Budget budget;
  Meter meter{budget};
  const Evaluator::Source source{
      text_, at_, &node, 0, false, scope_.dialect(), scope_.zones().get()};
  auto value = Evaluator::Fold(source, meter);
  if (!value && standard_) return;  // it fails again, and is told, whenever it is evaluated
  if (!value) {
    Append(problems_, std::move(value.error()));
    part = Broken(node.span);
    return;
  }
  if (part.type.base == Base::kAny) part.type = TypeOf(*value);
  node.kind = Node::Kind::kConstant;
  node.value = *std::move(value);
  node.kids.clear();
  node.own_detail.reset();
}

int Compiler::Bind(std::string name, Type type, std::string origin, bool is_item) {
  const int index = frame_used_++;
  frame_size_ = std::max(frame_size_, frame_used_);
  locals_.push_back({std::move(name), std::move(type), index, std::move(origin), is_item});
  return index;
}

void Compiler::Unbind(size_t count) {
  locals_.resize(locals_.size() - count);
  frame_used_ -= static_cast<int>(count);
}

void Compiler::Read(const Part& part) {
  if (!part.origin.empty()) paths_.push_back(part.origin);
}

void Compiler::RequireBoolean(const Part& part, std::string_view needed_by) {
  if (part.type.base == Base::kBoolean || part.type.base == Base::kAny) return;
  Report(part.node->span, "feel.type",
         StrCat(Quote(text_, part.node->span), " is ", Describe(part.type), "; ", needed_by,
                " needs a boolean"));
}

void Compiler::RequireWanted(const Part& part, const Type& wanted) {
  const bool null_guard = wanted.base == Base::kBoolean && part.type.base == Base::kNull;
  if (Fits(part.type, wanted) && !null_guard) return;
  Report(part.node->span, "feel.type",
         StrCat("the expression gives ", Describe(part.type), "; ", Describe(wanted),
                " is needed here"));
}

// ---- Parts

Compiler::Part Compiler::Check(const Syntax& syntax) {
  Part part = CheckBase(syntax);
  Read(part);
  return part;
}

// Types of the standard dialect are those of the values, so the checks find nothing unlike.
Compiler::Part Compiler::CheckBase(const Syntax& syntax) {
  Part part = CheckAny(syntax);
  if (standard_) {
    part.type = Type::Any();
    pending_.reset();
  }
  return part;
}

Compiler::Part Compiler::CheckAny(const Syntax& syntax) {
  switch (syntax.kind) {
    case Syntax::Kind::kLiteral:
      return CheckLiteral(syntax);
    case Syntax::Kind::kName:
      return CheckName(syntax);
    case Syntax::Kind::kPath:
      return CheckPath(syntax);
    case Syntax::Kind::kFilter:
      return CheckFilter(syntax);
    case Syntax::Kind::kCall:
      return CheckCall(syntax);
    case Syntax::Kind::kNegate:
      return CheckNegate(syntax);
    case Syntax::Kind::kBinary:
      return CheckBinary(syntax);
    case Syntax::Kind::kAnd:
    case Syntax::Kind::kOr:
      return CheckLogic(syntax);
    case Syntax::Kind::kBetween:
      return CheckBetween(syntax);
    case Syntax::Kind::kIn:
      return CheckIn(syntax);
    case Syntax::Kind::kInstanceOf:
      return CheckInstanceOf(syntax);
    case Syntax::Kind::kIf:
      return CheckIf(syntax);
    case Syntax::Kind::kFor:
    case Syntax::Kind::kSome:
    case Syntax::Kind::kEvery:
      return CheckLoop(syntax);
    case Syntax::Kind::kList:
      return CheckList(syntax);
    case Syntax::Kind::kContext:
      return CheckContext(syntax);
    case Syntax::Kind::kRange:
      return CheckRange(syntax);
    case Syntax::Kind::kFunction:
      return CheckFunction(syntax);
    case Syntax::Kind::kTest:
      return CheckTestRange(syntax);
    case Syntax::Kind::kTests:
    case Syntax::Kind::kInterval:
      break;
  }
  ANJUAN_CHECK(false);  // the parser makes these two only where they are read
  return Broken(syntax.span);
}

Compiler::Part Compiler::CheckLiteral(const Syntax& syntax) {
  const std::string* text = syntax.value.string();
  Part part{Make(Node::Kind::kConstant, syntax.span),
            text == nullptr ? TypeOf(syntax.value) : LiteralType(*text), ""};
  part.node->value = syntax.value;
  return part;
}

// ---- Names

Compiler::Part Compiler::CheckName(const Syntax& syntax) {
  return OuterName(syntax, locals_.size());
}

// Looks among the first `count` locals, innermost first, then in the scope.
Compiler::Part Compiler::OuterName(const Syntax& syntax, size_t count) {
  for (size_t i = count; i-- > 0;) {
    const Local& local = locals_[i];
    // A field of that name goes before `item` itself.
    const bool own_field = local.is_item && local.type.FindField(syntax.text) != nullptr;
    if (own_field) return ItemMember(syntax, local);
    if (local.name == syntax.text && local.is_item && local.type.base == Base::kAny) {
      Part part = ItemMember(syntax, local);  // an entry named `item` goes first
      auto whole = Make(Node::Kind::kLocal, syntax.span);
      whole->index = local.index;
      part.node->kids.push_back(std::move(whole));
      part.origin = local.origin;
      return part;
    }
    if (local.name == syntax.text) {
      Part part{Make(Node::Kind::kLocal, syntax.span), local.type, local.origin};
      part.node->index = local.index;
      return part;
    }
    if (!local.is_item) continue;
    const bool open = local.type.base == Base::kAny ||
                      (local.type.base == Base::kContext && local.type.fields == nullptr);
    if (!open) continue;
    // Whether the item has such an entry shows only at run time.
    Part part = ItemMember(syntax, local);
    const size_t before = problems_.size();
    Part outer = OuterName(syntax, i);
    const bool unknown = problems_.size() > before || outer.node->kind == Node::Kind::kProblem;
    if (unknown) {  // known nowhere else, so it can only be the item's
      problems_.resize(before);
      return part;
    }
    Read(outer);
    part.node->kids.push_back(std::move(outer.node));
    part.type = Type::Any();
    return part;
  }
  const auto slot = scope_.FindVariable(syntax.text);
  if (!slot && standard_ && !FindBuiltins(syntax.text).empty()) {  // f(abs)
    makes_functions_ = true;
    Part part{Make(Node::Kind::kConstant, syntax.span), Type::Of(Base::kFunction), ""};
    part.node->value = Evaluator::BuiltinAsValue(FindBuiltins(syntax.text));
    return part;
  }
  if (!slot) return UnknownName(syntax);
  if (syntax.text == "?") names_input_ = true;
  reads_.push_back(*slot);
  const Scope::Variable& variable = scope_.variables()[static_cast<size_t>(*slot)];
  Part part{Make(Node::Kind::kVariable, syntax.span), variable.type, variable.name};
  part.node->index = *slot;
  return part;
}

Compiler::Part Compiler::ItemMember(const Syntax& syntax, const Local& item) {
  const Type* field = item.type.FindField(syntax.text);
  Part part{Make(Node::Kind::kItemMember, syntax.span), field == nullptr ? Type::Any() : *field,
            item.origin.empty() ? "" : StrCat(item.origin, ".", syntax.text)};
  part.node->index = item.index;
  part.node->entry = EntryOf(item.type, syntax.text);
  part.node->name = syntax.text;
  return part;
}

std::vector<std::string> Compiler::VisibleNames() const {
  std::vector<std::string> names;
  for (const Local& local : locals_) {
    names.push_back(local.name);
    if (!local.is_item || local.type.fields == nullptr) continue;
    for (const auto& [name, field] : *local.type.fields) names.push_back(name);
  }
  for (const Scope::Variable& variable : scope_.variables()) names.push_back(variable.name);
  return names;
}

Compiler::Part Compiler::UnknownName(const Syntax& syntax) {
  const bool function =
      scope_.FindFunction(syntax.text) != nullptr || !FindBuiltins(syntax.text).empty();
  const std::vector<std::string> names = VisibleNames();
  std::string hint = Hint(syntax.text, names);
  if (function) hint = StrCat("it is a function: ", syntax.text, "(…)");
  Report(syntax.span, "feel.name", StrCat("nothing is named \"", syntax.text, "\" here"),
         std::move(hint));
  return Broken(syntax.span);
}

// ---- Paths and filters

Compiler::Part Compiler::CheckPath(const Syntax& syntax) {
  Part base = CheckBase(*syntax.kids[0]);
  bool computed = false;
  Part part{Make(Node::Kind::kMember, syntax.span, 1), MemberType(syntax, base.type, computed), ""};
  if (computed) {
    Read(base);  // a date's year is no field of the data
  } else if (!base.origin.empty()) {
    part.origin = StrCat(base.origin, ".", syntax.text);
  }
  part.node->name = syntax.text;
  part.node->entry = EntryOf(base.type, syntax.text);
  part.node->kids.push_back(std::move(base.node));
  return part;
}

// The type of `.text`; reports and gives Any where there is no such member.
Type Compiler::MemberType(const Syntax& syntax, const Type& base, bool& computed) {
  if (base.base == Base::kAny || base.base == Base::kNull) return Type::Any();
  if (base.base == Base::kList) {
    return Type::ListOf(MemberType(syntax, ElementOf(base), computed));
  }
  const bool context = base.base == Base::kContext;
  computed = !context;
  if (context && base.fields == nullptr) return Type::Any();
  if (const Type* field = base.FindField(syntax.text); context && field != nullptr) return *field;
  if (const auto type = PropertyType(base, syntax.text); !context && type) return *type;
  std::vector<std::string> known = PropertyNames(base);
  if (context) {
    for (const auto& [name, field] : *base.fields) known.push_back(name);
  }
  std::string hint = Hint(syntax.text, known);
  if (hint.empty() && !known.empty()) hint = StrCat("it has: ", anjuan::Join(known, ", "));
  Report(syntax.name_span, "feel.name",
         StrCat(Quote(text_, syntax.kids[0]->span), " is ", Describe(base), " and has no \"",
                syntax.text, "\""),
         std::move(hint));
  return Type::Any();
}

Compiler::Part Compiler::CheckFilter(const Syntax& syntax) {
  Part base = CheckBase(*syntax.kids[0]);
  if (IsKnown(base.type) && base.type.base != Base::kList) {
    Report(syntax.kids[0]->span, "feel.type",
           StrCat(Quote(text_, syntax.kids[0]->span), " is ", Describe(base.type),
                  "; only a list can be filtered"));
    base.type = Type::Any();
  }
  const int index = Bind("item", ElementOf(base.type), base.origin, true);
  Part condition = Check(*syntax.kids[1]);
  Unbind(1);
  const Base kind = condition.type.base;
  if (kind != Base::kBoolean && kind != Base::kNumber && kind != Base::kAny) {
    Report(syntax.kids[1]->span, "feel.type",
           StrCat("a filter needs a condition or a position, not ", Describe(condition.type)));
  }
  const Value& constant = condition.node->value;
  const bool number = condition.node->kind == Node::Kind::kConstant && constant.number() != nullptr;
  const bool position = kind == Base::kNumber || number;
  Part part{Make(position ? Node::Kind::kIndex : Node::Kind::kFilter, syntax.span, 2), base.type,
            base.origin};
  if (position) part.type = ElementOf(base.type);
  if (kind == Base::kAny || !IsKnown(base.type)) part.type = position ? part.type : Type::Any();
  part.node->index = index;
  part.node->kids.push_back(std::move(base.node));
  part.node->kids.push_back(std::move(condition.node));
  return part;
}

// ---- Control

Compiler::Part Compiler::CheckIf(const Syntax& syntax) {
  Part condition = Check(*syntax.kids[0]);
  RequireBoolean(condition, "`if`");
  Part yes = Check(*syntax.kids[1]);
  Part no = Check(*syntax.kids[2]);
  auto node = Make(Node::Kind::kIf, syntax.span);
  node->kids.push_back(std::move(condition.node));
  node->kids.push_back(std::move(yes.node));
  node->kids.push_back(std::move(no.node));
  return Computed(std::move(node), feel::Join(yes.type, no.type));
}

// Iterators take neighbouring places in the frame, so one index tells them all.
Compiler::Part Compiler::CheckLoop(const Syntax& syntax) {
  const Node::Kind kind = syntax.kind == Syntax::Kind::kFor    ? Node::Kind::kFor
                          : syntax.kind == Syntax::Kind::kSome ? Node::Kind::kSome
                                                               : Node::Kind::kEvery;
  auto node = Make(kind, syntax.span);
  node->index = frame_used_;
  const size_t count = syntax.names.size();
  for (size_t i = 0; i < count; ++i) {
    // A later domain may use a loop of its own while this one's places are taken.
    Type item;
    std::string origin;
    Part domain = CheckDomain(*syntax.kids[i], item, origin);
    node->kids.push_back(std::move(domain.node));
    Bind(syntax.names[i], std::move(item), std::move(origin));
  }
  const bool collects = kind == Node::Kind::kFor;
  // The results so far. `partial` costs a copy of the list each round, so only where it is named.
  const bool wants_partial = collects && Mentions(*syntax.kids.back(), "partial");
  if (wants_partial) node->MakeDetail().partial = Bind("partial", Type::ListOf(Type::Any()), "");
  Part body = Check(*syntax.kids.back());
  Unbind(count + (wants_partial ? 1 : 0));
  if (kind != Node::Kind::kFor) RequireBoolean(body, "`satisfies`");
  node->kids.push_back(std::move(body.node));
  if (kind == Node::Kind::kFor) {
    return Computed(std::move(node), Type::ListOf(WithoutLiterals(body.type)));
  }
  return Computed(std::move(node), Type::Of(Base::kBoolean));
}

Compiler::Part Compiler::CheckDomain(const Syntax& domain, Type& item, std::string& origin) {
  if (domain.kind == Syntax::Kind::kInterval) {
    auto node = Make(Node::Kind::kInterval, domain.span);
    Type ends = Type::Of(Base::kNull);
    for (const auto& kid : domain.kids) {
      Part end = Check(*kid);
      const Base base = end.type.base;
      if (IsKnown(end.type) && base != Base::kNumber && base != Base::kDate) {
        Report(kid->span, "feel.type",
               StrCat("a loop counts whole numbers or dates, not ", Describe(end.type)));
      }
      ends = feel::Join(ends, end.type);
      node->kids.push_back(std::move(end.node));
    }
    item = ends;
    return {std::move(node), Type::Any(), ""};
  }
  Part part = Check(domain);
  const Base base = part.type.base;
  if (IsKnown(part.type) && base != Base::kList && base != Base::kRange) {
    Report(domain.span, "feel.type",
           StrCat(Quote(text_, domain.span), " is ", Describe(part.type),
                  "; only a list or range can be gone through"));
  } else {
    item = ElementOf(part.type);
  }
  origin = part.origin;
  return part;
}

// ---- Making values

Compiler::Part Compiler::CheckList(const Syntax& syntax) {
  auto node = Make(Node::Kind::kList, syntax.span, syntax.kids.size());
  Type element = syntax.kids.empty() ? Type::Any() : Type::Of(Base::kNull);
  for (const auto& kid : syntax.kids) {
    Part item = Check(*kid);
    element = feel::Join(element, item.type);
    node->kids.push_back(std::move(item.node));
  }
  if (element.base == Base::kNull) element = Type::Any();
  return Computed(std::move(node), Type::ListOf(std::move(element)));
}

Compiler::Part Compiler::CheckContext(const Syntax& syntax) {
  auto node = Make(Node::Kind::kContext, syntax.span, syntax.kids.size());
  node->index = frame_used_;
  node->MakeDetail().names = syntax.names;
  std::vector<Type::Field> fields;
  for (size_t i = 0; i < syntax.kids.size(); ++i) {
    // A function sees its own name, so that it may call itself.
    const bool function = syntax.kids[i]->kind == Syntax::Kind::kFunction;
    if (function) self_ = Bind(syntax.names[i], Type::Of(Base::kFunction), "");
    Part value = Check(*syntax.kids[i]);
    node->kids.push_back(std::move(value.node));
    fields.emplace_back(syntax.names[i], value.type);
    if (!function) Bind(syntax.names[i], std::move(value.type), "");
  }
  Unbind(syntax.kids.size());
  return Computed(std::move(node), Type::ContextOf(std::move(fields)));
}

Compiler::Part Compiler::CheckRange(const Syntax& syntax) {
  auto node = Make(Node::Kind::kRange, syntax.span, 2);
  node->low_included = syntax.low_included;
  node->high_included = syntax.high_included;
  Part low = Check(*syntax.kids[0]);
  Part high = Check(*syntax.kids[1]);
  RequireComparable(syntax.span, Operator::kLessEqual, SideOf(low), SideOf(high));
  Type type = Type::Of(Base::kRange);
  type.element = AsElement(feel::Join(low.type, high.type));
  node->kids.push_back(std::move(low.node));
  node->kids.push_back(std::move(high.node));
  return Computed(std::move(node), std::move(type));
}

// (< 5): all below; (= 5) and (!= 5) keep their form.
Compiler::Part Compiler::CheckTestRange(const Syntax& syntax) {
  Part value = Check(*syntax.kids[0]);
  if (value.type.base != Base::kAny && !IsOrdered(value.type)) {
    Report(syntax.kids[0]->span, "feel.type",
           StrCat(Quote(text_, syntax.kids[0]->span), " is ", Describe(value.type), "; `",
                  ToString(syntax.op), "` needs an ordered value"));
  }
  auto node = Make(Node::Kind::kTestRange, syntax.span);
  node->op = syntax.op;
  Type type = Type::Of(Base::kRange);
  type.element = AsElement(value.type);
  node->kids.push_back(std::move(value.node));
  return Computed(std::move(node), std::move(type));
}

Compiler::Part Compiler::CheckFunction(const Syntax& syntax) {
  const int self = std::exchange(self_, -1);
  if (syntax.kids.empty()) {
    Report(syntax.span, "feel.name", "external functions are not run here",
           "ask for a function of the host");
    return Broken(syntax.span);
  }
  makes_functions_ = true;
  auto node = Make(Node::Kind::kFunction, syntax.span);
  node->index = frame_used_;
  node->MakeDetail().self = self;
  for (size_t i = 0; i < syntax.names.size(); ++i) {
    node->MakeDetail().parameters.push_back({syntax.names[i], syntax.types[i], false});
    Bind(syntax.names[i], syntax.types[i], "");
  }
  Part body = Check(*syntax.kids[0]);
  Unbind(syntax.names.size());
  node->kids.push_back(std::move(body.node));
  return {std::move(node), Type::Of(Base::kFunction), ""};
}

Compiler::Part Compiler::CheckInstanceOf(const Syntax& syntax) {
  Part value = Check(*syntax.kids[0]);
  auto node = Make(Node::Kind::kInstanceOf, syntax.span);
  node->MakeDetail().types = syntax.types;
  node->kids.push_back(std::move(value.node));
  return Computed(std::move(node), Type::Of(Base::kBoolean));
}

}  // namespace anjuan::feel
