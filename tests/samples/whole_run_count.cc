#include "tests/samples/whole_run_count.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <stdexcept>

#include "tests/samples/story_text.h"

namespace anjuan::samples {

namespace {

// One consultation; its key is that of its parent and the name it was opened by.
struct Consultation {
  bool termination = false;
  bool accepted = false;
  std::string effective;
  std::string published;
  std::string term_to;
  std::string ended;  // a day
  std::string end_state;
};

// What each event of a person issues. Events that mean different things in different processes have
// the spawn's name before them.
const std::map<std::string, std::vector<std::string>> kPapers = {
    {"prepare_offer", {"D0101"}},
    {"accept", {"D0103"}},
    {"late_accept", {"D0103"}},
    {"accept_now", {"D0103"}},
    {"refuse", {"D0104"}},
    {"start_negotiation", {"D0106", "D0106", "D0107"}},
    {"replace_representative", {"D0106"}},
    {"hold_meeting", {"D0108"}},
    {"end_without_agreement", {"D0108"}},
    {"agree_draft", {"D0109"}},
    {"request_coordination", {"D0110"}},
    {"submit_to_congress", {"D0111"}},
    {"congress_passed", {"D0112"}},
    {"congress_rejected", {"D0112"}},
    {"sign", {"D0113"}},
    {"file_for_review", {"D0114"}},
    {"publish_to_workers", {"D0115"}},
    {"publish_change", {"D0115"}},
    {"open_change", {"D0116"}},
    {"renew_offer", {"D0118"}},
    {"withdraw_offer", {"D0119"}},
    {"summon", {"D0201"}},
    {"talk_held", {"D0202"}},
    {"order_correction", {"D0203"}},
    {"find_justified", {"D0204"}},
    {"close_uncorrected", {"D0206"}},
    {"dispute accept", {"D0301"}},
    {"reject", {"D0302"}},
    {"plan", {"D0303"}},
    {"extend", {"D0304"}},
    {"settle", {"D0305", "D0109"}},
    {"register", {"D0401"}},
    {"ask_supplement", {"D0402"}},
    {"transfer", {"D0403"}},
    {"prepare_objection", {"D0404"}},
    {"approve_pass", {"D0405", "D0406"}},
    {"all_performed", {"D0501"}},
    {"find_breach", {"D0501"}},
    {"demand", {"D0502"}},
    {"report_corrected", {"D0503"}},
    {"verify_fail", {"D0504"}},
    {"hand_over", {"D0505"}},
};

// What a deadline issued, by who in the stories met it.
const std::map<std::string, std::vector<std::string>> kPapersOfDeadlines = {
    {"D0102", {"e004", "e006", "e013", "e016", "e019", "e027", "e028c", "e029/renewal", "e030"}},
    {"D0120", {"e013", "e027"}},
    {"D0203", {"e028c"}},
    {"D0205", {"e028c"}},
    {"D0306", {"e003"}},
    {"D0406", {"e011", "e012"}},
    {"D0407", {"e024"}},
    {"D0504", {"e011"}},
};

// How the event of a person ends a case of another process than the consultation.
const std::map<std::string, std::pair<std::string, std::string>> kEnds = {
    {"accept_now", {"refusal-handling", "corrected"}},
    {"find_justified", {"refusal-handling", "closed_justified"}},
    {"close_uncorrected", {"refusal-handling", "closed_uncorrected"}},
    {"settle", {"dispute-coordination", "agreed"}},
    {"withdraw", {"dispute-coordination", "withdrawn"}},
    {"reject", {"dispute-coordination", "not_accepted"}},
    {"approve_pass", {"contract-review", "filed"}},
    {"approve_objection", {"contract-review", "objected"}},
    {"transfer", {"contract-review", "transferred"}},
    {"all_performed", {"performance-supervision", "performed"}},
    {"verify_ok", {"performance-supervision", "corrected"}},
    {"corrected_after_order", {"performance-supervision", "corrected"}},
    {"hand_over", {"performance-supervision", "handed_over"}},
};

std::string LastName(const std::string& key) {
  const size_t slash = key.rfind('/');
  return slash == std::string::npos ? "" : key.substr(slash + 1);
}

std::string ParentOf(const std::string& key) {
  return key.substr(0, key.rfind('/'));
}

// The same day so many months later, or the last day of a shorter month.
std::string MonthsAfter(const std::string& day, int months) {
  static const int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int index = std::stoi(day.substr(0, 4)) * 12 + std::stoi(day.substr(5, 2)) - 1 + months;
  const int year = index / 12;
  const int month = index % 12;
  const int last = month == 1 && year % 4 == 0 ? 29 : kDays[month];
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month + 1,
                std::min(last, std::stoi(day.substr(8, 2))));
  return text;
}

class Counter {
 public:
  explicit Counter(const std::vector<std::string>& opened) {
    for (const std::string& id : opened) {
      consultations_[id];
      ++run_.papers["D0101"];
    }
  }

  void Read(const std::string& story) {
    names_.clear();
    lets_.clear();
    for (const std::string& statement : Statements(story)) {
      const std::vector<std::string> words = Words(statement);
      if (words[0] == "clock" || words[0] == "tick") today_ = words[1];
      if (words[0] == "let") lets_[words[1]] = statement;
      if (words[0] == "case") names_[words[1]] = words[2].substr(std::string("subject=").size(), 4);
      if (words[0] == "open") {
        names_[words[1]] = "open " + words[1];
        consultations_[names_[words[1]]];
      }
      if (words[0] != "fire" && words[0] != "expect") continue;
      for (const std::string& name : SplitAt(words[1], ',')) {
        if (words[0] == "fire") Fire(KeyOf(name), words, statement);
        if (words[0] == "expect") Expect(KeyOf(name), words);
      }
    }
  }

  WholeRun End() {
    for (const auto& [key, consultation] : consultations_) CountConsultation(consultation);
    for (const auto& [code, names] : kPapersOfDeadlines) {
      run_.papers[code] += static_cast<int>(names.size());
    }
    Rest("dispute-coordination", fired_["request_coordination"], "failed");
    Rest("contract-review", fired_["file_for_review"] + fired_["transfer"], "returned");
    const int breaches = fired_["find_breach"];
    const int finished = fired_["all_performed"];
    auto& supervisions = run_.cases["performance-supervision"];
    supervisions["in_check"] = fired_["start"] - finished - breaches;
    supervisions["planned"] = supervisions_ - fired_["start"];
    return std::move(run_);
  }

 private:
  std::string KeyOf(const std::string& name) const {
    const std::string root = name.substr(0, name.find('/'));
    const auto it = names_.find(root);
    if (it == names_.end()) throw std::runtime_error("a story does not say who is " + name);
    return it->second + name.substr(root.size());
  }

  void Fire(const std::string& key, const std::vector<std::string>& words,
            const std::string& statement) {
    const std::string& event = words[2];
    ++fired_[event];
    const std::string own = LastName(key) + " " + event;
    const auto papers = kPapers.find(kPapers.contains(own) ? own : event);
    if (papers != kPapers.end()) {
      for (const std::string& code : papers->second) ++run_.papers[code];
    }
    // the office that acts by itself writes no report to itself
    const bool by_office = statement.find(" as %-clerk ") != std::string::npos;
    if (event == "report_refusal" && !by_office) ++run_.papers["D0105"];
    const std::string name = LastName(key);
    if (name.empty() || name == "change" || name == "renewal") {
      Consult(consultations_.at(key), key, words, statement);
      return;
    }
    const auto end = kEnds.find(event);
    if (end != kEnds.end()) ++run_.cases[end->second.first][end->second.second];
    Answer(consultations_.at(ParentOf(key)), event);
  }

  void Consult(Consultation& it, const std::string& key, const std::vector<std::string>& words,
               const std::string& statement) {
    const std::string& event = words[2];
    const std::string term_to = TermIn(words, statement);
    if (!term_to.empty()) it.term_to = term_to;
    if (event == "accept" || event == "late_accept") it.accepted = true;
    if (event == "withdraw" || event == "withdraw_offer") EndWith(it, "withdrawn");
    if (event == "worker_side_closed") EndWith(it, "closed_refused");
    if (event == "end_without_agreement") EndWith(it, "not_agreed");
    if (event == "renew_offer") consultations_[key + "/renewal"];
    if (event == "open_change") {
      // a change follows an earlier one that came to nothing: not in these stories
      if (consultations_.contains(key + "/change")) throw std::runtime_error("two changes: " + key);
      consultations_[key + "/change"].termination =
          statement.find("change_kind: \"termination\"") != std::string::npos;
    }
    if (event == "publish_to_workers") {
      it.published = today_;
      if (LastName(key) == "renewal") EndWith(consultations_.at(ParentOf(key)), "renewed");
    }
    if (event == "publish_change") {
      EndWith(it, "completed");
      Consultation& parent = consultations_.at(ParentOf(key));
      if (it.termination) {
        EndWith(parent, "terminated");
        ++run_.papers["D0117"];
      } else {
        parent.term_to = it.term_to;
      }
    }
  }

  // What a case of another process tells the consultation that opened it.
  void Answer(Consultation& parent, const std::string& event) {
    if (event == "accept_now") parent.accepted = true;
    if (event == "find_justified" || event == "close_uncorrected")
      EndWith(parent, "closed_refused");
    if (event == "approve_pass") parent.effective = today_;
  }

  // expect NAME in STATE; expect NAME child review in deemed
  void Expect(const std::string& key, const std::vector<std::string>& words) {
    if (words.size() == 4 && words[2] == "in" && words[3] == "not_agreed") {
      EndWith(consultations_.at(key), "not_agreed");
    }
    if (words.size() == 6 && words[3] == "review" && words[5] == "deemed" &&
        deemed_.insert(key).second) {
      consultations_.at(key).effective = today_;
      ++run_.cases["contract-review"]["deemed"];
    }
  }

  std::string TermIn(const std::vector<std::string>& words, const std::string& statement) const {
    const std::string own = DayOf(statement, "term_to");
    if (!own.empty()) return own;
    const auto with = std::find(words.begin(), words.end(), "with");
    return with == words.end() ? "" : DayOf(lets_.at(*(with + 1)), "term_to");
  }

  void EndWith(Consultation& it, const std::string& state) const {
    if (!it.end_state.empty()) return;
    it.end_state = state;
    it.ended = today_;
  }

  void CountConsultation(const Consultation& it) {
    auto& states = run_.cases["collective-consultation"];
    const std::string last = it.ended.empty() ? std::min(it.term_to, today_) : it.ended;
    if (!it.published.empty()) {
      for (int months = 6; MonthsAfter(it.effective, months) < last; months += 6) ++supervisions_;
    }
    if (!it.end_state.empty()) {
      ++states[it.end_state];
    } else if (!it.published.empty()) {
      ++states[it.term_to < today_ ? "expired" : "in_performance"];
    } else {
      ++states[it.accepted ? "preparing" : "awaiting_reply"];
    }
  }

  // The cases of a process that no event of a person ended: a deadline did, each with this state.
  void Rest(const std::string& process, int opened, const std::string& state) {
    for (const auto& [other, count] : run_.cases[process]) opened -= count;
    run_.cases[process][state] = opened;
  }

  WholeRun run_;
  std::map<std::string, Consultation> consultations_;
  std::map<std::string, std::string> names_;  // of the story being read
  std::map<std::string, std::string> lets_;
  std::map<std::string, int> fired_;
  std::set<std::string> deemed_;
  std::string today_;
  int supervisions_ = 0;
};

}  // namespace

WholeRun CountWholeRun(const std::vector<std::string>& stories,
                       const std::vector<std::string>& opened) {
  Counter counter(opened);
  for (const std::string& story : stories) counter.Read(story);
  return counter.End();
}

}  // namespace anjuan::samples
