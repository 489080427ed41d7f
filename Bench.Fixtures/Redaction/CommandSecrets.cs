using System.Buffers;
using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>Passwords that commands take: <c>curl -u user:password</c>, <c>mysql -ppassword</c>, <c>sshpass -p password</c>.</summary>
internal static class CommandSecrets
{
    private const int LongestUser = 64;
    private const int LongestCommand = 256;

    private static readonly SearchValues<byte> CommandEnds = SearchValues.Create("\r\n;|["u8);
    private static readonly SecretName Option = new(IsUpper: false, IsOption: true);

    // A command, its option, and whether the value may stand apart.
    private static readonly (string Command, string Option, bool IsApart)[] Commands =
    [
        ("mysql", "-p", false), ("mariadb", "-p", false), ("sshpass", "-p", true), ("redis-cli", "-a", true), ("docker login", "-p", true), ("podman login", "-p", true), ("mongo", "-p", true),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RuleAnchor> All { get; } =
    [
        .. ((string[])[" -u", "\"-u", "'-u", "0022-u", "0027-u", "--user", "--proxy-user"]).Select(o => new RuleAnchor(Encoding.ASCII.GetBytes(o), (ref reader) => MatchUser(ref reader, Encoding.ASCII.GetBytes(o)))),
        .. Commands.Select(c => new RuleAnchor(Encoding.ASCII.GetBytes(c.Command), (ref reader) => MatchCommand(ref reader, Encoding.ASCII.GetBytes(c.Command), Encoding.ASCII.GetBytes(c.Option), c.IsApart))),
    ];

    /// <summary>The password in <c>-u user:password</c>.</summary>
    private static RuleMatch MatchUser(ref RuleReader reader, ReadOnlySpan<byte> option)
    {
        if (!reader.TakeAnyCase(option) || !TakeSeparator(ref reader, isApart: true, out var quote) || reader.Skip(ByteClass.User, LongestUser) == 0 || !reader.Take(':'))
        {
            return reader.Miss;
        }

        return Decide(ref reader, quote, isStrict: true);
    }

    private static RuleMatch MatchCommand(ref RuleReader reader, ReadOnlySpan<byte> command, ReadOnlySpan<byte> option, bool isApart)
    {
        if (!WordStart.Is(reader.Window, reader.Position) || !reader.TakeAnyCase(command))
        {
            return reader.Miss;
        }

        var start = reader.Position;
        var rest = reader.Window[start..];
        var part = rest[..Math.Min(rest.Length, LongestCommand)];
        var end = part.IndexOfAny(CommandEnds);
        var line = end < 0 ? part : part[..end];
        for (var at = 0; line[at..].IndexOf(option) is var found and >= 0; at++)
        {
            at += found;
            if (at > 0 && line[at - 1] is (byte)' ' or (byte)'"' or (byte)'\'')
            {
                reader.Position = start + at + option.Length;
                return TakeSeparator(ref reader, isApart, out var quote) ? Decide(ref reader, quote, isStrict: false) : reader.Miss;
            }
        }

        // More of the command may come.
        reader.Position = end < 0 && rest.Length < LongestCommand ? reader.Window.Length : start;
        return reader.Peek() == 0 ? reader.Miss : RuleMatch.None;
    }

    private static bool TakeSeparator(ref RuleReader reader, bool isApart, out ValueTail? quote)
    {
        var start = reader.Position;
        if (isApart && NameSeparator.TryTake(ref reader, Option, out var separator))
        {
            quote = separator.Quote;
            return true;
        }

        reader.Position = start;
        NameSeparator.TryTakeQuote(ref reader, out quote);
        return !reader.IsAtMarker();
    }

    private static RuleMatch Decide(ref RuleReader reader, ValueTail? quote, bool isStrict)
    {
        var tail = quote ?? WideToken.Instance;
        var head = reader.TakeHead(tail);
        var value = reader.Bytes(head);
        var isPath = head.Length > 0 && value[0] is (byte)'/' or (byte)'.' or (byte)'~';
        var isSecret = ValueShape.IsRandom(value) || ValueShape.IsPassword(value) || (!isStrict && !isPath && ValueShape.IsKey(value));
        return NamedValues.Decide(ref reader, isSecret, head, tail);
    }
}
