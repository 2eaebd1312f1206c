#include "tests/samples/spring_offer_count.h"

#include <ctime>
#include <stdexcept>

namespace anjuan::samples {

namespace {

std::string DayIn(const std::string& data, const std::string& key) {
  const std::string day = DayOf(data, key);
  if (day.empty()) throw std::runtime_error("story.case: no " + key + " in: " + data);
  return day;
}

void Take(Offer& offer, const std::string& event, const std::string& data,
          const std::string& today) {
  if (event == "send_offer") offer.sent = DayIn(data, "offer_sent_on");
  if (event == "accept" || event == "late_accept") offer.accepted = DayIn(data, "reply_on");
  if (event == "withdraw_offer") offer.withdrawn = today;
  if (event == "refuse") {
    offer.refused = DayIn(data, "reply_on");
    offer.reason = TextIn(data, "refusal_reason");
  }
  if (event == "sign") {
    offer.signed_on.push_back(
        std::max(DayIn(data, "worker_signed_on"), DayIn(data, "employer_signed_on")));
  }
}

std::string DaysAfter(const std::string& day, int days) {
  std::tm time{};
  time.tm_year = std::stoi(day.substr(0, 4)) - 1900;
  time.tm_mon = std::stoi(day.substr(5, 2)) - 1;
  time.tm_mday = std::stoi(day.substr(8, 2)) + days;
  time.tm_hour = 12;
  const std::time_t moment = timegm(&time);
  char text[11];
  std::strftime(text, sizeof text, "%Y-%m-%d", gmtime(&moment));
  return text;
}

// Twenty days without a word. Days off move the end by six at most; the windows counted here keep
// away from those days, so that this count needs no calendar.
bool Silent(const Offer& offer, const std::string& closing) {
  const auto by = [&](const std::string& day) { return !day.empty() && day <= closing; };
  if (by(offer.accepted) || by(offer.refused) || by(offer.withdrawn)) return false;
  if (closing <= DaysAfter(offer.sent, 20)) return false;
  if (closing <= DaysAfter(offer.sent, 26)) {
    throw std::runtime_error("the window ends too near the reply period of " + offer.enterprise);
  }
  return true;
}

bool Refused(const Offer& offer, const std::string& closing) {
  if (!offer.by_workers) return false;
  const bool in_writing = !offer.refused.empty() && offer.refused <= closing;
  return in_writing || Silent(offer, closing);
}

}  // namespace

Story ReadStory(const std::string& enterprises_csv, const std::string& story_case) {
  Story story;
  story.enterprises = ReadEnterprises(enterprises_csv);
  std::string today;
  for (const std::string& statement : Statements(story_case)) {
    const std::vector<std::string> words = Words(statement);
    if (words[0] == "clock" || words[0] == "tick") today = words[1];
    if (words[0] == "case") {
      story.offers[words[1]].enterprise = words[2].substr(std::string("subject=").size(), 4);
    }
    if (words[0] == "open") {
      Offer& offer = story.offers[words[1]];
      offer.enterprise = TextIn(statement, "employer");
      offer.by_workers = TextIn(statement, "offeror_side") == "worker";
    }
    if (words[0] != "fire") continue;
    for (const std::string& name : SplitAt(words[1], ',')) {
      if (name.find('/') != std::string::npos) continue;  // a review: nothing F01 counts
      if (!story.offers.contains(name)) throw std::runtime_error("story.case: who is " + name);
      Take(story.offers[name], words[2], statement, today);
    }
  }
  return story;
}

std::map<std::string, Counts> CountF01(const Story& story, const std::string& from,
                                       const std::string& to, const std::string& region) {
  std::set<std::string> offered, replied, signed_contract, refused;
  for (const auto& [name, offer] : story.offers) {
    if (story.enterprises.at(offer.enterprise).region.rfind(region, 0) != 0) continue;
    for (const std::string& day : offer.signed_on) {
      if (day >= from && day <= to) signed_contract.insert(offer.enterprise);
    }
    if (offer.sent.empty() || offer.sent < from || offer.sent > to) continue;
    offered.insert(offer.enterprise);
    if (!offer.accepted.empty() && offer.accepted <= to) replied.insert(offer.enterprise);
    if (Refused(offer, to)) refused.insert(offer.enterprise);
  }
  std::map<std::string, Counts> out;
  for (const char* type : {"state_or_collective", "private", "foreign_invested", "other"}) {
    out[type];
  }
  const auto add = [&](const std::set<std::string>& ids, Cell Counts::*cell) {
    for (const std::string& id : ids) {
      const Enterprise& enterprise = story.enterprises.at(id);
      Cell& counted = out[enterprise.type].*cell;
      ++counted.enterprises;
      counted.workers += enterprise.workers;
    }
  };
  for (const std::string& id : replied) refused.erase(id);
  add(offered, &Counts::offered);
  add(replied, &Counts::replied);
  add(signed_contract, &Counts::signed_contract);
  add(refused, &Counts::refused);
  for (const std::string& id : refused) out[story.enterprises.at(id).type].refusing.insert(id);
  return out;
}

}  // namespace anjuan::samples
