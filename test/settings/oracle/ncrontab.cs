#:package ncrontab.signed@3.4.0
#:property InvariantGlobalization=true

// Writes table.txt: what the library by which the Functions host reads a timer's schedule makes of expressions of
// every kind. `dotnet run test/settings/oracle/ncrontab.cs -- test/settings/oracle/table.txt` writes it anew, always
// the same. A line is an expression in JSON, a tab, and `refused`, `never`, or its next two times.

using NCrontab;

const int count = 4000;
const int years = 400;
var from = new DateTime(2026, 9, 21, 14, 0, 1, DateTimeKind.Utc);
var options = new CrontabSchedule.ParseOptions { IncludingSeconds = true };

ulong state = 1;
int Below(int bound)
{
    state = state * 6364136223846793005UL + 1442695040888963407UL;
    return (int)((state >> 33) % (ulong)bound);
}
T Of<T>(params T[] values) => values[Below(values.Length)];

(int Min, int Max, string[] Names)[] fields =
[
    (0, 59, []),
    (0, 59, []),
    (0, 23, []),
    (1, 31, []),
    (1, 12, ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]),
    (0, 6, ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]),
];

string Cased(string name) => Of(name, name.ToLowerInvariant(), name.ToUpperInvariant());

string Value(int field)
{
    var (min, max, names) = fields[field];
    if (names.Length > 0 && Below(3) == 0)
    {
        var name = Of(names);
        return Cased(Below(2) == 0 ? name[..3] : name[..(1 + Below(name.Length))]);
    }
    return (min + Below(max - min + 1)).ToString();
}

string OddValue(int field)
{
    var (min, max, _) = fields[field];
    return Below(14) switch
    {
        0 => (max + 1).ToString(),
        1 => (max + 2).ToString(),
        2 => (min - 1).ToString(),
        3 => "00" + Value(field),
        4 => "00" + (max + 1),
        5 => Of("+", "-", ".", "#", "=", "'") + Value(field),
        6 => Value(field) + Of("L", "W", "#2", ".0", "e0", "x", "\u00a0", "\u200b"),
        7 => Of("L", "LW", "W", "?", "H", "@daily", "%X%", "**", "*5", "5*"),
        8 => Of("Sundays", "Mo n", "Tues", "Sept", "Foo", "JanFeb", "th", "J", "s", "M", "T"),
        9 => Of("\uff15", "\u0665", "\u2212" + "1", "0x5", "1e1", "99999999999", "0000000000000000005"),
        10 => "",
        11 => "*",
        12 => Cased(Of(fields[field == 4 ? 5 : 4].Names)),
        _ => Value(field),
    };
}

string Step(int field) => "/" + (Below(5) == 0
    ? Of("0", "00", "05", "+2", "-1", "", "x", "99", "2147483648", "2/2", " ", "*", "1-2", "1.5")
    : (1 + Below(fields[field].Max + 2)).ToString());

string Item(int field, bool odd)
{
    string Any() => odd && Below(2) == 0 ? OddValue(field) : Value(field);
    var item = Below(4) switch
    {
        0 => "*",
        1 => Any() + "-" + Any(),
        2 => Any(),
        _ => odd ? Of("-" + Any(), Any() + "-", Any() + "-" + Any() + "-" + Any(), "", "/", "*/", OddValue(field)) : Value(field),
    };
    if (odd && Below(9) == 0) item = Of("/", "-", ",") + item;
    return Below(3) == 0 ? item + (odd ? Step(field) : "/" + (1 + Below(fields[field].Max + 2))) : item;
}

string Field(int field, bool odd)
{
    if (!odd && Below(2) == 0) return Of("*", "*", "0").Replace("0", fields[field].Min.ToString());
    var items = Enumerable.Range(0, Below(3) == 0 ? 1 + Below(4) : 1).Select(_ => Item(field, odd));
    return string.Join(odd && Below(8) == 0 ? Of(",,", ", ", ";") : ",", items);
}

string Expression()
{
    var oddField = Below(2) == 0 ? Below(6) : -1;
    var parts = Enumerable.Range(0, 6).Select(field => Field(field, field == oddField)).ToList();
    if (Below(40) == 0) parts.RemoveAt(Below(6));
    if (Below(40) == 0) parts.Add(Of("*", "2027"));
    var expression = string.Join(" ", parts);
    return Below(12) switch
    {
        0 => string.Join(Of("  ", "   "), parts),
        1 => string.Join(Of("\t", " \t", "\t ", "\n", "\u00a0", "\v"), parts),
        2 => expression.Replace(parts[0] + " ", parts[0] + Of("\t", "\n", "\r\n", "\u2003")),
        _ => expression,
    };
}

string Verdict(string expression)
{
    CrontabSchedule schedule;
    try
    {
        schedule = CrontabSchedule.Parse(expression, options);
    }
    catch (Exception)
    {
        return "refused";
    }
    var end = from.AddYears(years);
    var first = schedule.GetNextOccurrence(from, end);
    if (first >= end) return "never";
    return $"{first:s} {schedule.GetNextOccurrence(first, end):s}";
}

string[] known =
[
    "0 /5 * * * *", "0 0 10-24/3 * * *", "0 0 0 * * 007", "0 0 0 * * 7", "0\t*/5 * * * *", "0 0 0 31 2 *",
    "0 0 0 29 2 *", "0 0 0 29 2 1", "0 0 0 13 * 5", "0 0 0 * * 0-6/2", "0 0 20-4 * * *", "*/30 * * * * *",
    "", " ", "* * * * *", "00:00:30", "0 0 0 30 2 *", "0 0 0 31 4,6,9,11 *",
];
string Quoted(string text) =>
    "\"" + string.Concat(text.Select(c => c is >= ' ' and <= '~' and not '"' and not '\\' ? $"{c}" : $"\\u{(int)c:x4}")) + "\"";

var expressions = known.Concat(Enumerable.Range(0, count).Select(_ => Expression())).Distinct();
File.WriteAllText(args[0], string.Concat(expressions.Select(text => $"{Quoted(text)}\t{Verdict(text)}\n")));
