#include "engine/chart/texts.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/text.h"

namespace anjuan::chart {

namespace {

// {} is a hole. The Chinese takes them in order, or by number: {2} the second.
struct Row {
  std::string_view english, chinese;
};

constexpr Row kRows[] = {
    // ---- what a chart can do (examine.h) ----
    {"transitions {} of \"{}\" overlap: where {}, this guard and that of line {} both hold",
     "“{2}”的转移{1}条件重叠：{3} 时，本条与第 {4} 行的条件同时成立"},
    {"the one written first is taken; let the guards exclude each other",
     "系统只走写在前面的一条；请把条件改为互相排斥"},
    {"no transition {} of \"{}\" is taken where {}",
     "“{2}”的转移{1}有遗漏：{3} 时没有任何一条成立"},
    {"nothing leads on from \"{}\" where {}", "{2} 时，案件停在“{1}”，没有出路"},
    {"let one of the guards take this case, or add a transition without cond behind them",
     "请让其中一条条件包括这种情形，或者在最后加一条不带 cond 的转移"},
    {"this guard holds in no case", "这一条件在任何情形下都不成立"},
    {"its conditions exclude each other", "其中各项条件互相矛盾"},
    {"transition {} of \"{}\" is never taken: those written before it take every case",
     "“{2}”的转移{1}永远走不到：写在前面的各条已经包括所有情形"},
    {"transition {} of \"{}\" is never taken: that of line {} always comes first",
     "“{2}”的转移{1}永远走不到：第 {3} 行的转移总是先走"},
    {"transition {} of \"{}\" is never taken: where its event comes others take it, or it never "
     "comes here",
     "“{2}”的转移{1}永远走不到：事件来时总由别的转移办理，或者事件不会在这里发生"},
    {"write the special case first, or delete it", "请把特殊情形写在前面，或者删去这一条"},
    {"is the state the right one, does its timer run here, is the event raised here?",
     "请核对：状态是否写对，期限在这里是否运行，事件是否在这里发出"},
    {"without an event", "（无事件）"},
    {"only {} situations were looked at; what can only be told of all is not",
     "只查看了 {} 种情形；须看完全部情形才能下的结论没有给出"},
    {"fewer parallel regions, or independent parts as child cases",
     "请减少并行区域，或者把互不相干的部分改为子案件"},
    {"from {} steps without an event follow each other without end; the way there: {}",
     "从 {} 起，无事件的转移循环不止；最短路径：{}"},
    {"from {} steps without an event follow each other without end where {}",
     "{2} 时，从 {1} 起，无事件的转移循环不止"},
    {"let one of the transitions wait for an event or a condition that changes",
     "请让其中一条转移等待事件，或者等待会变化的条件"},
    {"from {} no end of the process can be reached; the way there: {}",
     "到了 {} 以后，再也走不到流程的任何终点；最短路径：{}"},
    {"an end is a <final> that is a child of <scxml>", "终点是直接写在 <scxml> 下的 <final>"},
    {"\"{}\" never comes: region \"{}\" reaches no <final>",
     "“{}”永远不会发生：区域“{}”到不了任何 <final>"},
    {"\"{}\" never comes: the regions of \"{}\" are never all in a <final> at once",
     "“{}”永远不会发生：“{}”的各区域不会同时办结"},
    {"\"{}\" never comes: \"{}\" reaches no <final>", "“{}”永远不会发生：“{}”到不了任何 <final>"},
    {"every region ends in a <final> of its own", "每个区域都应当有自己的 <final>"},
    {"no order of events leads to state \"{}\"", "无论事件怎样发生，都到不了状态“{}”"},
    {"the transitions to it are never taken", "通向它的转移永远走不到"},
    {"timer \"{}\" fires in {} and no transition takes it there",
     "期限“{}”在 {} 中届满时，没有转移办理"},
    {"take the event there, or leave the state out of runs-in: the timer then sleeps",
     "请在该状态中办理这一事件，或者从 runs-in 中去掉该状态（期限在那里休眠）"},
    {"timer \"{}\" is never stopped: its states are left for good by line {}",
     "期限“{}”从未停止：第 {} 行的转移之后不再回到它运行的状态"},
    {"<aj:stop timer=\"{}\"/> where its period is over",
     "请在期限结束处写 <aj:stop timer=\"{}\"/>"},
    {"\"{}\" is required in \"{}\", but nothing has written it when the case gets there",
     "“{2}”要求填写“{1}”，但案件到达时没有任何一步写过它"},
    {"\"{}\" is read here, but nothing has written it by then",
     "这里读取“{}”，但到这一步为止没有任何一步写过它"},
    {"template {} needs \"{}\", but nothing has written it by then",
     "文书 {} 需要“{}”，但到这一步为止没有任何一步写过它"},
    {"write it before, take it from a form, or test for null",
     "请先写入、由表单填写，或者先判断是否为 null"},
    {"write it before, or take it from a form", "请先写入，或者由表单填写"},
    {"child \"{}\" ({}) sends \"{}\", and no transition with aj:role=\"child:{}\" takes it",
     "子案件“{}”（{}）发来“{}”，没有 aj:role=\"child:{}\" 的转移办理"},
    {"it would become a letter that reaches nobody", "该事件将无人接收"},
    {"child \"{}\" ({}) never sends \"{}\"", "子案件“{}”（{}）从不发送“{}”"},

    // ---- the whole chart, when it is read (check.cc) ----
    {"\"{}\" and \"{}\" cannot both be active", "“{}”和“{}”不能同时处于活动状态"},
    {"a transition without event, condition and target would never end",
     "没有事件、条件和目标的转移会循环不止"},
    {"the default \"{}\" of history \"{}\" is no {} \"{}\"",
     "历史状态“{2}”的默认目标“{1}”不在“{4}”之内"},
    {"In: no state \"{}\"", "In：没有状态“{}”"},
    {"no party \"{}\"", "没有相对方“{}”"},
    {"no timer \"{}\"", "没有期限“{}”"},
    {"no child \"{}\"", "没有子案件“{}”"},
    {"no <aj:spawn> \"{}\"", "没有 id 为“{}”的 <aj:spawn>"},
    {"nobody may fire \"{}\": no aj:role", "没有人可以提交“{}”：缺少 aj:role"},
    {"name person roles, party:NAME, timer:ID or child:ID",
     "请写明人员角色、party:名称、timer:编号或 child:编号"},
    {"timer \"{}\" fires \"{}\", not \"{}\"", "期限“{}”发出的是“{}”，不是“{}”"},
    {"no way leads to state \"{}\"", "没有任何转移通向状态“{}”"},
    {"no way leads out of state \"{}\"", "状态“{}”没有出路"},
    {"an end of the process is a <final>", "流程的终点写作 <final>"},
    {"the process has no <final> to end in", "流程没有终点（<final>）"},
    {"\"{}\" waits without a timer", "“{}”是等待状态，但没有期限"},
    {"name the state in a timer's runs-in, or say why: aj:no-deadline=\"...\"",
     "请在某个期限的 runs-in 中写上该状态，或者用 aj:no-deadline=\"…\" 说明理由"},
    {"timer \"{}\" is never started", "期限“{}”从未启动"},
    {"start=\"enter\", or <aj:start>", "请写 start=\"enter\" 或者 <aj:start>"},
    {"no transition of the states it runs in has aj:role=\"timer:{}\": it fires for nothing",
     "它运行的状态中没有 aj:role=\"timer:{}\" 的转移：届满时无事可办"},
    {"\"{}\" is read here, but nothing in the chart writes it",
     "这里读取“{}”，但流程中没有任何一步写过它"},
    {"right only where a parent case hands it down", "只有由上级案件带入时才是对的"},

    // ---- reading ----
    {"no state \"{}\"", "没有状态“{}”"},
    {"more than {} states", "状态超过 {} 个"},
    {"more than {} data", "数据超过 {} 项"},
    {"more than {} targets", "目标超过 {} 个"},
    {"state \"{}\" is declared twice{}", "状态“{}”重复声明{}"},
    {"timer \"{}\" is declared twice", "期限“{}”重复声明"},
    {"\"{}\" is declared twice", "“{}”重复声明"},
    {"<{}> names no initial state", "<{}> 没有写明初始状态"},
    {"state \"{}\" names no initial state; its first child is taken",
     "状态“{}”没有写明初始状态，按第一个子状态办理"},
    {"initial state \"{}\" is not inside \"{}\"", "初始状态“{}”不在“{}”之内"},
    {"the transition of <{}> names no target", "<{}> 的转移没有写目标"},
    {"the transition of <{}> has neither event nor cond", "<{}> 的转移不能带 event 和 cond"},
    {"<{}> needs a <transition>", "<{}> 应当有一条 <transition>"},
    {"<{}> needs an id", "<{}> 应当有 id"},
    {"<scxml> needs a name: that of its folder", "<scxml> 应当有 name，与文件夹同名"},
    {"an initial attribute and an <initial> element", "initial 属性和 <initial> 元素只能写一个"},
    {"no data model \"{}\"", "没有数据模型“{}”"},
    {"no element <{}>", "没有元素 <{}>"},
    {"<{}> may not stand in <{}>", "<{}> 不能写在 <{}> 中"},
    {"<{}> has no attribute \"{}\"", "<{}> 没有属性“{}”"},
    {"<{}> needs the attribute \"{}\"", "<{}> 缺少属性“{}”"},
    {"<{}> needs \"{}\" or \"{}\"", "<{}> 应当有“{}”或“{}”"},
    {"\"{}\" of <{}> is empty", "<{2}> 的“{1}”是空的"},
    {"<{}> holds no text", "<{}> 中不能有文字"},
    {"<{}> is not for a workflow", "<{}> 不能用于流程定义"},
    {"a child that lasts is a case of its own: <aj:spawn>",
     "需要保存的下级事项请另立子案件：<aj:spawn>"},
    {"write an <assign> for each datum: its type is checked",
     "请逐项写 <assign>，系统会核对数据类型"},
    {"the root is <{}>, not <scxml> of SCXML", "根元素是 <{}>，应当是 SCXML 的 <scxml>"},
    {"no form \"{}\"", "没有表单“{}”"},
    {"no datum \"{}\"", "没有数据“{}”"},
    {"form \"{}\" has no field \"{}\"", "表单“{}”没有字段“{}”"},
    {"a datum is named here, not a part of one: \"{}\"",
     "这里应当写整项数据，不能写其中一部分：“{}”"},
    {"no kind of role \"{}\"", "没有“{}”这种角色"},
    {"{} is \"true\" or \"false\", not \"{}\"", "{} 只能是 true 或 false，不能是“{}”"},
    {"\"{}\" is {}, the expression gives {}", "“{}”的类型是 {}，表达式给出的是 {}"},
    {"\"{}\" is no value of \"{}\": {}", "“{}”不是“{}”的取值：{}"},
    {"aj:values: \"{}\" is no value of \"{}\"", "aj:values：“{}”不是“{}”的取值"},
    {"aj:values: \"{}\" has no \"=\"", "aj:values：“{}”缺少“=”"},
    {"datum \"{}\" has no aj:type", "数据“{}”没有写 aj:type"},
    {"\"{}\" cannot be a name in expressions", "“{}”不能作为表达式中的名称"},
    {"letters, digits and _; no leading _ or digit", "只能用字母、数字和 _，不能以 _ 或数字开头"},
    {"\"{}\" is no target of <send>", "“{}”不是 <send> 的目标"},
    {"\"{}\" is no delay", "“{}”不是时长"},
    {"write 5s, 500ms or P3D", "请写 5s、500ms 或 P3D"},
    {"a workflow sends to cases only: no type", "流程只能向案件发送：不写 type"},
    {"\"{}\" is no duration", "“{}”不是期间"},
    {"start is \"enter\" or absent", "start 只能是 enter，或者不写"},
    {"a timer is due on a date", "期限应当到某一日期届满"},
    {"param \"{}\" is given twice", "参数“{}”重复"},
    {"digits is a number from 1 to 12", "digits 是 1 至 12 的数"},
    {"an official number is a string", "文号应当是 string"},
    {"the format has no {n} for the serial", "format 中缺少序号 {n}"},
    {"party \"{}\" reads \"{}\"{}", "相对方“{}”读取了“{}”{}"},
    {"a party may read parties declared before it", "相对方只能读取写在它前面的相对方"},
    {"aj:personal is for texts; \"{}\" is {}", "aj:personal 只用于文本；“{}”的类型是 {}"},
    {"did you mean \"{}\"?", "是否为“{}”？"},

    // ---- FEEL ----
    {"the expression gives {}; {} is needed here", "表达式给出 {}，这里需要 {}"},
    {"the expression is empty", "表达式是空的"},
    {"the expression ends too early", "表达式没有写完"},
    {"the expression should end here, found {}", "表达式应当在此结束，却出现 {}"},
    {"expected a value, found {}", "这里应当是一个值，却出现 {}"},
    {"nothing is named \"{}\" here", "这里没有名为“{}”的数据"},
    {"nothing is named \"{}\"", "没有名为“{}”的数据"},
    {"there is no function \"{}\"", "没有函数“{}”"},
    {"this string has no end", "字符串没有结束引号"},
    {"close it with {}", "请用 {} 结束"},

    // ---- the bundle ----
    {"no role \"{}\"", "没有角色“{}”"},
    {"no parameter \"{}\"", "没有参数“{}”"},
    {"no process \"{}\"", "没有流程“{}”"},
    {"no template \"{}\"", "没有文书模板“{}”"},
    {"no document issued by this workflow \"{}\"", "本流程不签发文书“{}”"},
    {"no chart.scxml", "没有 chart.scxml"},
    {"a workflow is a folder with chart.scxml, forms/ and cases/",
     "流程是一个文件夹，内有 chart.scxml、forms/ 和 cases/"},
    {"the chart's name differs from its folder's", "流程图的 name 与文件夹名不同"},
    {"a process is found by its folder's name", "系统按文件夹名查找流程"},
    {"field \"{}\" is declared, but nothing in {} ever writes it",
     "字段“{}”已声明，但 {} 中没有任何一步写过它"},
    {"add it to a form, or assign it", "请加入表单，或者赋值"},
};

// What stands in the holes; nullopt: another text. The last piece must end the text, so a hole in
// front of it may hold anything.
std::optional<std::vector<std::string_view>> Match(std::string_view text,
                                                   std::string_view pattern) {
  std::vector<std::string_view> holes;
  size_t hole = pattern.find("{}");
  std::string_view piece = pattern.substr(0, hole);
  if (!text.starts_with(piece)) return std::nullopt;
  text.remove_prefix(piece.size());
  while (hole != std::string_view::npos) {
    pattern.remove_prefix(hole + 2);
    hole = pattern.find("{}");
    piece = pattern.substr(0, hole);
    size_t at = text.size();
    if (hole == std::string_view::npos) {
      if (!text.ends_with(piece)) return std::nullopt;
      at -= piece.size();
    } else {
      at = piece.empty() ? text.size() : text.find(piece);
      if (at == std::string_view::npos) return std::nullopt;
    }
    holes.push_back(text.substr(0, at));
    text.remove_prefix(at + piece.size());
  }
  if (!text.empty()) return std::nullopt;
  return holes;
}

std::string Translate(std::string_view text);

std::string Fill(std::string_view pattern, const std::vector<std::string_view>& holes) {
  std::string out;
  size_t next = 0;
  for (size_t at = 0; at < pattern.size(); ++at) {
    const size_t close = pattern[at] == '{' ? pattern.find('}', at) : std::string_view::npos;
    const std::string_view number =
        close == std::string_view::npos ? "x" : pattern.substr(at + 1, close - at - 1);
    const bool digit = number.size() == 1 && number[0] >= '1' && number[0] <= '9';
    if (!number.empty() && !digit) {
      out += pattern[at];
      continue;
    }
    const size_t hole = digit ? static_cast<size_t>(number[0] - '1') : next++;
    if (hole < holes.size()) out += Translate(holes[hole]);
    at = close;
  }
  return out;
}

std::string Translate(std::string_view text) {
  for (const Row& row : kRows) {
    if (const auto holes = Match(text, row.english)) return Fill(row.chinese, *holes);
  }
  return std::string(text);
}

}  // namespace

Diagnostic InChinese(Diagnostic diagnostic) {
  diagnostic.message = Translate(diagnostic.message);
  if (!diagnostic.hint.empty()) diagnostic.hint = Translate(diagnostic.hint);
  return diagnostic;
}

std::string RenderInChinese(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    std::string text = Render(InChinese(diagnostic));
    const bool error = diagnostic.severity == Severity::kError;
    const std::string word = StrCat(error ? "error" : "warning", "[", diagnostic.code, "]: ");
    const size_t at = text.find(word);
    if (at != std::string::npos) {
      text.replace(at, word.size(), StrCat(error ? "错误" : "警告", "[", diagnostic.code, "] "));
    }
    out += text + "\n";
  }
  return out;
}

}  // namespace anjuan::chart
