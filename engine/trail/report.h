// What a verifier says: in plain words, in Chinese and in English, what is proved, what is not, and
// what is wrong.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace anjuan::trail {

struct Statement {
  enum class Kind {
    kProved,
    kNotProved,  // nothing speaks against it, but nothing here shows it
    kDoubt,      // fits the proofs, and asks for an explanation
    kMistake,    // contradicts the proofs, or cannot be read
  };
  Kind kind = Kind::kProved;
  std::string chinese;
  std::string english;
  std::string topic = {};  // the step of the check that said it
};

class Report {
 public:
  void Proved(std::string chinese, std::string english);
  void NotProved(std::string chinese, std::string english);
  void Doubt(std::string chinese, std::string english);
  void Mistake(std::string chinese, std::string english);

  // What is said from now on belongs to this step.
  void Begin(std::string_view topic) { topic_ = topic; }

  const std::vector<Statement>& statements() const { return statements_; }
  bool Has(Statement::Kind kind) const;
  // Neither a mistake nor a doubt.
  bool ok() const;

 private:
  void Say(Statement::Kind kind, std::string chinese, std::string english);

  std::vector<Statement> statements_;
  std::string topic_;
};

enum class Language { kChinese, kEnglish };

// Under a heading for each kind; the verdict is the last line. With a mistake in it the rest is
// called void: whoever forged one thing may have forged what seems to hold.
std::string ToText(const Report& report, Language language);

}  // namespace anjuan::trail
