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
    // text -> tokens -> what was written
    {"this comment has no end", "注释没有结束"},
    {"this string has no end", "字符串没有结束引号"},
    {"this name has no end", "反引号中的名称没有结束"},
    {"this type has no end", "这个类型没有写完"},
    {"close it with {}", "请用 {} 结束"},
    {"a name cannot begin with a digit", "名称不能以数字开头"},
    {"write {} in backquotes: `{}`", "请把 {1} 写在反引号中：`{2}`"},
    {"a string is quoted with \", not with {}", "字符串用半角双引号 \" 括起，不用 {}"},
    {"write \"…\"", "请写成 \"…\""},
    {"unknown escape in a string", "字符串中有不认识的转义"},
    {"known: {}", "可用：{}"},
    {"FEEL has no operator {}", "FEEL 没有运算符 {}"},
    {"write =", "请写 ="},
    {"write !=", "请写 !="},
    {"write and", "请写 and"},
    {"write or", "请写 or"},
    {"write -", "请写 -"},
    {"unexpected character {}", "这里不应出现字符 {}"},
    {"full-width {} in an expression", "表达式中出现全角字符 {}"},
    {"full-width or foreign sign {}", "表达式中不能用符号 {}"},
    {"write half-width {}", "请写半角 {}"},
    {"the expression is empty", "表达式是空的"},
    {"the expression ends too early", "表达式没有写完"},
    {"write the value that is missing at its end", "请在末尾补上缺少的值"},
    {"the expression should end here, found {}", "表达式应当在此结束，却出现 {}"},
    {"is an operator missing, or a name misspelt?", "是否缺少运算符，或者名称写错？"},
    {"the end of the expression", "表达式末尾"},
    {"the test is empty", "测试是空的"},
    {"nested more than {} deep", "嵌套超过 {} 层"},
    {"split the expression", "请把表达式拆开"},
    {"an expression is at most 64 KiB long", "表达式最长 64 KiB"},
    {"a range begins with a value", "区间应当以一个值开头"},
    {"expected `]` or `)` to close the range, found {}", "区间末尾应当是 `]` 或 `)`，却出现 {}"},
    {"expected `{}` {}, found {}", "{2}应当是 `{1}`，却出现 {3}"},
    {"between the two bounds of `between`", "`between` 的两个界限之间"},
    {"after the tests of `in`", "`in` 的各项测试之后"},
    {"after `instance`", "`instance` 之后"},
    {"after the filter", "筛选条件之后"},
    {"after the arguments", "参数之后"},
    {"to close the parenthesis", "括号末尾"},
    {"to close the list", "列表末尾"},
    {"to close the context", "上下文末尾"},
    {"after the entry's name \"{}\"", "名称“{}”之后"},
    {"after the condition of `if`", "`if` 的条件之后"},
    {"of `if`", "`if` 中接下来"},
    {"after the iterators of `for`", "`for` 的各项之后"},
    {"after the iterators", "各项之后"},
    {"after the iterator's name", "循环变量之后"},
    {"after `function`", "`function` 之后"},
    {"between parameters", "参数之间"},
    {"between the parts of a type", "类型的各部分之间"},
    {"after the name of a field", "字段名之后"},
    {"before the result of a function", "函数结果之前"},
    {"expected a name after the point, found {}", "点号之后应当是名称，却出现 {}"},
    {"expected a value, found the word {}", "这里应当是一个值，却出现保留字 {}"},
    {"a name that is a word of the language is written in backquotes",
     "与保留字相同的名称应当写在反引号中"},
    {"expected a value, found {}", "这里应当是一个值，却出现 {}"},
    {"expected a string after @, found {}", "@ 之后应当是字符串，却出现 {}"},
    {"write @{}", "请写 @{}"},
    {"{} is no date, time or duration", "{} 不是日期、时间或者期间"},
    {"expected the name of an entry, found {}", "这里应当是名称，却出现 {}"},
    {"expected the iterator's name, found {}", "这里应当是循环变量的名称，却出现 {}"},
    {"expected a parameter's name, found {}", "这里应当是参数的名称，却出现 {}"},
    {"expected the name of a field, found {}", "这里应当是字段的名称，却出现 {}"},
    {"expected a type, found {}", "这里应当是类型，却出现 {}"},
    {"unknown type {}", "没有类型 {}"},
    {"a {} does not have these parts", "{} 没有这样的组成部分"},
    {"write list<number>, {}", "请写 list<number>、{}"},
    {"named and unnamed arguments in one call", "同一次调用中，参数不能有的写名称、有的不写"},
    {"unexpected `{}`", "这里不应出现 `{}`"},
    {"the number {} is too large", "数字 {} 太大"},
    {"the context has two entries named \"{}\"", "上下文中有两项都名为“{}”"},
    // names and types
    {"the expression gives {}; {} is needed here", "表达式给出 {}，这里需要 {}"},
    {"nothing is named \"{}\" here", "这里没有名为“{}”的数据"},
    {"nothing is named \"{}\"", "没有名为“{}”的数据"},
    {"it is a function: {}", "这是函数：{}"},
    {"it has: {}", "它有：{}"},
    {"there is no function \"{}\"", "没有函数“{}”"},
    {"the business date is _x.today", "办理日期写作 _x.today"},
    {"the time of the event is _x.now", "事件时间写作 _x.now"},
    {"external functions are not run here", "这里不运行外部函数"},
    {"ask for a function of the host", "请要求系统提供该函数"},
    {"`{}` is null, and {} needs a value", "`{1}` 为 null，而 {2} 需要有值"},
    {"test it first: `{}` != null and …", "请先判断：`{}` != null and …"},
    {"`{}` is a {} and has no \"{}\"", "`{1}` 的类型是 {2}，没有“{3}”"},
    {"`{}` is {} and has no \"{}\"", "`{1}` 的类型是 {2}，没有“{3}”"},
    {"`{}` is {}; only a list can be filtered", "`{1}` 的类型是 {2}；只有列表可以筛选"},
    {"`{}` is {}; only a list or range can be gone through",
     "`{1}` 的类型是 {2}；只有列表或者区间可以逐项处理"},
    {"`{}` is {}; `{}` needs an ordered value", "`{1}` 的类型是 {2}；`{3}` 需要可以比较大小的值"},
    {"`{}` is {}; {} needs a boolean", "`{1}` 的类型是 {2}；{3} 需要 boolean"},
    {"`{}` is a {}; `{}` needs booleans", "`{1}` 的类型是 {2}；`{3}` 需要 boolean"},
    {"`{}` is a {}; {} needs a {}", "`{1}` 的类型是 {2}；{3} 需要 {4}"},
    {"`{}` is {} and `{}` is {}: they are never equal",
     "`{1}` 的类型是 {2}，`{3}` 的类型是 {4}：永远不会相等"},
    {"`{}` is a {} and `{}` a {}: `{}` does not compare them",
     "`{1}` 的类型是 {2}，`{3}` 的类型是 {4}：`{5}` 不能比较"},
    {"`{}` is a {} and `{}` holds other values", "`{1}` 的类型是 {2}，`{3}` 中是别的类型的值"},
    {"`{}` is {} and cannot be called", "`{1}` 的类型是 {2}，不能调用"},
    {"`{}` is {} and cannot stand in a text", "`{1}` 的类型是 {2}，不能写进文字"},
    {"name one of its fields: {}", "请写明其中一个字段：{}"},
    {"a filter needs a condition or a position, not {}", "筛选需要条件或者位置，不能用 {}"},
    {"a filter needs a boolean or a position, not a {}", "筛选需要 boolean 或者位置，不能用 {}"},
    {"a loop counts whole numbers or dates, not {}", "循环只能按整数或者日期计数，不能用 {}"},
    {"a loop counts whole numbers or dates", "循环只能按整数或者日期计数"},
    {"a test of `?` gives a boolean, not a {}", "对 `?` 的测试应当给出 boolean，不是 {}"},
    {"a test of `?`", "对 `?` 的测试"},
    {"`{}` needs a boolean, not a {}", "`{}` 需要 boolean，不能用 {}"},
    {"`{}` does not take date and time and {}", "`{}` 不能用于 date and time 和 {}"},
    {"`{}` does not take days and time duration and {}",
     "`{}` 不能用于 days and time duration 和 {}"},
    {"`{}` does not take years and months duration and {}",
     "`{}` 不能用于 years and months duration 和 {}"},
    {"`{}` does not take date and time", "`{}` 不能用于 date and time"},
    {"`{}` does not take arguments of these names", "`{}` 没有这些名称的参数"},
    {"`{}` does not take {} and {}", "`{}` 不能用于 {} 和 {}"},
    {"`{}` does not take {}", "`{}` 不能用于 {}"},
    {"make text of the other side with string(…)", "请用 string(…) 把另一边变成文字"},
    {"compare date(…) of the date and time", "请比较该日期时间的 date(…)"},
    {"write the date as {}", "日期请写成 {}"},
    {"write date and time({})", "请写成 date and time({})"},
    {"write the duration as {}, or ask for .days", "期间请写成 {}，或者取 .days"},
    {"write the duration as {}", "期间请写成 {}"},
    {"is one of them quoted by mistake?", "是否有一边误加了引号？"},
    {"ask with list contains(…) or count(…)", "请用 list contains(…) 或者 count(…) 判断"},
    {"its values are: {}", "它的取值有：{}"},
    {"a range from a {} to a {}", "区间不能从 {} 到 {}"},
    {"a range of {}", "不能用 {} 作区间"},
    // calls
    {"no parameter is named \"{}\"", "没有名为“{}”的参数"},
    {"it takes: {}", "参数有：{}"},
    {"\"{}\" is given twice", "“{}”给了两次"},
    {"the function takes {} arguments, not {}", "该函数有 {} 个参数，不是 {} 个"},
    {"{} takes {} to {} arguments, not {}", "{} 有 {} 至 {} 个参数，不是 {} 个"},
    {"{} takes {} to {} argument, not {}", "{} 有 {} 至 {} 个参数，不是 {} 个"},
    {"{} takes {} arguments, not {}", "{} 有 {} 个参数，不是 {} 个"},
    {"{} takes {} argument, not {}", "{} 有 {} 个参数，不是 {} 个"},
    {"{} does not take {} arguments", "{} 不能带 {} 个参数"},
    {"{} does not take {} argument", "{} 不能带 {} 个参数"},
    {"no {} takes these arguments together", "{} 不能同时用这些参数"},
    {"no {} takes these arguments", "{} 不能用这些参数"},
    {"\"{}\" of {} is {}, not {}", "{2} 的“{1}”应当是 {3}，不是 {4}"},
    {"the parameter \"{}\" is a {}, not a {}", "参数“{}”应当是 {}，不是 {}"},
    {"a {} is not a function", "{} 不是函数"},
    {"`{}` takes no functions", "`{}` 的参数不能是函数"},
    {"{} takes no functions", "{} 的参数不能是函数"},
    {"the result is a function", "结果是一个函数"},
    {"call it: a function cannot be kept", "请调用它：函数不能保存"},
    // values
    {"a position is a whole number", "位置应当是整数"},
    {"the loop is too long", "循环次数太多"},
    {"the loop makes too long a list", "循环产生的列表太长"},
    {"only a range of whole numbers or dates can be counted through",
     "只有整数或者日期的区间可以逐个计数"},
    {"a range from the greater to the lesser holds nothing", "从大到小的区间中没有值"},
    {"`partial` is copied too often", "`partial` 复制次数太多"},
    {"nested too deeply: more than {}", "嵌套太深：超过 {} 层"},
    {"more than {} bytes", "超过 {} 字节"},
    {"more than {} steps", "超过 {} 步"},
    {"more than {} calls deep", "调用超过 {} 层"},
    {"the value is too large", "这个值太大"},
    {"the values are too large", "这些值太大"},
    {"too many items", "项数太多"},
    {"the text is too long", "文字太长"},
    {"the texts are too long", "这些文字太长"},
    {"the budget of this evaluation is used up", "本次计算超出允许的工作量"},
    {"the result is not a number of at most 34 digits", "结果超出34位数字"},
    {"the date is out of range", "日期超出范围"},
    {"the duration is out of range", "期间超出范围"},
    {"division by zero", "除数为零"},
    {"one of the times has a zone and the other has none", "两个时间一个有时区，一个没有"},
    {"one of the two has a zone and the other has none", "两者一个有时区，一个没有"},
    {"a key is a string, not a {}", "键应当是 string，不是 {}"},
    {"\"{}\" is no context to put into", "“{}”不是上下文，不能写入"},
    {"the keys are one to a hundred", "键应当有1至100个"},
    {"an entry is written {}", "每一项写作 {}"},
    {"two entries with the key \"{}\"", "有两项的键都是“{}”"},
    {"context merge needs contexts, found {}", "context merge 需要上下文，却出现 {}"},
    {"item {} of the list is null", "列表第 {} 项为 null"},
    {"item {} of the list is {}; {} is needed", "列表第 {} 项是 {}，需要 {}"},
    {"item {} of the list: {}", "列表第 {} 项：{}"},
    {"an ordered value", "可以比较大小的值"},
    {"a number or a duration", "number 或者期间"},
    {"a number", "number"},
    {"a boolean", "boolean"},
    {"a list", "list"},
    {"a range", "区间"},
    {"a position", "位置"},
    {"a loop", "循环"},
    {"a call", "调用"},
    {"the list is empty", "列表是空的"},
    {"the list is null", "列表为 null"},
    {"the sum is too large", "和太大"},
    {"stddev needs two numbers at least", "stddev 至少需要两个数"},
    {"the numbers are too large", "这些数太大"},
    {"position {} lies outside a list of {}", "位置 {} 不在 {} 项的列表之内"},
    {"the length goes beyond the list", "长度超出列表"},
    {"the function of {} must give a boolean", "{} 的函数应当给出 boolean"},
    {"a part has one item at least", "每一部分至少有一项"},
    {"date and time and {} have no order; give sort a function",
     "date and time 和 {} 不能比较大小；请给 sort 一个函数"},
    {"{} and {} have no order; give sort a function", "{} 和 {} 不能比较大小；请给 sort 一个函数"},
    {"\"{}\" is no number", "“{}”不是数字"},
    {"the separators are \" \", \",\" or \".\", and not the same",
     "分隔符是 \" \"、\",\" 或 \".\"，并且两者不同"},
    {"a scale is -6111 to 6176", "小数位数是 -6111 至 6176"},
    {"the rounded number does not fit 34 digits", "舍入结果超出34位数字"},
    {"the quotient is too large", "商太大"},
    {"sqrt of a negative number", "负数不能开平方"},
    {"no square root", "没有平方根"},
    {"log of a number that is not positive", "只有正数才有对数"},
    {"no logarithm", "没有对数"},
    {"exp is too large", "exp 的结果太大"},
    {"only whole numbers are odd or even", "只有整数才有奇偶"},
    {"the two have no common order", "两者不能比较大小"},
    {"positions count from 1, or from -1 at the end", "位置从1数起，从末尾数起为 -1"},
    {"the start lies outside the string", "起点不在字符串之内"},
    {"a length is 1 or more", "长度至少为1"},
    {"\"{}\" is no regular expression: {}", "“{}”不是正则表达式：{}"},
    {"the text is not UTF-8", "文字不是 UTF-8"},
    {"the pattern takes too long to match", "按此正则表达式查找用时太长"},
    {"a pattern that matches nothing at all cannot be replaced",
     "能匹配空串的正则表达式不能用于替换"},
    {"in a replacement $ stands before a digit; write {}", "替换文字中 $ 之后应当是数字；请写 {}"},
    {"string join needs strings, found {}", "string join 需要字符串，却出现 {}"},
    {"string needs a value", "string 需要有值"},
    {"there is no date {}", "没有 {} 这一天"},
    {"hours are 0 to 23, minutes 0 to 59, seconds below 60", "小时是0至23，分是0至59，秒小于60"},
    {"an offset is at most 18 hours", "时差最多18小时"},
    {"\"{}\" is no {}; write it as {}", "“{}”不是 {}；请写成 {}"},
    // patterns
    {"a pattern is at most 4096 bytes long", "正则表达式最长4096字节"},
    {"the flags are s, m, i, x and q, not \"{}\"", "标志有 s、m、i、x、q，没有“{}”"},
    {"nested too deeply", "嵌套太深"},
    {"there is nothing to repeat", "没有可以重复的内容"},
    {"an unescaped {}", "没有转义的 {}"},
    {"of the groups beginning with (? only (?: is known", "以 (? 开头的组只有 (?: 可用"},
    {"a group without )", "组缺少 )"},
    {"a count is written {2}, {2,} or {2,5}, up to 1000",
     "次数写在花括号中，如 2 或者 2,5，不超过1000"},
    {"an anchor cannot be repeated", "^ 和 $ 不能重复"},
    {"\\{} refers to a group that is not complete before it", "\\{} 指的组在它之前没有写完"},
    {"a \\ at the end", "末尾有 \\"},
    {"an unknown escape", "不认识的转义"},
    {"a category is written \\p{Lu}", "类别写作 \\p{Lu}"},
    {"no category or block \"{}\"", "没有类别或者区块“{}”"},
    {"a class without ]", "字符类缺少 ]"},
    {"nothing may follow what is subtracted", "减去的部分之后不能再写"},
    {"an empty class", "空的字符类"},
    {"a range from a greater to a lesser character", "字符范围从大到小"},
    {"unexpected )", "多余的 )"},
    // texts with {FEEL}
    {"this } closes nothing", "这个 } 没有对应的 {"},
    {"write }} for the brace itself", "花括号本身写作 }}"},
    {"this { is never closed", "这个 { 没有结束"},
    {"write {{ for the brace itself", "花括号本身写作 {{"},
    {"there is no value to print", "没有可以打印的值"},
    {"a {} cannot be printed", "{} 不能打印"},
    {"this cannot be printed", "不能打印"},
    {"{{}}: {}", "{{}}：{}"},
    {"`{}`: {}", "`{}`：{}"},
    {"`{}` failed", "`{}` 失败"},
    {"{} failed", "{} 失败"},

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
