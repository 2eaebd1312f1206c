#include "engine/app/run.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <ostream>

#include "engine/app/commands.h"
#include "engine/app/sealing.h"

namespace anjuan::app {

namespace {

using Command = int (*)(const Options&, const Streams&);

// The command line as design section 10 names it: other people's scripts call these.
class Parser {
 public:
  Parser()
      : app_(
            "案卷 Anjuan: runs administrative processes, issues their documents, proves their "
            "history.") {
    app_.name("anjuan");
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "anjuan 0.1.0");
    app_.fallthrough();
    app_.add_option("-C", options_.folder, "The office folder (default: the current folder)")
        ->type_name("DIR");
    app_.add_option(
            "--library", options_.library,
            "The folder that holds workflows/ and templates/ (default: found above the program)")
        ->type_name("DIR");
    AddOffice();
    AddCases();
    AddLooking();
    AddPrivacy();
    AddPapers();
    AddRules();
    AddProving();
    AddCare();
  }

  int Parse(const std::vector<std::string>& arguments, const Streams& streams) {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
      app_.parse(reversed);
    } catch (const CLI::ParseError& error) {
      const int code = app_.exit(error, streams.out, streams.err);
      return code == 0 ? kExitDone : kExitCannot;
    }
    return chosen_(options_, streams);
  }

 private:
  CLI::App* Add(const std::string& name, const std::string& help, Command command) {
    CLI::App* sub = app_.add_subcommand(name, help);
    sub->fallthrough();
    sub->callback([this, command] { chosen_ = command; });
    return sub;
  }
  void Names(CLI::App* sub, const std::string& names, const std::string& help, int least,
             int most) {
    sub->add_option(names, options_.names, help)->expected(least, most)->required(least > 0);
  }
  void Json(CLI::App* sub) {
    sub->add_flag("--json", options_.json, "One JSON object a line, for scripts");
  }
  void AddNamesakes(CLI::App* sub) {
    sub->add_option("--meant", options_.meant,
                    "A return that names the person where it could be a namesake: erased too")
        ->type_name("RETURN")
        ->allow_extra_args(false);
    sub->add_option("--not-meant", options_.not_meant, "One that means the namesake: kept")
        ->type_name("RETURN")
        ->allow_extra_args(false);
  }
  void Data(CLI::App* sub) {
    sub->add_option("--set", options_.set, "A field: name=text, or name:=FEEL; may be repeated")
        ->type_name("NAME=VALUE")
        ->take_all();
    sub->add_option("--data", options_.data, "Fields from a JSON file (- for standard input)")
        ->type_name("FILE");
    sub->add_option("--as", options_.as,
                    "The account that acts, or ACCOUNT:ROLE (default: the local operator)")
        ->type_name("ACCOUNT");
    sub->add_option("--at", options_.at,
                    "Manual clock: move it forward to then; real clock: the business date")
        ->type_name("TIME");
    sub->add_option("--request", options_.request,
                    "Request id: the same id again does nothing and gives the same answer");
    sub->add_option("--batch", options_.batch,
                    "Name of a batch; the same name resumes it (default: named after its data)");
  }

  void Language(CLI::App* sub) {
    sub->add_option("--lang", options_.lang, "zh or en (default: as LC_ALL, LC_MESSAGES, LANG say)")
        ->check(CLI::IsMember({"zh", "en"}));
  }

  void AddOffice() {
    CLI::App* init = Add("init", "Make a new office folder", Init);
    Names(init, "DIR", "The folder; an office in it is never overwritten", 1, 1);
    init->add_option("--area", options_.area, "Default area code for new cases")
        ->capture_default_str();
    init->add_option("--clock", options_.clock, "real, or manual for rehearsals; for ever")
        ->check(CLI::IsMember({"real", "manual"}))
        ->capture_default_str();
    init->add_option("--at", options_.at, "Where a manual clock starts (default: 2023-01-01)")
        ->type_name("TIME");
    CLI::App* check =
        Add("check", "Check workflow definitions; exit 1 where there are errors", Check);
    Names(check, "PATH", "Bundles, or folders of them (default: those installed)", 0, 1000);
    Language(check);
    check->footer(
        "Told with file:line:column, a code, and what to do. Errors: mistakes of writing and of "
        "types,\n"
        "what names nothing (state, role, form, template, parameter), ways without an end\n"
        "(chart.stuck chart.dead_end chart.endless), data read before anything writes them\n"
        "(chart.unset). Warnings: guards that overlap or leave a case out (chart.overlap "
        "chart.gap),\n"
        "transitions and states nothing gets to (chart.never chart.unreachable), waits without a\n"
        "deadline (chart.deadline), timers never started, stopped or taken (chart.timer), regions\n"
        "that never finish (chart.done), children never answered (chart.child). Every code with "
        "an\n"
        "example: engine/chart/README.md.");
    CLI::App* describe =
        Add("describe", "Write a process down for approval: states, steps, deadlines, sources",
            Describe);
    Names(describe, "PROCESS", "The process, by folder or name", 1, 1);
    describe
        ->add_option("-o", options_.output,
                     "FILE.pdf, or FILE.md with the chart beside it as FILE.svg")
        ->required()
        ->type_name("FILE");
    CLI::App* draw = Add("draw", "Draw the chart of a process (needs graphviz)", Draw);
    Names(draw, "PROCESS", "The process, by folder or name; with --case that of the case", 0, 1);
    draw->add_option("--case", options_.case_id, "Mark the way this case took and where it is")
        ->type_name("CASE");
    draw->add_option("-o", options_.output, "FILE.svg, FILE.pdf, FILE.png or FILE.dot")
        ->required()
        ->type_name("FILE");
    CLI::App* publish = Add("publish", "Check, then store as new versions in this office", Publish);
    Names(publish, "PATH", "Bundles, by folder or name", 1, 1000);
    Language(publish);
    CLI::App* import = Add("import",
                           "Import a list, CSV or XLSX: all rows or none; prints which column was "
                           "taken for which",
                           Import);
    Names(import, "KIND FILE",
          "enterprises, accounts, parameters or calendar, and the file; titles above the heading, "
          "headings of several rows, blank rows, sums and signatures below are understood. "
          "calendar: open cases whose deadlines or dates the new days move get an event that says "
          "so; --dry-run lists them. "
          "offices FILE.json: bodies, their names, where papers are verified. "
          "returns SHEET FILE…: forms that offices filled in and sent back. sheets FILE.json…: "
          "descriptions of sheets. seals FILE.png with --organisation, or seals FOLDER of files "
          "named after their offices (hrss@430600.png): papers they issue from then on carry the "
          "seal",
          2, 1000);
    import
        ->add_option("--region", options_.region,
                     "Of returns: the region that sent the file (default: as the form says)")
        ->type_name("CODE");
    import->add_option("--from", options_.from, "Of returns: first day they are of")
        ->type_name("DATE");
    import->add_option("--to", options_.to, "Of returns: last day they are of")->type_name("DATE");
    import
        ->add_option("--replaces", options_.replaces,
                     "Of returns: the file corrects this one received before")
        ->type_name("RETURN");
    import->add_option("--as", options_.as, "Of returns: the account that takes them in")
        ->type_name("ACCOUNT");
    Json(import);
    import
        ->add_option("--organisation", options_.organisation,
                     "Whose seal the file is: office and region, such as hrss@430600")
        ->type_name("ID");
    import
        ->add_option("--sheet", options_.sheet,
                     "The sheet's name (default: the only one that has the list's columns)")
        ->type_name("NAME");
    import->add_flag("--dry-run", options_.dry_run, "Check everything, store nothing");
  }

  void AddCases() {
    CLI::App* open = Add("open", "Open a case, or one for each row or enterprise", Open);
    Names(open, "PROCESS", "The process: the name of its folder in workflows/", 1, 1);
    Data(open);
    Json(open);
    open->add_option("--region", options_.region, "Region code (default: that of the enterprise)");
    open->add_option("--for-each", options_.for_each,
                     "A list of enterprises (CSV or XLSX), a CSV whose headings are fields, or a "
                     "query of enterprises: all, region=430602, …")
        ->type_name("FILE|QUERY");
    open->add_option("--sheet", options_.sheet, "Of an XLSX: the sheet's name")->type_name("NAME");
    CLI::App* fire = Add("fire", "Fire one event at a case, or at many", Fire);
    Names(fire, "CASE EVENT", "The case and the event; with --cases the event alone", 1, 2);
    Data(fire);
    Json(fire);
    fire->add_option("--cases", options_.cases,
                     "Many cases: process=…,state=…,region=…, or any searchable field=value")
        ->type_name("QUERY");
    CLI::App* play = Add("play", "Play scripted runs; exit 1 where an expectation fails", Play);
    Names(play, "FILE", "*.case; in an office folder into that office, else each run by itself", 1,
          1000);
    play->add_flag("--coverage", options_.coverage,
                   "Then tell what no run went through: states, transitions, deadlines, papers");
    CLI::App* tick = Add("tick", "Fire what is due", Tick);
    tick->add_option("--until", options_.until, "Manual clock: move it to then, firing on the way")
        ->type_name("TIME");
  }

  void AddLooking() {
    CLI::App* cases = Add("cases", "List cases and count them by state", Cases);
    Names(cases, "QUERY",
          "process=…,state=…,region=…,actor=ACCOUNT,number=文号,document=SHA256,ended=1,"
          "incident=1,dead_letter=1,hold=1,moved=1, or any searchable field=value; several joined "
          "by commas",
          0, 1);
    Json(cases);
    CLI::App* show =
        Add("show", "One case: state, data, deadlines, documents, what may be done", Show);
    Names(show, "CASE", "The case number", 1, 1);
    show->add_option("--at", options_.at, "As it was then")->type_name("TIME");
    Json(show);
    CLI::App* history = Add("history", "The history of a case, row by row", History);
    Names(history, "CASE",
          "The case number (default: the office's own log: keys, disposal, returns erased)", 0, 1);
    Json(history);
    CLI::App* docs = Add("docs", "The documents issued in a case, or how many of each kind", Docs);
    Names(docs, "CASE", "The case number (default: count those of all cases)", 0, 1);
    Json(docs);
    CLI::App* doc = Add("doc", "Write a stored document to a file, byte for byte", Doc);
    Names(doc, "SHA256", "Its SHA-256, as anjuan docs shows it", 1, 1);
    doc->add_option("-o", options_.output, "The file")->required()->type_name("FILE");
    CLI::App* sheet =
        Add("sheet", "A statistics return, form or ledger: from cases, or from what was sent back",
            Sheet);
    Names(sheet, "ID",
          "The sheet: the name of its file in workflows/shared/sheets/, with its use where it has "
          "several; see anjuan sheets",
          1, 1);
    sheet->add_flag("--blank", options_.blank, "A form to fill in, with --unit or for --region");
    sheet->add_option("--rows", options_.rows, "Of a blank form: at least so many rows")
        ->check(CLI::Range(0, 10'000));
    sheet
        ->add_option("--data", options_.data,
                     "Rows from a file instead: JSON {\"rows\": [{column: value}]} or {\"cells\"}, "
                     "CSV or XLSX; checked, not stored")
        ->type_name("FILE");
    sheet->add_flag("--returned", options_.received,
                    "What was sent back, of a sheet that is counted from cases as well");
    sheet->add_option("--by", options_.by, "region: of what was sent back, each region's rows")
        ->check(CLI::IsMember({"region"}));
    sheet->add_option("--from", options_.from, "First day of the window")->type_name("DATE");
    sheet->add_option("--to", options_.to, "Last day of the window")->type_name("DATE");
    sheet
        ->add_option("--closing", options_.closing,
                     "Day of the report (default: the last day, or today where that is earlier)")
        ->type_name("DATE");
    sheet->add_option("--region", options_.region, "This region and what lies below it")
        ->type_name("CODE");
    sheet->add_option(
        "--unit", options_.unit,
        "The reporting unit printed on the sheet (default: the region's labour office)");
    sheet->add_flag("--freeze", options_.freeze,
                    "Keep the return as it is sent in: figures, day, who; see sheets");
    sheet
        ->add_option("--replaces", options_.replaces,
                     "Freeze it as the correction of this return, and list what is different")
        ->type_name("RETURN");
    sheet->add_option("--as", options_.as, "The account that freezes it")->type_name("ACCOUNT");
    sheet->add_option("-o", options_.output, "Write it as XLSX")->type_name("FILE.xlsx");
    Json(sheet);
    CLI::App* sheets =
        Add("sheets",
            "All sheets: what they are filled from, what was sent back and what is frozen", Sheets);
    Names(sheets, "SHEET|RETURN",
          "Of one sheet alone; or the number of a return, sent back or frozen: its table", 0, 1);
    sheets->add_option("-o", options_.output, "Write it as XLSX")->type_name("FILE.xlsx");
    Json(sheets);
  }

  void AddPrivacy() {
    CLI::App* person = Add("person", "Where a person is named: cases, registers; masked", Person);
    Names(person, "SUBJECT", "The person's token, as this command tells it; or one of the options",
          0, 1);
    person->add_option("--id-number", options_.id_number, "Find by ID number");
    person->add_option("--phone", options_.phone, "Find by telephone number");
    person->add_option("--name", options_.person_name,
                       "Find by the whole name; people of one name are listed apart");
    Json(person);
    CLI::App* reveal =
        Add("reveal", "Show personal data of a case; the history keeps who looked and why", Reveal);
    Names(reveal, "CASE FIELD", "The case and the fields", 2, 100);
    reveal->add_option("--reason", options_.reason, "Why")->required();
    reveal->add_option("--as", options_.as, "The account that looks")->type_name("ACCOUNT");
    CLI::App* erase =
        Add("erase", "Erase a person's data where the law no longer keeps them", Erase);
    Names(erase, "SUBJECT", "The person's token, as anjuan person tells it", 1, 1);
    erase->add_option("--reason", options_.reason, "Why")->required();
    erase->add_flag("--dry-run", options_.dry_run, "Tell what stands in the way, erase nothing");
    AddNamesakes(erase);
    erase->footer(
        "Refused while a case that names the person is open, under hold (aj.hold) or still to be "
        "kept (parameter\narchive.retention_years), and while a register names the person. Erased "
        "are the person's key and values,\npapers and free texts that spell them out, their "
        "print copies, the contents of frozen returns that\nname them (anjuan sheets RETURN tells "
        "how to freeze each anew) and what returns taken in say of them.\nWhere a return may mean "
        "a namesake nothing is erased until --meant or --not-meant says which; --dry-run lists\n"
        "all of them. anjuan history without a case tells who took what and why. Chains and proofs "
        "stay good;\nbackups made before keep what they hold.");
    CLI::App* retention = Add(
        "retention", "Cases whose term of keeping has run out: listed, and with approval destroyed",
        Retention);
    retention->add_option("--year", options_.year,
                          "Terms that end with this year (default: last year)");
    retention->add_option("-o", options_.output, "The list for destruction (档案销毁清册), a PDF")
        ->type_name("FILE.pdf");
    retention->add_flag("--apply", options_.apply,
                        "Destroy what is listed; needs -o, --reason, --as, --approved-by");
    retention->add_flag("--dry-run", options_.dry_run, "List alone, as without --apply")
        ->excludes("--apply");
    retention->add_option("--reason", options_.reason, "The appraisal: why nothing need be kept");
    retention->add_option("--as", options_.as, "Who made the list")->type_name("ACCOUNT");
    retention->add_option("--approved-by", options_.approved_by, "Who approved it, somebody else")
        ->type_name("ACCOUNT");
    retention->add_option("--unit", options_.unit, "The office on the list");
    AddNamesakes(retention);
    Json(retention);
    retention->footer(
        "A closed case is kept for archive.retention_years (of its process, or of all), counted "
        "from the\nfirst of January after closing; without a value for ever. Cases under hold "
        "(aj.hold) are listed and\nstay. Destroyed are papers, free texts, and people no other "
        "case or register names; an event in each\ncase and the office's log say who, why and by "
        "which list. Histories and proofs stay good.\n"
        "  anjuan retention --year 2033 -o list.pdf\n"
        "  anjuan retention --apply -o list.pdf --reason … --as ACCOUNT --approved-by ACCOUNT");
  }

  void AddPapers() {
    CLI::App* preview =
        Add("preview", "Print a paper before it is issued, and tell where every field comes from",
            Preview);
    Names(preview, "TEMPLATE", "Its code in templates/, or a template's file", 1, 1);
    preview->add_option("--case", options_.case_id, "With the data of this case, as it stands")
        ->type_name("CASE");
    preview
        ->add_option("--data", options_.data,
                     "With data from a JSON file (default: sample.json beside the template)")
        ->type_name("FILE");
    preview->add_option("--set", options_.set, "A value over those of --data; may be repeated")
        ->type_name("NAME=VALUE")
        ->take_all();
    preview->add_option("-o", options_.output, "FILE.pdf, or FILE.png (needs pdftoppm)")
        ->type_name("FILE");
    preview->add_flag("--draft", options_.draft, "Print lines to write on for what is missing");
    Json(preview);
    preview->footer(
        "One line for each field printed: place in the template, expression, source, value.\n"
        "Exit 1 and no file where a value is missing; --draft prints it all the same.\n"
        "Examples:\n"
        "  anjuan preview CODE -o offer.pdf                      the sample beside the template\n"
        "  anjuan -C OFFICE preview CODE --case CASE --draft -o offer.png\n"
        "  anjuan preview samples/notice -o notice.pdf");
    CLI::App* print =
        Add("print", "Bind the issued papers of many cases into one PDF, with bookmarks", Print);
    print->add_option("--cases", options_.cases, "Which cases, as for cases (default: all)")
        ->type_name("QUERY");
    print->add_option("--documents", options_.codes, "Only these papers, by code: CODE,CODE,…")
        ->delimiter(',')
        ->type_name("CODES");
    print->add_flag("--duplex", options_.duplex,
                    "Printing on both sides: each paper begins on a new sheet");
    print->add_option("-o", options_.output, "The file")->required()->type_name("FILE.pdf");
    print->footer(
        "In the order of case numbers; each page as it was issued, void papers left out. A "
        "bookmark\n"
        "for each paper: number, title, enterprise.");
    CLI::App* paper = Add("template", "What a template reads, and who issues it", Template);
    Names(paper, "fields TEMPLATE",
          "fields: each with its type, source and places, then the states and events of the "
          "processes that issue the paper",
          2, 2);
    Json(paper);
  }

  void Values(CLI::App* sub) {
    sub->add_option("--set", options_.set, "A value: name=text, or name:=FEEL; may be repeated")
        ->type_name("NAME=VALUE")
        ->take_all();
    sub->add_option("--data", options_.data, "Values as JSON or as a FEEL context (- for input)")
        ->type_name("FILE");
    Json(sub);
  }

  void AddRules() {
    CLI::App* eval =
        Add("eval", "Evaluate a FEEL expression; a mistake is shown with a caret", Eval);
    // Not among the names: of those the parser would split a text in brackets.
    eval->add_option("EXPRESSION", options_.expression, "FEEL, in quotes")->required();
    Values(eval);
    eval->add_flag("--lenient", options_.lenient,
                   "The standard's way: null and a warning instead of an error");
    eval->add_flag("--unary", options_.unary,
                   "A cell of a decision table; what is tested is given as ?");
    eval->add_option("--region", options_.region, "Of the case that functions of charts ask for")
        ->type_name("CODE");
    eval->add_option("--at", options_.at, "The business date they go by; default: today")
        ->type_name("DATE");
    eval->footer(
        "Examples:\n"
        "  anjuan eval '1.1 + 2.2'\n"
        "  anjuan eval 'workers * 0.5 > 100' --set workers:=240\n"
        "  anjuan eval 'sum(for w in wages return w.amount)' --data wages.json\n"
        "  anjuan eval --unary '[1..50], > 1000' --set '?:=40'\n"
        "  anjuan eval --lenient 'date(\"2023-02-30\")'\n"
        "  anjuan eval 'due(date(\"2023-03-03\"), parameter(\"cc.reply_days\"))' --region 430602\n"
        "  anjuan eval 'amount_in_capitals(1409.50)'\n"
        "Functions of charts (workflows/README.md) ask the office of -C, else the shipped tables.");
    CLI::App* decide = Add(
        "decide", "Make a decision of a DMN file, or list what it decides and check it", Decide);
    Names(decide, "FILE DECISION",
          "NAME.dmn, and the decision, function or service; without: the list", 1, 2);
    Values(decide);
    decide->footer(
        "Examples:\n"
        "  anjuan decide rules.dmn                         what it decides, from what; gaps, "
        "overlaps\n"
        "  anjuan decide rules.dmn grade --set score:=85   the value, and the rules that decided\n"
        "  anjuan decide rules.dmn grade --data case.json --json");
  }

  void AddProving() {
    CLI::App* xport = Add(
        "export", "One case with its proofs for an auditor; or event logs (XES, OCEL 2.0)", Export);
    Names(xport, "CASE", "The case whose dossier is written; office: the office's own log", 0, 1);
    xport->add_option("-o", options_.output, "The dossier: a new folder, or FILE.zip");
    xport->add_flag("--bare", options_.bare,
                    "Dossier: proofs alone, no papers (they name people) and no contents of rows");
    xport
        ->add_option(
            "--disclose", options_.disclose,
            "Dossier: personal fields shown with their values, each provable: FIELD,FIELD…, "
            "all or none; papers that tell the others stay out")
        ->delimiter(',')
        ->type_name("FIELDS");
    xport->add_option("--reason", options_.reason, "Why they are shown; kept in the history");
    xport->add_option("--as", options_.as, "The account that shows them")->type_name("ACCOUNT");
    xport
        ->add_option("--volume", options_.volume,
                     "The case's papers bound as an archive does: cover, contents, papers in the "
                     "order of workflows/shared/volumes.json, end sheet")
        ->type_name("FILE.pdf");
    xport->add_option("--unit", options_.unit,
                      "Who files the volume (default: the region's labour office)");
    xport->add_option("--xes", options_.xes, "Write the histories as XES")->type_name("FILE.xes");
    xport->add_option("--ocel", options_.ocel, "Write the histories as OCEL 2.0 JSON")
        ->type_name("FILE.json");
    xport->add_option("--cases", options_.cases, "Only these cases, as in anjuan cases")
        ->type_name("QUERY");
    xport->footer(
        "A dossier is checked without this office: anjuan-verify FILE.zip --trust vkeys.txt.\n"
        "With --disclose it shows personal fields one by one, each proved to be what history "
        "committed "
        "to:\n  anjuan export CASE -o part.zip --disclose contact,remark --reason 审计抽查\n"
        "It holds history, proofs, papers, the bound volume, the case's event logs and its rows in "
        "ledgers.\n"
        "Event logs hold no personal data: people are accounts, contents of forms stay out. Every "
        "event "
        "carries the\nhash of its leaf, so that what a tool finds can be traced back and proved.");
    CLI::App* inspect =
        Add("inspect",
            "The four-property check (四性检测) of a dossier or a case, item by item; exit 1 where "
            "one fails",
            Inspect);
    Names(inspect, "DOSSIER|CASE", "A dossier (folder or ZIP); or a case, as it would be exported",
          1, 1);
    inspect
        ->add_option("--trust", options_.trust,
                     "A public key (vkey) or a file of them; of a case: default the office's own")
        ->type_name("VKEY|FILE")
        ->expected(1)
        ->take_all();
    inspect->add_option("-o", options_.output, "The report: FILE.pdf, else text")
        ->type_name("FILE");
    Json(inspect);
    inspect->footer(
        "真实性 authenticity, 完整性 integrity, 可用性 usability, 安全性 safety (DA/T 70-2018): "
        "each item says "
        "通过,\n不通过 or 未检测 and why. Nothing is passed that was not looked at.\n"
        "  anjuan inspect dossier.zip --trust keys.txt -o 四性检测报告.pdf\n"
        "  anjuan -C OFFICE inspect CASE                     before it is handed over");
    Add("verify", "Prove that nothing stored was changed; exit 1 names the first bad record",
        Verify);
    Add("replay",
        "Step every case again and render every document again; exit 1 names the first "
        "difference",
        Replay);
    AddSealing();
    CLI::App* conform = Add("conform", "Run a conformance suite of a standard", Conform);
    Names(conform, "SUITE FOLDER",
          "scxml (W3C's layout, or NAME.scxml + NAME.json) or dmn (NAME.dmn + NAME-test-NN.xml)", 2,
          2);
    conform->add_flag("--verbose", options_.verbose, "dmn: each failure, expected and found");
    conform->add_option("-o", options_.output, "dmn: write each failure to this file")
        ->type_name("FILE");
    CLI::App* bench = Add("bench", "Measure; one JSON object a line", Bench);
    Names(bench, "NAME", "A file samples/*/bench/NAME.json, or chart, document, durable or feel", 1,
          100);
    bench->add_option("--count", options_.count, "How many")->capture_default_str();
  }

  void AddCare() {
    CLI::App* backup = Add("backup",
                           "Copy the office's store to a file, while it is in use; the copy is "
                           "verified",
                           Backup);
    Names(backup, "FILE", "The new file; one that stands there is not overwritten", 1, 1);
    backup->add_flag("--with-keys", options_.with_keys,
                     "Also write FILE.keys.json (mode 0600); keep it apart from the backup");
    backup->footer(
        "The backup is one file. Without the keys nobody can read personal data or documents in "
        "it;\n"
        "a person erased later is still in it: delete old backups in time.");
    CLI::App* restore =
        Add("restore", "Make an office from a backup, in a new folder; it is verified", Restore);
    Names(restore, "FILE", "The backup", 1, 1);
    restore
        ->add_option("--keys", options_.keys,
                     "The office's key file (default: FILE.keys.json, or keys.json in the folder)")
        ->type_name("FILE");
    restore->footer(
        "Example: anjuan -C office2 restore backup.db --keys office/keys.json\n"
        "An office in the folder is never overwritten. Print copies are made again.");
    AddKeys();
    CLI::App* doctor =
        Add("doctor", "Is this office well: folder, keys, store, disk, clock, fonts, work left",
            Doctor);
    Json(doctor);
    doctor->footer(
        "Each line: 正常 (well), 留意 (look at it), 问题 (a problem), and what to do. Exit 1 where "
        "there is a problem.");
    CLI::App* numbers =
        Add("numbers", "Official numbers given out, and that none is missing", Numbers);
    Names(numbers, "KIND", "Each number of this kind (default: a line for each counter)", 0, 1);
    Json(numbers);
  }

  void AddKeys() {
    CLI::App* keys =
        Add("keys", "The office's keys: how they stand, back them up, put them back, replace them",
            Keys);
    Names(keys, "ACTION", "backup, restore FILE, rotate; nothing: how they stand", 0, 2);
    keys->add_option("-o", options_.output,
                     "backup: the new file; restore: write the keys there, not into the office")
        ->type_name("FILE");
    keys->add_option("--passphrase-file", options_.passphrase_file,
                     "Its first line is the passphrase (- for standard input; default: ask)")
        ->type_name("FILE");
    keys->add_option("--reason", options_.reason, "rotate: why; kept in the office's log");
    keys->add_option("--as", options_.as, "rotate: who, for the office's log")
        ->type_name("ACCOUNT");
    keys->add_flag("--without-backup", options_.without_backup,
                   "rotate: although the present keys are backed up nowhere");
    keys->footer(
        "Without keys.json nothing personal and no paper can be read, by anybody. A key backup is\n"
        "encrypted under a passphrase (scrypt) and may lie anywhere; lose the passphrase and it is "
        "gone.\n"
        "rotate makes a new master key and wraps the keys of all people and papers with it, part "
        "by\n"
        "part: others work meanwhile; killed at any moment, the office opens with both keys, and "
        "the\n"
        "same command finishes it. Backups made before need the old key. The logs' signing key:\n"
        "anjuan seal --rotate.\n"
        "  anjuan keys backup -o keys-2023.json\n"
        "  anjuan -C OFFICE keys restore keys-2023.json");
  }

  CLI::App* AddSeal(const std::string& name, const std::string& help,
                    int (*command)(const std::filesystem::path&, const SealOptions&,
                                   const Streams&)) {
    CLI::App* sub = app_.add_subcommand(name, help);
    sub->fallthrough();
    sub->callback([this, command] {
      chosen_ = [this, command](const Options& options, const Streams& streams) {
        return command(options.folder, seal_, streams);
      };
    });
    return sub;
  }

  void AddSealing() {
    CLI::App* seal =
        AddSeal("seal",
                "Give committed history its place in the areas' signed logs; print where "
                "they stand",
                Seal);
    seal->add_flag("--vkey", seal_.vkey, "Print the logs' public keys: publish them");
    seal->add_option("--requests", seal_.requests,
                     "Write what a witness is asked to sign, one file for each area")
        ->type_name("DIR");
    seal->add_option("--since", seal_.since,
                     "Begin the proof there: the size the witness says it signed last")
        ->type_name("SIZE");
    seal->add_option("--cosigned", seal_.cosigned, "Take in checkpoints a witness has signed")
        ->type_name("FILE");
    seal->add_option("--witness", seal_.witness, "Register a witness by its public key")
        ->type_name("VKEY");
    seal->add_flag("--rotate", seal_.rotate,
                   "Replace the logs' signing key; the old one signs for the new one, then is "
                   "deleted. Nobody else may work on the office meanwhile");
    seal->footer(
        "Commands seal by themselves: on a manual clock at their end, on the real one once 256 "
        "rows\n"
        "wait or the last checkpoint is 60 s old. Witnessing by hand:\n"
        "  anjuan seal --requests out/              out/430600.request goes to the witness\n"
        "  anjuan-witness sign witness/ out/430600.request -o out/430600.cosigned     (there)\n"
        "  anjuan seal --cosigned out/430600.cosigned");
    CLI::App* mirror =
        AddSeal("mirror",
                "Copy the areas' logs to a folder as files (C2SP tlog-tiles), or add what is "
                "new; checked there with anjuan-verify",
                Mirror);
    mirror->add_option("DIR", seal_.name, "The folder; one folder for each area in it")->required();
  }

  CLI::App app_;
  Options options_;
  SealOptions seal_;
  std::function<int(const Options&, const Streams&)> chosen_;
};

}  // namespace

int Run(const std::vector<std::string>& arguments, const Streams& streams) {
  try {
    return Parser().Parse(arguments, streams);
  } catch (const port::Failure& failure) {
    streams.err << "error: " << failure.what() << "\n";
  } catch (const std::filesystem::filesystem_error& failure) {
    streams.err << "error: " << failure.what() << "\n";
  }
  return kExitCannot;
}

}  // namespace anjuan::app
