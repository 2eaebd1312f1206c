#include "engine/runtime/issue.h"

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/chart/scope.h"
#include "engine/doc/layout.h"
#include "engine/port/schema.h"
#include "engine/runtime/host.h"
#include "engine/vault/document.h"

namespace anjuan::runtime {

namespace {

// Papers show what the step decided: nothing may be looked up afterwards, or a reprint would
// differ.
class LabelHost : public feel::Host {
 public:
  explicit LabelHost(const chart::Chart& chart) : chart_(chart) {}
  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override {
    return CallPure(&chart_, function, arguments);
  }

 private:
  const chart::Chart& chart_;
};

// Pictures by their SHA-256, from the office's store.
class StoredPictures : public doc::Pictures {
 public:
  StoredPictures(Office& office, port::Reader& reader) : office_(office), reader_(reader) {}
  std::shared_ptr<const doc::Image> Find(std::string_view id) const override {
    return office_.FindImage(reader_, id);
  }

 private:
  Office& office_;
  port::Reader& reader_;
};

constexpr size_t kCodeBytes = 16;

std::string CodeFor(const Office& office, const DocumentRecord* record) {
  const std::optional<std::string> code =
      record == nullptr ? std::nullopt : VerificationCode(office, *record);
  return code.value_or(std::string(2 * kCodeBytes, '0'));
}

}  // namespace

std::optional<std::string> VerificationCode(const Office& office, const DocumentRecord& record) {
  const std::optional<std::string> salt =
      vault::OpenSalt(office.keys(), IdentityOf(record), record.wrapped_key, record.salt);
  if (!salt) return std::nullopt;
  return ToHex(Sha256(StrCat("anjuan verification code 1:", *salt))).substr(0, 2 * kCodeBytes);
}

Result<doc::Pages> LayOut(Office& office, port::Reader& reader, const Definition& definition,
                          const chart::IssueDocument& issue, Instant as_of,
                          const DocumentRecord* record, doc::Preview* preview) {
  const auto it = definition.templates.find(issue.code);
  ANJUAN_CHECK(it != definition.templates.end());  // checked when it was published
  const auto resolve = [&](const Value& value) {
    return office.vault().ResolveAll(reader, value, as_of);
  };
  const Result<Value> data = resolve(Value(issue.data));
  const Result<Value> arguments = resolve(Value(issue.arguments));
  if (!data) return Unexpected{data.error()};
  if (!arguments) return Unexpected{arguments.error()};
  const Value& given = (*data)["_x"];
  Context x = given.context() == nullptr ? Context() : *given.context();
  x.Set("verification", Value(CodeFor(office, record)));
  const std::vector<Value> variables =
      chart::TemplateVariables(*definition.chart, *data->context(), issue.addressee, issue.issuer,
                               *arguments->context(), Value(std::move(x)));
  LabelHost host(*definition.chart);
  const StoredPictures pictures(office, reader);
  Result<doc::Pages> pages =
      doc::Layout(it->second, variables, host, office.fonts().metrics(), &pictures, preview);
  if (pages) SetProperties(issue.issuer, *arguments, *pages);
  return pages;
}

void SetProperties(const Value& issuer, const Value& arguments, doc::Pages& pages) {
  const auto text = [](const Value& value) {
    return value.string() == nullptr ? std::string() : *value.string();
  };
  pages.author = text(issuer["name"]);
  pages.subject = text(arguments["number"]);
}

std::string IdentityOf(const DocumentRecord& record) {
  return StrCat(record.area, "/", record.case_id, "/", record.seq, "/", record.position);
}

bool VoidLatest(port::Transaction& transaction, const CaseRecord& record, std::string_view code) {
  std::optional<DocumentRecord> latest;
  for (DocumentRecord& document : LoadDocuments(transaction, record.area, record.id)) {
    if (document.code == code && document.status != "void") latest = std::move(document);
  }
  if (!latest) return false;
  latest->status = "void";
  transaction.Put(port::documents::kTable, ToRow(*latest));
  return true;
}

std::optional<std::string> DocumentBytes(const Office& office, const DocumentRecord& record) {
  if (record.bytes.empty()) return std::nullopt;
  return vault::OpenDocument(office.keys(), IdentityOf(record), record.wrapped_key,
                             {record.nonce, record.bytes});
}

bool HasSalt(const Office& office, const DocumentRecord& record) {
  return vault::OpenSalt(office.keys(), IdentityOf(record), record.wrapped_key, record.salt)
      .has_value();
}

std::optional<Result<std::string>> RenderDocument(Office& office, const DocumentRecord& record,
                                                  const doc::Pages& pages) {
  const std::optional<std::string> salt =
      vault::OpenSalt(office.keys(), IdentityOf(record), record.wrapped_key, record.salt);
  if (!salt) return std::nullopt;
  return office.pages().Write(pages, *salt);
}

}  // namespace anjuan::runtime
